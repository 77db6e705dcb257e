"""Download packages from the staff desk: of one thesis, of those that are ticked, of all that a filter shows."""

import copy
import logging
from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from submissions import permissions
from submissions.models import Submission, Term

from .embargo import Kind
from .errors import PackageBroken, PackageRefused
from .make import Package, make
from .source import public
from .taken import noting

log = logging.getLogger(__name__)
_SAID = 20  # reasons shown at once


@require_safe
def package_view(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Send the package of one thesis while it is made. What is missing is said on the case's page instead."""
    submission = get_object_or_404(Submission, pk=pk)
    chosen = _kind(request, kind)
    return _send(
        request, chosen, Submission.objects.filter(pk=pk), reverse("thesis_cases:case", args=[submission.pk])
    )


@require_POST
def packages_view(request: HttpRequest) -> HttpResponse:
    """The same for the theses that were ticked, or for all that match the filter. Only public ones are in it."""
    kind = _kind(request, request.POST.get("kind", ""))
    query = QueryDict(request.POST.get("query", ""))
    back = f"{reverse('thesis_cases:index')}?{query.urlencode()}"
    if request.POST.get("which") == "all":
        chosen = matching(request, query)
        if chosen is None:
            messages.error(request, "The filter could not be read, so nothing was made. Set it again.")
            return redirect(back)
    else:
        ticked = [int(pk) for pk in request.POST.getlist("item") if pk.isdecimal() and len(pk) < 19]
        chosen = Submission.objects.filter(pk__in=ticked)
        if not chosen.exists():
            messages.warning(request, "No thesis was ticked, so nothing was made.")
            return redirect(back)
    left_out = chosen.count() - public(chosen).count()
    response = _send(request, kind, chosen, back, _name(query))
    if left_out and response.streaming:
        verb = "thesis is" if left_out == 1 else "theses are"
        messages.info(request, f"{left_out} {verb} not public, and not in the package you took.")
    return response


def matching(request: HttpRequest, query: QueryDict) -> QuerySet[Submission] | None:
    """Return the cases that the list shows for ``query``, on all its pages. None when a filter in it cannot be read:
    the list would then show everything, which nobody asked for.
    """
    from submissions.review.desk import CaseFilterSet, CaseIndexView  # the desk leads here

    view = CaseIndexView(model=Submission, filterset_class=CaseFilterSet)
    asked = copy.copy(request)
    asked.GET, asked.method = query, "GET"
    view.setup(asked)
    if not view.filters.is_valid():
        return None
    return Submission.objects.filter(pk__in=view.get_queryset().order_by().values("pk"))


def _kind(request: HttpRequest, name: str) -> Kind:
    if not permissions.can_take_packages(request.user):
        raise PermissionDenied
    if name not in list(Kind):
        raise Http404
    return Kind(name)


def _name(query: QueryDict) -> str:
    """What the file is called: by the term, when one was chosen."""
    number = query.get("term", "")
    term = Term.objects.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
    return (slugify(term.name) if term else "") or "theses"


def _send(
    request: HttpRequest, kind: Kind, chosen: QuerySet[Submission], back: str, name: str = "theses"
) -> HttpResponse:
    """The package while it is made, or back to where it was asked for, with what is missing.

    A stored file that is not what was handed in breaks the connection off: the download fails, and is seen to fail.
    """
    try:
        package = make(kind, chosen, name=name)
    except PackageRefused as refusal:
        for reason in refusal.reasons[:_SAID]:
            messages.error(request, reason)
        if (more := len(refusal.reasons) - _SAID) > 0:
            messages.error(request, f"And {more} more. Mend these first, or choose fewer theses.")
        return redirect(back)
    who = request.user.get_full_name() or request.user.get_username()
    response = StreamingHttpResponse(_logged(package, kind, who), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, package.name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _logged(package: Package, kind: Kind, who: str) -> Iterator[bytes]:
    try:
        yield from noting(package, kind, who)
    except PackageBroken:
        log.exception("The package %s was broken off", package.name)
        raise
