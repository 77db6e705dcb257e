"""What the address of a thesis answers: its page, that it was withdrawn, or that there is nothing."""

from collections.abc import Callable
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from ..addresses import page_url
from ..metadata.build import build_record
from ..models import Status, Submission, ThesisPage
from ..outlets.refresh import institution
from ..visibility import is_public
from . import views
from .formats import BY_TYPE, EXPORTS, beside
from .negotiation import preferred
from .signposting import header
from .thesis import cite

HTML = "text/html"


def serve(request: HttpRequest, page: ThesisPage, html: Callable[[], TemplateResponse]) -> HttpResponse:
    """Return the answer for ``page``; ``html`` makes the page itself.

    While it is published: the page, or the record that ``Accept`` likes better; 406 with all addresses for a reader
    who can read none of them, which no browser says of itself. 410 with a tombstone for a thesis that was public once:
    who follows a citation has to learn what became of it (metadata.md §10). Raises ``Http404`` for everything that the
    public never saw or must not see yet.
    """
    case = case_of(page)
    if is_tombstone(case):
        return tombstone(request, page, case)
    if case is None or case.status != Status.PUBLISHED or not page.live:
        raise Http404
    response = _represent(request, page, case, html)
    patch_vary_headers(response, ["Accept"])
    patch_cache_control(
        response, no_cache=True
    )  # a withdrawal and the end of an embargo hold from their moment on
    return response


def _represent(
    request: HttpRequest, page: ThesisPage, case: Submission, html: Callable[[], TemplateResponse]
) -> HttpResponse:
    media_type = preferred(request.headers.get("Accept", ""), [HTML, *BY_TYPE])
    if media_type == HTML:
        response = html()
        if is_public(case):  # to those whom a kept page lets in there are no records to lead to
            response["Link"] = header(response.context_data["record"])
        response.add_post_render_callback(partial(views.unless_known, request))
        return response
    url = page_url(page)
    if media_type is None:
        lines = [f"{row.mime} {row.address(url)}\n" for row in EXPORTS.values()]
        return HttpResponse(
            f"This thesis is here as:\n{HTML} {url}\n{''.join(lines)}", status=406, content_type="text/plain"
        )
    response = views.answer(request, case, BY_TYPE[media_type])
    response["Content-Location"] = beside(url, BY_TYPE[media_type])
    return response


def case_of(page: ThesisPage) -> Submission | None:
    """The case of ``page`` with what every answer needs; None for a page that was made without one.

    Each holds the other from then on, so that nothing that asks for it asks the database again.
    """
    cases = Submission.objects.select_related("degree", "programme", "author_connection")
    case = cases.filter(page_id=page.pk).first()
    if case is not None:
        case.page = page
    return case


def is_tombstone(case: Submission | None) -> bool:
    """Whether the thesis was public once and was withdrawn. A draft that was discarded was never here."""
    return case is not None and case.status == Status.WITHDRAWN and case.published_at is not None


def tombstone(request: HttpRequest, page: ThesisPage, case: Submission) -> HttpResponse:
    """The page of a withdrawn thesis: whose it was, since when it is gone, how to cite it; no abstract, no files, no
    reasons.
    """
    record = build_record(case, institution(case), page)
    context = {"page": page, "case": case, "record": record, "citation": cite(record, case.status_since)}
    response = TemplateResponse(request, "submissions/public/tombstone.html", context, status=410)
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, no_cache=True)  # it can be published again
    return response
