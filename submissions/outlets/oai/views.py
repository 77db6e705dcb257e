"""HTTP around the protocol: GET and POST alike, compression, headers."""

import re
import zlib
from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import arguments, verbs
from .errors import Refused

_GZIP = re.compile(
    r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?P<q>[01](?:\.[0-9]{0,3})?)\s*)?(?=,|$)", re.IGNORECASE
)
# Records repeat each other's namespaces and names, so that the fastest level already takes most of it away.
_LEVEL = 1


@csrf_exempt  # a harvester has no session and changes nothing
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    """Answer a harvester. Errors of the protocol have status 200 as well (OAI-PMH 2.0 §3.6)."""
    given: dict[str, list[str]] = defaultdict(list)
    for form in (request.GET, request.POST):
        for name, values in form.lists():
            given[name] += values
    try:
        content = verbs.answer_to(arguments.check(given))
    except Refused as refused:
        content = verbs.refusal(refused, {})
    packed = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(_compress(content) if packed else content, content_type="text/xml; charset=utf-8")
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = len(response.content)
    patch_vary_headers(response, ["Accept-Encoding"])
    # A list that came out of a cache would hide what has changed since.
    response["Cache-Control"] = "no-cache"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


def accepts_gzip(accepted: str) -> bool:
    """Whether the header ``Accept-Encoding`` lets gzip through (RFC 9110 §12.5.3)."""
    found = _GZIP.search(accepted)
    return found is not None and float(found["q"] or 1) > 0


def _compress(content: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, wbits=31)
    return packer.compress(content) + packer.flush()
