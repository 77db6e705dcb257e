"""What imports brought, source by source, and the iDs they found: whose owners can be asked from here.

``submissions.wagtail_hooks`` brings it in.
"""

import datetime as dt
from collections import Counter

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.base import ViewSet

from orcid_workflow.desk.listing import SafeExport

from .. import permissions
from ..imports import desk
from ..models import FoundId, ImportedRecord
from ..refusals import MoveRefused
from .desk import LabelColumn, case_url

PER_PAGE = 50
NEW, ASKED, ENDED, CONFIRMED, TAKEN_BACK = "new", "asked", "ended", "confirmed", "taken-back"
#: Where the owner of a found iD stands, in words.
STATES = {
    NEW: "Nobody was asked",
    ASKED: "Asked, no answer yet",
    ENDED: "Asked, and the link has ended",
    CONFIRMED: "Confirmed",
    TAKEN_BACK: "Confirmed, and taken back since",
}


def state_of(found: FoundId, now: dt.datetime) -> str:
    """The key of ``STATES`` for ``found`` at ``now`` (with a zone)."""
    if found.confirmed_at:
        return CONFIRMED if found.connection_id else TAKEN_BACK
    if found.invited_at is None:
        return NEW
    return ASKED if found.expires_at and found.expires_at > now else ENDED


def in_state(state: str, now: dt.datetime) -> Q:
    """The rows of which ``state_of`` says ``state``."""
    open_link = Q(expires_at__gt=now)
    confirmed, invited = Q(confirmed_at__isnull=False), Q(invited_at__isnull=False)
    return {
        NEW: ~confirmed & ~invited,
        ASKED: ~confirmed & invited & open_link,
        ENDED: ~confirmed & invited & (Q(expires_at__isnull=True) | Q(expires_at__lte=now)),
        CONFIRMED: confirmed & Q(connection__isnull=False),
        TAKEN_BACK: confirmed & Q(connection__isnull=True),
    }[state]


def sources() -> list[dict]:
    """A line for each source: its name, how many theses came, when something last did, and what became of its iDs."""
    theses = (
        ImportedRecord.objects.values("source")
        .annotate(
            theses=Count("pk"), last=Max("imported_at"), deleted=Count("pk", filter=Q(deleted_there=True))
        )
        .order_by("source")
    )
    found = {
        row["source"]: row
        for row in FoundId.objects.values("source")
        .annotate(found=Count("pk"), confirmed=Count("pk", filter=in_state(CONFIRMED, timezone.now())))
        .order_by()
    }
    none = {"found": 0, "confirmed": 0}
    return [{**row, **found.get(row["source"], none)} for row in theses]


