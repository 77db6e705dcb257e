"""What went wrong, as problem details (RFC 9457): ``status``, ``title``, and a sentence in ``detail``."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions

from ..models import StoredRecord
from .words import instant

MIME = "application/problem+json"
log = logging.getLogger(__name__)


class Gone(exceptions.APIException):
    """The thesis was public once and is no longer (RFC 9110 §15.5.11)."""

    status_code = HTTPStatus.GONE

    def __init__(self, stored: StoredRecord) -> None:
        super().__init__("This thesis is no longer public. Delete what you took of it.")
        self.more = {"datestamp": instant(stored.datestamp)}


class BadParameters(exceptions.APIException):
    """Parameters that mean nothing: name -> sentence, at least one."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {said}" for name, said in faults.items()))
        self.more = {"errors": [{"parameter": name, "detail": said} for name, said in faults.items()]}


def answer(error: Exception, context: object = None) -> HttpResponse:
    """The handler of Django REST framework: an answer for whatever a view raised."""
    if isinstance(error, Http404):
        error = exceptions.NotFound(str(error) or "There is nothing here.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif not isinstance(error, exceptions.APIException):
        log.exception("The ingest API broke off", exc_info=error)
        error = exceptions.APIException("Something broke on our side. It is in the log; try again later.")
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        failed = isinstance(error, exceptions.AuthenticationFailed)
        headers["WWW-Authenticate"] = f'{challenge}, error="invalid_token"' if failed else challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    return problem(error.status_code, _sentence(error), headers, **getattr(error, "more", {}))


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> HttpResponse:
    """An answer that says what is wrong. ``more`` are further members of the object."""
    about = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
    }
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return HttpResponse(json.dumps(about | more), status=status, content_type=MIME, headers=headers)


def not_here(request: HttpRequest) -> HttpResponse:
    """The answer at addresses under the API that mean nothing."""
    return problem(404, "There is nothing at this address. The addresses are listed in openapi.json.")


def _sentence(error: exceptions.APIException) -> str:
    match error:
        case exceptions.NotAuthenticated():
            return "A key is needed. Send it in this form: Authorization: Bearer etd_…"
        case exceptions.MethodNotAllowed():
            return "Only GET and HEAD are answered here: nothing can be changed over this API."
        case exceptions.NotAcceptable():
            return "This address answers with application/json, and your header Accept does not take that."
        case exceptions.Throttled():
            return "Too many requests with this key. Wait as many seconds as Retry-After says."
    return str(error.detail)
