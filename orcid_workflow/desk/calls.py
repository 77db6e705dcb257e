"""The history: every call to ORCID. Paths, answers and times; tokens never."""

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from orcid_workflow.models import ApiCall

from .listing import DeskIndexView, LinkColumn, ListViewSet, TemplateColumn, day_range

METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD")
#: What one looks for: name -> (label, condition).
ANSWERS = {
    "done": ("Done (2xx)", Q(status__gte=200, status__lt=300)),
    "not_done": ("Not done", Q(status=None) | Q(status__gte=300)),
    "refused": ("Refused (3xx, 4xx)", Q(status__gte=300, status__lt=500)),
    "fault": ("Fault at ORCID (5xx)", Q(status__gte=500)),
    "none": ("No answer", Q(status=None)),
}


def _answer(rows: QuerySet[ApiCall], _name: str, value: str) -> QuerySet[ApiCall]:
    return rows.filter(ANSWERS[value][1])


class CallFilterSet(WagtailFilterSet):
    """Filters of the history. ``item`` and ``connection`` are keys that links of the desk bring along."""

    method = django_filters.MultipleChoiceFilter(choices=[(name, name) for name in METHODS])
    answer = django_filters.ChoiceFilter(
        choices=[(name, label) for name, (label, _condition) in ANSWERS.items()],
        method=_answer,
        label="Answer",
    )
    status = django_filters.NumberFilter(label="Status")
    error_code = django_filters.CharFilter(label="Error code")
    connection = django_filters.NumberFilter(field_name="connection_id", label="Number of the connection")
    item = django_filters.NumberFilter(field_name="item_id", label="Number of the item")
    at = day_range("at", "When")

    class Meta:
        model = ApiCall
        fields = ["method", "answer", "status", "error_code", "connection", "item", "at"]


def _item_url(call: ApiCall) -> str:
    return reverse("orcid_items:item", args=[call.item_id]) if call.item_id else ""


def _connection_url(call: ApiCall) -> str:
    return reverse("orcid_connections:connection", args=[call.connection_id]) if call.connection_id else ""


class CallIndexView(DeskIndexView):
    """The history, newest first."""

    model = ApiCall
    page_title = "ORCID calls"
    default_ordering = "-at"
    filterset_class = CallFilterSet
    search_fields = ["path", "outcome", "error_code", "connection__orcid", "item__title"]
    export_filename = "orcid-calls"
    exported = {
        "at": ("When (UTC)", lambda row: row.at),
        "method": ("Method", lambda row: row.method),
        "path": ("Path", lambda row: row.path),
        "status": ("Status", lambda row: row.status),
        "error_code": ("Error code", lambda row: row.error_code),
        "outcome": ("Outcome", lambda row: row.outcome),
        "duration_ms": ("Milliseconds", lambda row: row.duration_ms),
        "orcid": ("iD", lambda row: row.connection.orcid if row.connection else ""),
        "item": ("Item", lambda row: row.item.title if row.item else ""),
    }

    def get_base_queryset(self) -> QuerySet[ApiCall]:
        """What a row shows, in one query, without records and messages."""
        rows = super().get_base_queryset().select_related("connection", "item")
        return rows.defer("connection__record", "item__message")

    @cached_property
    def columns(self) -> list[Column]:
        """When, what, and what came of it."""
        return [
            TemplateColumn("at", "moment", label="When", sort_key="at"),
            TemplateColumn("call", "call", label="Call", sort_key="path"),
            Column("status", accessor=lambda row: row.status or "none", sort_key="status"),
            Column("error_code", label="Error code", sort_key="error_code"),
            Column("outcome", classname="desk-wrap"),
            Column("duration_ms", label="ms", sort_key="duration_ms"),
            LinkColumn(
                "orcid",
                _connection_url,
                label="iD",
                classname="desk-nowrap",
                accessor=lambda row: row.connection.orcid if row.connection else "",
            ),
            LinkColumn(
                "item", _item_url, accessor=lambda row: (row.item.title or row.item.kind) if row.item else ""
            ),
        ]


class CallViewSet(ListViewSet):
    """The history as a menu entry."""

    name = "orcid_calls"
    url_prefix = "orcid/calls"
    menu_label = "History"
    icon = "history"
    index_view_class = CallIndexView
