"""What the address of a thesis answers: its page, that it was withdrawn, or that there is nothing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from ..models import Status, Submission, ThesisPage


def serve(request: HttpRequest, page: ThesisPage) -> HttpResponse | None:
    """Return the answer for ``page``, or None where it is the page itself.

    410 with a tombstone for a thesis that was public once: who follows a citation has to learn what became of it
    (metadata.md §10). Raises ``Http404`` for everything that the public never saw or must not see yet.
    """
    case = case_of(page)
    if is_tombstone(case):
        return tombstone(request, page, case)
    if case is None or case.status != Status.PUBLISHED or not page.live:
        raise Http404
    return None


def case_of(page: ThesisPage) -> Submission | None:
    """The case of ``page`` with what every answer needs; None for a page that was made without one."""
    return Submission.objects.filter(page_id=page.pk).select_related("degree", "programme").first()


def is_tombstone(case: Submission | None) -> bool:
    """Whether the thesis was public once and was withdrawn. A draft that was discarded was never here."""
    return case is not None and case.status == Status.WITHDRAWN and case.published_at is not None


def tombstone(request: HttpRequest, page: ThesisPage, case: Submission) -> HttpResponse:
    """The page of a withdrawn thesis: whose it was and since when it is gone; no abstract, no files, no reasons."""
    response = TemplateResponse(
        request, "submissions/public/tombstone.html", {"page": page, "case": case}, status=410
    )
    response["X-Robots-Tag"] = "noindex"
    return response
