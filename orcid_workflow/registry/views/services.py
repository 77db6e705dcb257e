"""The addresses of the APIs that are about no single record: status, search, identifier types, webhooks."""

import re
from urllib.parse import unquote, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse

from .. import access, negotiation, search, vocabulary, webhooks
from ..errors import refuse
from ..models import Person
from ..switches import switches
from .endpoint import check_method, guarded


def status(request: HttpRequest, **_parts: object) -> HttpResponse:
    """``/apiStatus`` and ``/pubStatus``: no token, JSON only, and not under the rate limit."""
    up = switches.api_status == "up"
    body = {"tomcatUp": True, "dbConnectionOk": up, "readOnlyDbConnectionOk": up, "overallOk": up}
    return JsonResponse(body, status=500 if switches.api_status == "error" else 200)


def _search(request: HttpRequest, public: bool = False) -> HttpResponse:
    token = access.for_client(request, "/read-public", public=public)
    check_method(request, {"get"})
    start, rows = (_number(request, name, default) for name, default in (("start", 0), ("rows", 100)))
    if rows > search.ROWS_LIMIT:
        raise refuse(9006, detail=f"rows must be a number from 0 to {search.ROWS_LIMIT}")
    if token is None and start > search.START_LIMIT:
        raise refuse(9043, limit=search.START_LIMIT)
    return negotiation.respond(request, search.find(request.GET.get("q", ""), start, rows), "search")


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, str(default))
    if not re.fullmatch(r"\d{1,9}", text):
        raise refuse(9006, detail=f"{name} must be a number from 0")
    return int(text)


def _identifiers(request: HttpRequest, public: bool = False) -> HttpResponse:
    access.for_client(request, "/read-public", public=public)
    check_method(request, {"get"})
    names = sorted(vocabulary.EXTERNAL_ID_TYPES)
    return JsonResponse(
        [{"name": name, "description": name, "deprecated": False} for name in names], safe=False
    )


def _webhook(request: HttpRequest, orcid: str) -> HttpResponse:
    token = access.for_client(request, "/webhook")
    check_method(request, {"put", "delete"})
    person = Person.objects.filter(orcid=orcid).first()
    if person is None:
        raise refuse(9011, orcid=orcid)
    # The address is one segment of the path: read from the path as it was sent, before it was decoded.
    sent = request.META["registry.raw_path"].partition("/webhook/")[2]
    url = unquote(sent)
    if "/" in sent or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise refuse(9006, detail=f"Webhook uri {url} is syntactically incorrect")
    if request.method == "PUT":
        return HttpResponse(status=201 if webhooks.register(person, token.client, url) else 204)
    webhooks.unregister(person, token.client, url)
    return HttpResponse(status=204)


find = guarded(_search)
identifiers = guarded(_identifiers)
webhook = guarded(_webhook)
