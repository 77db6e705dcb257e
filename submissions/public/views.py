"""Records to download: stored bytes as they were written, and what is made with the page."""

import hashlib
import uuid as uuids

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from wagtail.models import Page

from ..addresses import page_url
from ..metadata.build import build_record
from ..metadata.crosswalks import schema_org
from ..metadata.crosswalks.registry import FORMATS
from ..models import Status, StoredRecord, Submission, ThesisPage
from ..outlets.refresh import institution
from ..visibility import is_public
from .formats import EXPORTS
from .signposting import LINKSET_TYPES, to_linkset, to_linkset_json

GONE = "This thesis is no longer public, so its record was deleted.\n"

#: Endings beside the page whose bytes are made when they are asked for: ending -> media type and writer of a record.
MADE = {
    "json": (EXPORTS["json"].mime, schema_org.to_json),
    "linkset": (LINKSET_TYPES["linkset"], to_linkset),
    "linkset.json": (LINKSET_TYPES["linkset.json"], to_linkset_json),
}


@require_safe
def record(request: HttpRequest, uuid: uuids.UUID, name: str) -> HttpResponse:
    """Answer with one stored format of one thesis (``name`` is a key of ``FORMATS``) at its address by UUID."""
    return stored_answer(request, get_object_or_404(Submission, uuid=uuid), name)


@require_safe
def beside_page(request: HttpRequest, path: str, ending: str) -> HttpResponse:
    """Answer at a plain address: ``path`` is the page's without slashes around it, ``ending`` one of ``endings()``."""
    page = Page.find_for_request(request, f"{path}/")
    if not isinstance(page, ThesisPage):
        raise Http404
    return answer(request, get_object_or_404(Submission, page_id=page.pk), ending)


def endings() -> list[str]:
    """Every ending that is answered beside the page of a thesis."""
    return [*dict.fromkeys([*EXPORTS, *MADE])]


def answer(request: HttpRequest, case: Submission, ending: str) -> HttpResponse:
    """Answer with one format beside the page of ``case``, with 304 when it did not change."""
    if ending not in MADE:
        return stored_answer(request, case, EXPORTS[ending].name)
    if case.status == Status.WITHDRAWN and case.published_at:
        return _gone()
    if not is_public(case):
        raise Http404
    mime, write = MADE[ending]
    response = HttpResponse(write(build_record(case, institution(case))), content_type=mime)
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if ending in EXPORTS:  # a link set describes nothing: it stands for the header
        _describe(response, case)
    return get_conditional_response(request, etag=response["ETag"], response=response)


def stored_answer(request: HttpRequest, case: Submission, name: str) -> HttpResponse:
    """Answer with the very bytes that were written when the thesis was published or changed, or with 304.

    410 for a record that was deleted: the thesis was public once (OAI-PMH 2.0 §2.5.1).
    """
    stored = StoredRecord.objects.filter(submission=case, format=name).first()
    if stored is None:
        raise Http404
    if stored.deleted:
        return _gone()
    response = HttpResponse(bytes(stored.content), content_type=FORMATS[name].mime)
    modified = stored.datestamp.timestamp()
    etag = f'"{stored.pk}-{stored.datestamp:%Y%m%dT%H%M%S%f}"'
    response["Last-Modified"], response["ETag"] = http_date(modified), etag
    _describe(response, case)
    return get_conditional_response(request, etag=etag, last_modified=int(modified), response=response)


def _gone() -> HttpResponse:
    return HttpResponse(GONE, status=410, content_type="text/plain")


def _describe(response: HttpResponse, case: Submission) -> None:
    """Say which page the record describes (FAIR Signposting), and keep browsers from guessing its type."""
    response["Link"] = f'<{page_url(case.page)}>; rel="describes"; type="text/html"'
    response["X-Content-Type-Options"] = "nosniff"
