"""What every address of the APIs has in common: the caller is checked, and a refusal gets its form."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from .. import access, negotiation
from ..errors import ApiError, TokenError, refuse

_log = logging.getLogger("django.request")
View = Callable[..., HttpResponse]
ORCID = r"(?P<orcid>(?:\d{4}-){3}\d{3}[\dX])"

#: nginx stands in front of the API and answers in HTML; the quota's answer is plain text.
_TOO_FAST = "<html><head><title>503 Service Temporarily Unavailable</title></head><body></body></html>"
_OVER_QUOTA = "The number of calls that are allowed in a day was reached."


def guarded(view: View) -> View:
    """Wrap a view so that what it refuses is answered as the API would answer it."""

    @csrf_exempt
    def answer(request: HttpRequest, **parts: object) -> HttpResponse:
        try:
            return view(request, **parts)
        except access.TooFast:
            return HttpResponse(_TOO_FAST, status=503, content_type="text/html")
        except access.OverQuota:
            return HttpResponse(_OVER_QUOTA, status=429, content_type="text/plain")
        except TokenError as error:
            return negotiation.respond_token_error(error)
        except ApiError as error:
            return negotiation.respond_error(request, error)
        except Exception:  # as ORCID does: whatever it did not foresee is a 9008
            _log.exception("%s %s", request.method, request.path)
            return negotiation.respond_error(request, refuse(9008))

    return answer


def endpoint(**methods: View) -> View:
    """Join one view for each HTTP method (``get=``, ``post=`` …) into the view of an address under a record.

    Each view is called with the request, the Caller and what the address holds. Other methods get 405 / 9001.
    The Public API (``public``) has the GETs only.
    """

    def view(request: HttpRequest, orcid: str, public: bool = False, **parts: str) -> HttpResponse:
        who = access.caller(request, orcid, public=public)
        check_method(request, {"get"} & methods.keys() if public else methods.keys())
        negotiation.answer_type(request)
        return methods[_method(request)](request, who, **parts)

    return guarded(view)


def check_method(request: HttpRequest, allowed: object) -> None:
    """Refuse other methods than the ``allowed`` ones (in small letters) with 405 / 9001."""
    if _method(request) not in allowed:
        raise refuse(9001, status=405, detail=f"{request.method} is not supported here")


def _method(request: HttpRequest) -> str:
    return "get" if request.method == "HEAD" else (request.method or "").lower()
