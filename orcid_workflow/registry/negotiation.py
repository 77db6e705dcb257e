"""XML or JSON: reading Accept and Content-Type as ORCID's AcceptFilter does, and writing the answer."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from . import codec
from .errors import ApiError, TokenError, refuse

JSON_TYPES = ("application/vnd.orcid+json", "application/orcid+json", "application/json")
XML_TYPES = ("application/vnd.orcid+xml", "application/orcid+xml", "application/xml")
_DEFAULT_JSON, _DEFAULT_XML = "application/json", "application/xml"


def content_is_json(request: HttpRequest) -> bool:
    """True for a JSON body, False for XML. Raises 9001 with 415 for anything else."""
    content_type = request.content_type or ""
    if content_type in JSON_TYPES:
        return True
    if content_type in XML_TYPES:
        return False
    raise refuse(9001, status=415, detail=f"{content_type or 'no'} media type is not supported")


def answer_type(request: HttpRequest) -> str:
    """The media type to answer with. No Accept means XML, unless the body is JSON. Raises 9001 with 406."""
    accept = request.headers.get("Accept", "").strip()
    if not accept:
        return _DEFAULT_JSON if request.content_type in JSON_TYPES else _DEFAULT_XML
    ranges = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    for wanted in ranges:
        if wanted in JSON_TYPES or wanted in XML_TYPES:
            return wanted
    if {"*/*", "application/*"} & set(ranges):
        return _DEFAULT_XML
    raise refuse(9001, status=406, detail="the answer can be JSON or XML only")


def respond(request: HttpRequest, data: dict, root: str, status: int = 200) -> HttpResponse:
    """``data`` (ORCID's JSON form of ``root``, a key of envelopes.ROOTS) in the type the caller takes."""
    media_type = answer_type(request)
    body = codec.write_json(data) if media_type in JSON_TYPES else codec.write_xml(data, root)
    return HttpResponse(body, status=status, content_type=f"{media_type};charset=UTF-8")


def respond_error(request: HttpRequest, error: ApiError) -> HttpResponse:
    """A refusal in ORCID's dialect. A caller that takes neither type gets XML."""
    try:
        response = respond(request, error.body(), "error", error.status)
    except ApiError:
        response = HttpResponse(
            codec.write_xml(error.body(), "error"),
            status=error.status,
            content_type=f"{_DEFAULT_XML};charset=UTF-8",
        )
    if error.location:
        response["Location"] = error.location
    return response


def respond_token_error(error: TokenError) -> HttpResponse:
    """A refusal of the security layer: always JSON."""
    response = JsonResponse(error.body(), status=error.status)
    if error.status == 401:
        response["WWW-Authenticate"] = f'Bearer realm="orcid", error="{error.error}"'
    return response
