"""HTTP around the protocol: GET and POST alike, compression, headers."""

import logging
import re
from collections import defaultdict

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import arguments, packing, verbs
from .errors import Refused
from .pieces import Document

_GZIP = re.compile(
    r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?P<q>[01](?:\.[0-9]{0,3})?)\s*)?(?=,|$)", re.IGNORECASE
)
_PLAIN = {
    "Content-Type": "text/xml; charset=utf-8",
    "Vary": "Accept-Encoding",
    # A list that came out of a cache would hide what has changed since.
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
#: Seconds. Validators accept up to an hour.
_RETRY = 300
_log = logging.getLogger(__name__)
_PACKED = {**_PLAIN, "Content-Encoding": "gzip"}


@csrf_exempt  # a harvester has no session and changes nothing
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Answer a harvester. Errors of the protocol have status 200 as well (OAI-PMH 2.0 §3.6).

    When the database is down a harvester is asked to come back, and does, in the middle of its harvest (§3.1.2.2).
    """
    try:
        return _answer(request)
    except OperationalError:
        _log.exception("A harvester was sent away, because the database could not be asked.")
        return HttpResponse(
            "This repository cannot answer at the moment. Please come back later.\n",
            status=503,
            headers={"Retry-After": f"{_RETRY}", "Content-Type": "text/plain; charset=utf-8"},
        )


def _answer(request: HttpRequest) -> StreamingHttpResponse:
    given: dict[str, list[str]] = defaultdict(list)
    for form in (request.GET, request.POST):
        for name, values in form.lists():
            given[name] += values
    packed = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    try:
        pieces = verbs.answer_to(arguments.check(given), packed)
    except Refused as refused:
        pieces = verbs.refusal(refused, {})
    if packed:
        pieces = packing.gzip(pieces)
    document = Document(pieces)
    headers = {**(_PACKED if packed else _PLAIN), "Content-Length": str(len(document))}
    return StreamingHttpResponse(document, headers=headers)


def accepts_gzip(accepted: str) -> bool:
    """Whether the header ``Accept-Encoding`` lets gzip through (RFC 9110 §12.5.3)."""
    found = _GZIP.search(accepted)
    return found is not None and float(found["q"] or 1) > 0
