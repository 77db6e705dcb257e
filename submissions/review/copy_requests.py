"""The office's list of requests for copies, where it can answer for an author who cannot be reached.

``submissions.wagtail_hooks`` brings it in, and with it the addresses and the entry in the menu.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .. import permissions
from ..models import CopyRequest
from ..public.copies import service
from .desk import case_url

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All requests, the newest first, with what became of them."""
    if not permissions.is_office(request.user):
        raise PermissionDenied
    rows = CopyRequest.objects.select_related("submission__page", "submission__student")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    may_answer = permissions.can_answer_copies(request.user)
    for row in page.object_list:
        row.case_url = case_url(row.submission)
        row.possible = permissions.can_ask_for_copy(row.submission)
        row.waiting = row.answer == CopyRequest.Answer.WAITING
        row.offered = may_answer and row.waiting and row.possible
    context = {
        "page_title": "Requests for copies",
        "header_title": "Requests for copies",
        "header_icon": "mail",
        "requests": page,
        "may_answer": may_answer,
    }
    return render(request, "submissions/review/copy_requests.html", context)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Give or refuse in the author's place (``answer`` is ``give`` or ``refuse``)."""
    if not permissions.can_answer_copies(request.user):
        raise PermissionDenied
    asked = get_object_or_404(CopyRequest, pk=pk)
    give = {"give": True, "refuse": False}.get(request.POST.get("answer"))
    if give is None:
        return redirect("copy_requests")
    by = request.user.get_full_name() or request.user.get_username()
    try:
        now = service.answer(asked, give=give, by=by)
    except service.NotPossible as refused:
        messages.error(request, str(refused))
    else:
        same = (now.answer == CopyRequest.Answer.GIVEN) == give and now.answered_by == by[:201]
        words = f"{now.name} is told by mail." if same else f"{now.answered_by} answered before you."
        (messages.success if same else messages.warning)(request, f"{now.get_answer_display()}. {words}")
    return redirect("copy_requests")


@hooks.register("register_admin_urls")
def copy_request_urls() -> list[URLPattern]:
    """Their addresses below ``/admin/``."""
    return [
        path("copy-requests/", index, name="copy_requests"),
        path("copy-requests/<int:pk>/", answer, name="answer_copy_request"),
    ]


class CopyRequestsItem(MenuItem):
    """Shown to the office."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the reader may open it."""
        return permissions.is_office(request.user)


@hooks.register("register_admin_menu_item")
def copy_requests_item() -> MenuItem:
    """The entry in the menu."""
    return CopyRequestsItem("Copy requests", reverse("copy_requests"), icon_name="mail", order=58)
