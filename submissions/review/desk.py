"""The staff desk in the Wagtail admin: a list of cases, and one page a case with its history and what can be done.

The thesis itself is opened in Wagtail's page editor; the desk leads there.
"""

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.timesince import timesince
from django.views.decorators.http import require_http_methods
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from .. import lifecycle, permissions
from ..committee import invitations
from ..models import Invitation, Programme, Status, Submission, Term
from ..readiness import author_connection, problems

SEARCHED = ["page__draft_title", "student__first_name", "student__last_name", "student__username"]


class CaseFilterSet(WagtailFilterSet):
    """Filters of the list; each is one select, several can be combined."""

    status = django_filters.MultipleChoiceFilter(choices=Status.choices, widget=None)
    programme = django_filters.ModelChoiceFilter(queryset=Programme.objects.all())
    term = django_filters.ModelChoiceFilter(queryset=Term.objects.all())

    class Meta:
        model = Submission
        fields = ["status", "term", "programme"]


def age(submission: Submission) -> str:
    """How long the case has been in its status, in words."""
    return timesince(submission.status_since, timezone.now(), depth=1)


class CaseIndexView(IndexView):
    """The list of cases: what waits longest is found by sorting on the age."""

    default_ordering = "-status_since"
    is_searchable = True
    search_fields = SEARCHED
    search_backend_name = None

    def get_base_queryset(self) -> QuerySet[Submission]:
        """All cases with what a row shows, in one query."""
        return super().get_base_queryset().select_related("page", "student", "degree", "programme", "term")

    @cached_property
    def columns(self) -> list[Column]:
        """Thesis, student, status, programme, term, and how long it has been in this status."""
        return [
            TitleColumn("title", label="Thesis", accessor=str, get_url=lambda row: case_url(row)),
            Column("student", accessor=lambda row: row.student.get_full_name() or row.student.get_username()),
            StatusTagColumn(
                "status",
                accessor="get_status_display",
                primary=lambda row: row.status in (Status.IN_REVIEW, Status.APPROVED),
                sort_key="status",
            ),
            Column("programme", accessor="programme", sort_key="programme__name"),
            Column("term", accessor="term", sort_key="term__conferral_date"),
            Column("age", label="In this status for", accessor=age, sort_key="status_since"),
        ]


def case_url(submission: Submission) -> str:
    """Address of the case's page on the desk."""
    return reverse("thesis_cases:case", args=[submission.pk])


class CaseViewSet(ModelViewSet):
    """The cases as a menu entry. They are looked at here; the lifecycle alone changes them."""

    model = Submission
    name = "thesis_cases"
    url_prefix = "thesis-cases"
    menu_label = "Thesis submissions"
    icon = "doc-full-inverse"
    menu_order = 50
    add_to_admin_menu = True
    index_view_class = CaseIndexView
    filterset_class = CaseFilterSet
    list_export = [
        "uuid",
        "page.draft_title",
        "student.get_full_name",
        "status",
        "status_since",
        "degree",
        "programme",
        "term",
        "submitted_at",
        "conferred_on",
        "published_at",
        "embargo_until",
    ]
    export_filename = "thesis-submissions"
    form_fields = ["term"]
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_urlpatterns(self) -> list:
        """The list and the case; the viewset's own add, edit and delete views are left out on purpose."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", case_view, name="case"),
            path("<int:pk>/<slug:action>/", act_view, name="act"),
        ]


def _case(request: HttpRequest, pk: int) -> Submission:
    submission = get_object_or_404(
        Submission.objects.select_related("page", "student", "degree", "programme", "term", "profile"), pk=pk
    )
    if not permissions.is_office(request.user):
        raise PermissionDenied
    return submission


def case_view(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: where it stands, the committee's decisions, the ORCID record, the history and the actions."""
    submission = _case(request, pk)
    decisions = {decision.invitation_id: decision for decision in submission.decisions.all()}
    seats = [
        {"invitation": invitation, "decision": decisions.get(invitation.pk)}
        for invitation in submission.invitations.filter(active=True).select_related("connection")
    ]
    return render(
        request,
        "submissions/review/case.html",
        {
            "submission": submission,
            "seats": seats,
            "connection": submission.author_connection or author_connection(submission),
            "items": _orcid_items(submission),
            "missing": problems(submission) if submission.status != Status.PUBLISHED else [],
            "can_run": permissions.can_run_case(request.user, submission),
            "age": age(submission),
            "header_title": str(submission),
        },
    )


def _orcid_items(submission: Submission) -> QuerySet:
    from orcid_workflow.models import OrcidItem

    return OrcidItem.objects.filter(key=str(submission.uuid)).prefetch_related("calls")


def _withdraw(request: HttpRequest, submission: Submission) -> str:
    lifecycle.withdraw(submission, actor=request.user, comment=request.POST.get("comment", ""))
    return "The thesis was withdrawn. If it was public, its page is offline and ORCID will be told."


def _republish(request: HttpRequest, submission: Submission) -> str:
    lifecycle.publish(submission, actor=request.user)
    return "The thesis is public again."


def _publish_correction(request: HttpRequest, submission: Submission) -> str:
    lifecycle.publish_correction(submission, actor=request.user)
    return "The correction is public, and ORCID will be told."


def _send_link(request: HttpRequest, submission: Submission) -> str:
    answer = permissions.can_run_case(request.user, submission)
    if not answer:
        raise lifecycle.MoveRefused(answer.reason)
    wanted = request.POST.get("invitation", "")
    if not wanted.isdecimal():
        raise Http404
    invitation = get_object_or_404(Invitation, pk=wanted, submission=submission, active=True)
    invitations.send_again(invitation)
    return f"A new link was sent to {invitation.name}. The old one has ended."


#: What can be done on the desk, by the name in the address. Each returns the sentence that says it was done.
ACTIONS = {
    "withdraw": _withdraw,
    "republish": _republish,
    "publish-correction": _publish_correction,
    "send-link": _send_link,
}


@require_http_methods(["GET", "POST"])
def act_view(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one of ``ACTIONS``. GET asks once before a withdrawal and changes nothing."""
    submission = _case(request, pk)
    if action not in ACTIONS:
        raise PermissionDenied
    if request.method == "GET":
        if action == "withdraw":
            return render(
                request,
                "submissions/review/withdraw.html",
                {"submission": submission, "header_title": "Withdraw this thesis?"},
            )
        return redirect(case_url(submission))
    try:
        messages.success(request, ACTIONS[action](request, submission))
    except lifecycle.MoveRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(case_url(submission))
