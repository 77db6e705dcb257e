"""Where ORCID says that a record changed (orcid.md §18): an empty POST to an address that nobody else knows."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from .. import webhooks


@csrf_exempt
def hook(request: HttpRequest, key: str) -> HttpResponse:
    """Answer 204 at once; the worker reads the record later. An unknown address is 404, without a word more.

    Nothing that was sent is looked at.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return HttpResponse(status=204 if webhooks.called(key) else 404)
