"""The three addresses of theses. Everything is read; nothing can be changed."""

import uuid as uuids
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAcceptable, NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from ..metadata.crosswalks.registry import STORED
from ..models import StoredRecord
from ..public.negotiation import preferred
from . import answers, listing, parameters, problems, schema
from .access import BearerKey, HasKey, PerKey


class OnlyJson(BaseContentNegotiation):
    """JSON, unless ``Accept`` refuses it, be it by ``q=0`` (RFC 9110 §12.5.1). No parameter of an address decides."""

    def select_renderer(self, request: Request, renderers: list, format_suffix: str | None = None) -> tuple:
        """The one there is. Raises ``NotAcceptable``."""
        if preferred(request.headers.get("Accept", ""), [renderers[0].media_type]) is None:
            raise NotAcceptable
        return renderers[0], renderers[0].media_type


class Api(APIView):
    """What all addresses share. Set here and not for the site: Wagtail's admin has views of the same framework."""

    authentication_classes = [BearerKey]
    permission_classes = [HasKey]
    throttle_classes = [PerKey]
    renderer_classes = [JSONRenderer]
    parser_classes: list = []
    content_negotiation_class: type[BaseContentNegotiation] = OnlyJson
    metadata_class = None
    versioning_class = None
    http_method_names = ["get", "head"]

    def get_exception_handler(self) -> Callable[[Exception, dict], HttpResponse]:
        """Errors are problem details."""
        return problems.answer


class AsNamed(BaseContentNegotiation):
    """The address names the format, so that ``Accept`` decides nothing (RFC 9110 §12.5.1 permits that)."""

    def select_renderer(self, request: Request, renderers: list, format_suffix: str | None = None) -> tuple:
        """The first."""
        return renderers[0], renderers[0].media_type


@method_decorator(gzip_page, name="dispatch")
class Theses(Api):
    """The list."""

    @extend_schema(
        operation_id="theses",
        summary="Theses in the order in which they changed last",
        description=schema.ABOUT_LIST,
        parameters=[parameters.ListParameters],
        responses=schema.answers("ThesisPage", "A page", 304, 400),
    )
    def get(self, request: Request) -> HttpResponse:
        """One page."""
        found = answers.page(listing.read(parameters.read(request.query_params)))
        response = answers.as_json(request._request, found, unmarked=("as_of",))
        if found["next"]:
            response["Link"] = f'<{found["next"]}>; rel="next"'
        return response


class OneThesis(Api):
    """One thesis."""

    @extend_schema(
        operation_id="thesis",
        summary="One thesis with its whole record",
        parameters=[schema.ID],
        responses=schema.answers("Thesis", "The thesis", 304, 404, 410),
    )
    def get(self, request: Request, id: str) -> HttpResponse:
        """The same object as in the list."""
        row = listing.one(_uuid(id))
        if row is None:
            raise _no_thesis(id)
        if row.deleted:
            raise problems.Gone(row)
        return answers.as_json(request._request, answers.thesis(row))


class OneFormat(Api):
    """One thesis in one format."""

    content_negotiation_class = AsNamed

    @extend_schema(
        operation_id="thesis_in_format",
        summary="One thesis in one format, as it was written when the thesis changed last",
        parameters=[schema.ID, schema.FORMAT],
        responses=schema.answers_in_formats(304, 404, 410),
    )
    def get(self, request: Request, id: str, format: str) -> HttpResponse:
        """The stored bytes."""
        if format not in STORED:
            raise NotFound(f"There is no format “{format[:40]}”. There are: {', '.join(STORED)}.")
        stored = StoredRecord.objects.filter(submission__uuid=_uuid(id), format=format).first()
        if stored is None:
            raise _no_thesis(id)
        if stored.deleted:
            raise problems.Gone(stored)
        return answers.as_bytes(request._request, bytes(stored.content), STORED[format].mime)


def _uuid(text: str) -> uuids.UUID:
    try:
        return uuids.UUID(text)
    except ValueError as error:
        raise NotFound(f"“{text[:40]}” is not the id of a thesis: that is a UUID.") from error


def _no_thesis(text: str) -> Http404:
    return NotFound(f"There is no public thesis with the id {text[:40]}.")
