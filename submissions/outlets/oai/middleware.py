"""Harvesters are answered before anything that only people need."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import names
from .views import oai


class HarvestMiddleware:
    """Passes requests for the OAI-PMH address on to their view at once.

    What stands behind it in ``MIDDLEWARE`` (sessions, CSRF, messages, redirects …) has nothing to do for a harvester,
    and takes longer than a page of a hundred records.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Raises ``DisallowedHost`` for a name that is not ours, as ``CommonMiddleware`` does for everybody else."""
        if request.path != names.path():
            return self.get_response(request)
        request.get_host()
        return oai(request)
