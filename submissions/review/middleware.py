"""A refused move in the admin is a sentence on the page the person came from, never an error page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from ..refusals import MoveRefused


class MoveRefusedMiddleware:
    """Turn ``MoveRefused`` into a message. The page editor's modal speaks JSON, everything else gets a redirect."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other exception alone."""
        if not isinstance(exception, MoveRefused):
            return None
        messages.error(request, str(exception))
        page_id = request.resolver_match.kwargs.get("page_id") or next(
            iter(request.resolver_match.args), None
        )
        back = reverse("wagtailadmin_pages:edit", args=[page_id]) if page_id else request.path
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return JsonResponse({"step": "success", "redirect": back})
        return redirect(back)