class FoundFilterSet(WagtailFilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(label="State", choices=list(STATES.items()), method="by_state")
    source = django_filters.ChoiceFilter(
        label="Source",
        choices=lambda: [
            (one, one)
            for one in FoundId.objects.order_by("source").values_list("source", flat=True).distinct()
        ],
    )

    class Meta:
        model = FoundId
        fields = ["state", "source"]

    def by_state(self, rows: QuerySet[FoundId], _name: str, value: str) -> QuerySet[FoundId]:
        """Only those in this state."""
        return rows.filter(in_state(value, timezone.now()))


class TickColumn(Column):
    """A box where its owner can be asked at once: there is an address, and nothing is confirmed."""

    cell_template_name = "submissions/review/imported_tick.html"


class FoundView(SafeExport, IndexView):
    """The iDs that imports found, below a table of the sources."""

    model = FoundId
    page_title = "Imports"
    header_icon = "download"
    verbose_name_plural = "found iDs"
    any_permission_required = None
    filterset_class = FoundFilterSet
    search_fields = ["name", "orcid", "email", "submission__page__draft_title"]
    search_backend_name = None
    default_ordering = "name"
    paginate_by = PER_PAGE
    template_name = "submissions/review/cases.html"
    results_template_name = "submissions/review/imported_results.html"
    export_filename = "found-ids"
    exported = {
        "name": ("Name", lambda row: row.name),
        "orcid": ("iD that was found", lambda row: row.orcid),
        "thesis": ("Thesis", lambda row: str(row.submission)),
        "reference": ("Reference", lambda row: row.submission.reference),
        "source": ("Source", lambda row: row.source),
        "email": ("E-mail", lambda row: row.email),
        "state": ("State", lambda row: STATES[state_of(row, timezone.now())]),
        "confirmed": ("iD that was confirmed", lambda row: row.connection.orcid if row.connection else ""),
    }

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """For the office only."""
        if not permissions.is_office(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[FoundId]:
        """The rows with what a line shows, in one query."""
        rows = FoundId.objects.select_related("submission__page", "connection")
        return rows.defer("connection__record")

    @cached_property
    def may_ask(self) -> bool:
        """Whether the reader sees boxes and the button."""
        return may_ask(self.request.user)

    @cached_property
    def columns(self) -> list[Column]:
        """Whose, which, on what, from where, and where it stands."""
        now = timezone.now()
        columns = [
            TitleColumn(
                "name", label="Name", get_url=lambda row: f"{case_url(row.submission)}#found", sort_key="name"
            ),
            LabelColumn("orcid", label="iD that was found", accessor="orcid", classname="office__whole"),
            LabelColumn("thesis", label="Thesis", accessor=lambda row: str(row.submission)),
            LabelColumn("source", label="Source", accessor="source", sort_key="source"),
            LabelColumn(
                "email", label="E-mail", accessor=lambda row: row.email or "None: type it on the case"
            ),
            LabelColumn("state", label="State", accessor=lambda row: STATES[state_of(row, now)]),
        ]
        return [TickColumn("tick", label="Tick"), *columns] if self.may_ask else columns

    def get_context_data(self, **kwargs: object) -> dict:
        """Add the sources and what the button needs."""
        more = {"sources": sources(), "may_ask": self.may_ask, "query": self.request.GET.urlencode()}
        return {**super().get_context_data(**kwargs), **more}


def may_ask(user: permissions.User) -> bool:
    """Whether ``user`` may ask owners at all; each thesis is asked about again (``permissions.can_identify``)."""
    return permissions.in_group(user, permissions.STAFF_GROUP, permissions.MANAGER_GROUP)


@require_POST
def ask_view(request: HttpRequest) -> HttpResponse:
    """Send the link to the owners that are ticked, and say of whom it could not be sent."""
    if not may_ask(request.user):
        raise PermissionDenied
    ticked = [int(key) for key in request.POST.getlist("found") if key.isdecimal() and len(key) < 19][
        :PER_PAGE
    ]
    sent, ended, not_sent = 0, 0, Counter()
    for row in FoundId.objects.filter(pk__in=ticked).select_related(
        "submission__page", "submission__student"
    ):
        had_one = row.invited_at is not None
        try:
            _ask(request, row)
        except MoveRefused as refusal:
            not_sent[str(refusal)] += 1
        else:
            sent += 1
            ended += had_one
    if sent:
        messages.success(
            request,
            f"The link was sent to {sent} {'owner' if sent == 1 else 'owners'}."
            + (" The one that was sent before has ended." if ended else ""),
        )
    for sentence in not_sent:
        messages.warning(request, sentence)
    if not sent and not not_sent:
        messages.warning(request, "Nobody was ticked, so nobody was asked.")
    return redirect(f"{reverse('imports:index')}?{QueryDict(request.POST.get('query', '')).urlencode()}")


def _ask(request: HttpRequest, row: FoundId) -> None:
    answer = permissions.can_identify(request.user, row.submission)
    if not answer:
        raise MoveRefused(answer.reason)
    if row.confirmed_at:
        raise MoveRefused(f"{row.name} confirmed an iD already, so nothing was sent. Ask again on the case.")
    if not row.email:
        raise MoveRefused(f"There is no e-mail address of {row.name}. Type it on the case.")
    desk.ask(row.submission, str(row.pk), row.email)


class ImportsItem(MenuItem):
    """An entry of the menu for the office, once something was imported."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the reader is of the office and there is something to read."""
        return permissions.is_office(request.user) and ImportedRecord.objects.exists()


class ImportsViewSet(ViewSet):
    """The imports as a menu entry."""

    name = "imports"
    url_prefix = "imports"
    menu_label = "Imports"
    icon = "download"
    menu_order = 59
    add_to_admin_menu = True
    menu_item_class = ImportsItem

    def get_common_view_kwargs(self, **kwargs: object) -> dict:
        """Where the list is."""
        names = {"index_url_name": "index", "index_results_url_name": "index_results"}
        own = {name: self.get_url_name(view) for name, view in names.items()}
        return super().get_common_view_kwargs(**own, header_icon=self.icon, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list, and asking those that are ticked."""
        return [
            path("", self.construct_view(FoundView), name="index"),
            path("results/", self.construct_view(FoundView, results_only=True), name="index_results"),
            path("ask/", ask_view, name="ask"),
        ]


@hooks.register("register_admin_viewset")
def imports_viewset() -> ImportsViewSet:
    """The entry of the menu."""
    return ImportsViewSet()
