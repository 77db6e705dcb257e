"""Connections: the list, and the page of one."""

import django_filters
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.log_actions import log

from orcid_workflow.models import Connection, Consent, Mode

from . import words
from .actions import CONNECTION_ACTIONS, offered
from .listing import DeskIndexView, LinkColumn, ListViewSet, TemplateColumn, day_range
from .permissions import ACT, SEE, needing

SHOWN_CALLS = 50
_AS_THE_SITE = "site"


def connection_url(connection: Connection) -> str:
    """Address of a connection's page on the desk."""
    return reverse("orcid_connections:connection", args=[connection.pk])


def account(connection: Connection) -> str:
    """The user name of the account, "" for nobody's."""
    return connection.user.get_username() if connection.user else ""


def _scope(rows: QuerySet[Connection], _name: str, value: str) -> QuerySet[Connection]:
    """Those with this scope among others. Scopes contain no spaces, and none is the end of another."""
    return rows.filter(scope__contains=value)


def _mode(rows: QuerySet[Connection], _name: str, value: str) -> QuerySet[Connection]:
    return rows.filter(mode="" if value == _AS_THE_SITE else value)


class ConnectionFilterSet(WagtailFilterSet):
    """Filters of the list; several can be combined."""

    state = django_filters.MultipleChoiceFilter(choices=Connection.State.choices, label="Permission")
    record_state = django_filters.MultipleChoiceFilter(choices=Connection.RecordState.choices, label="Record")
    environment = django_filters.AllValuesFilter(label="Environment")
    scope = django_filters.ChoiceFilter(
        choices=[(scope, scope) for scope in words.SCOPES], method=_scope, label="Scope"
    )
    mode = django_filters.ChoiceFilter(
        choices=[(_AS_THE_SITE, "As the site does it"), *Mode.choices],
        method=_mode,
        label="When things are sent",
    )
    paused_by = django_filters.MultipleChoiceFilter(choices=Connection.PausedBy.choices, label="Paused by")
    authenticated_at = day_range("authenticated_at", "Connected")

    class Meta:
        model = Connection
        fields = ["state", "record_state", "environment", "scope", "mode", "paused_by", "authenticated_at"]


class ConnectionIndexView(DeskIndexView):
    """The list of iDs. Tokens are on another model, and no column reads them."""

    model = Connection
    page_title = "ORCID connections"
    default_ordering = "-authenticated_at"
    filterset_class = ConnectionFilterSet
    search_fields = [
        "orcid",
        "name",
        "user__username",
        "user__first_name",
        "user__last_name",
        "user__email",
    ]
    export_filename = "orcid-connections"
    exported = {
        "orcid": ("iD", lambda row: row.uri),
        "name": ("Name at ORCID", lambda row: row.name),
        "account": ("Account", account),
        "email": ("E-mail of the account", lambda row: row.user.email if row.user else ""),
        "environment": ("Environment", lambda row: row.environment),
        "state": ("Permission", lambda row: row.get_state_display()),
        "record_state": ("Record", lambda row: row.get_record_state_display()),
        "primary_orcid": ("Merged into", lambda row: row.primary_orcid),
        "scope": ("Scopes", lambda row: row.scope),
        "mode": ("Mode", lambda row: row.get_mode_display()),
        "paused_by": ("Paused by", lambda row: row.get_paused_by_display()),
        "authenticated_at": ("Connected (UTC)", lambda row: row.authenticated_at),
        "disconnected_at": ("Disconnected (UTC)", lambda row: row.disconnected_at),
        "record_read_at": ("Record last read (UTC)", lambda row: row.record_read_at),
        "webhook": (
            "Webhook",
            lambda row: row.get_hook_display() if row.hook != Connection.Hook.NONE else "",
        ),
        "items": ("Items", lambda row: row.item_count),
    }

    def get_base_queryset(self) -> QuerySet[Connection]:
        """What a row shows, in one query; not the records, which are long."""
        rows = super().get_base_queryset().select_related("user").defer("record")
        return rows.annotate(item_count=Count("items"))

    @cached_property
    def columns(self) -> list[Column]:
        """iD, account, what may be done, since when."""
        return [
            LinkColumn("orcid", connection_url, label="iD", sort_key="orcid"),
            Column("name", label="Name at ORCID", sort_key="name"),
            Column("account", accessor=account, sort_key="user__username"),
            StatusTagColumn(
                "state",
                label="Permission",
                accessor="get_state_display",
                primary=lambda row: row.is_connected,
                sort_key="state",
            ),
            # Not named "record": a column fetches what it is named for, and the records are long.
            TemplateColumn("record_state", "record_state", label="Record"),
            Column("item_count", label="Items", sort_key="item_count"),
            DateColumn("authenticated_at", label="Connected", sort_key="authenticated_at"),
        ]


class ConnectionViewSet(ListViewSet):
    """The connections as a menu entry."""

    name = "orcid_connections"
    url_prefix = "orcid/connections"
    menu_label = "Connections"
    icon = "user"
    index_view_class = ConnectionIndexView

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list, one connection, and what can be done with it."""
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", connection_view, name="connection"),
            path("<int:pk>/<slug:action>/", act_view, name="act"),
        ]


@require_safe
@needing(SEE)
def connection_view(request: HttpRequest, pk: int) -> HttpResponse:
    """One connection: the iD, what was permitted and on what evidence, its items and the last calls."""
    connection = get_object_or_404(Connection.objects.select_related("user"), pk=pk)
    consents = list(Consent.objects.filter(connection=connection))
    context = {
        "connection": connection,
        "account": account(connection),
        "scopes": [(scope, words.SCOPES.get(scope, scope)) for scope in connection.scope.split()],
        "consents": consents,
        "items": [(item, words.state(item)) for item in connection.items.select_related("connection")],
        "calls": connection.calls.select_related("item")[:SHOWN_CALLS],
        "more_calls": connection.calls.count() > SHOWN_CALLS,
        "token_count": connection.tokens.count(),
        "actions": offered(connection) if request.user.has_perm(ACT) else [],
        "header_title": f"{connection.name} {connection.orcid}".strip(),
        "breadcrumbs_items": [
            {"url": reverse("orcid_overview:index"), "label": "ORCID"},
            {"url": reverse("orcid_connections:index"), "label": "Connections"},
            {"url": "", "label": connection.orcid},
        ],
        "header_icon": "user",
    }
    return render(request, "orcid_desk/connection.html", context)


@require_POST
@needing(ACT)
def act_view(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one of ``CONNECTION_ACTIONS`` and come back to the page."""
    connection = get_object_or_404(Connection, pk=pk)
    spec = CONNECTION_ACTIONS.get(action)
    if spec is None:
        raise Http404
    if spec not in offered(connection):
        messages.error(request, "This cannot be done with the connection as it is now. Nothing was changed.")
        return redirect(connection_url(connection))
    well, said = spec.do(connection)
    log(connection, f"orcid.all_{spec.name}", user=request.user)
    (messages.success if well else messages.error)(request, said)
    return redirect(connection_url(connection))
