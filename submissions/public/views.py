"""Records to download: stored bytes as they were written, and what is made with the page."""

import hashlib
import uuid as uuids
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
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


@csrf_exempt  # a harvester has no session and changes nothing
@require_http_methods(["GET", "HEAD", "POST"])
def oai_with_slash(request: HttpRequest) -> HttpResponse:
    """Lead who typed a slash behind the address of OAI-PMH to it, arguments and form and all (RFC 9110 §15.4.9)."""
    query = request.META.get("QUERY_STRING", "")
    address = reverse("oai") + (f"?{query}" if query else "")
    return redirect(address, permanent=True, preserve_request=request.method == "POST")


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
    if ending in EXPORTS:  # a link set describes nothing: it stands for the header
        _describe(response, case)
    return unless_known(request, response)


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
    _describe(response, case)
    return unless_known(request, response, modified=int(stored.datestamp.timestamp()))


def unless_known(request: HttpRequest, response: HttpResponse, modified: int | None = None) -> HttpResponse:
    """Return ``response`` with an ETag over its bytes, or 304 when the reader has just these (RFC 9110 §13).

    ``modified`` (seconds since 1970) is when they changed last, where that is known. No cache gives them out without
    asking us: by ``Last-Modified`` alone it might keep a withdrawn record for months (RFC 9111 §4.2.2).
    """
    if response.status_code != HTTPStatus.OK:
        return response
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    patch_cache_control(response, no_cache=True)
    return get_conditional_response(request, response["ETag"], modified, response)


def _gone() -> HttpResponse:
    gone = HttpResponse(GONE, status=410, content_type="text/plain")
    patch_cache_control(gone, no_cache=True)  # it can be published again
    return gone


def _describe(response: HttpResponse, case: Submission) -> None:
    """Say which page the record describes (FAIR Signposting), and keep browsers from guessing its type."""
    response["Link"] = f'<{page_url(case.page)}>; rel="describes"; type="text/html"'
    response["X-Content-Type-Options"] = "nosniff"
