"""Items: the list with its bulk actions, and the page of one."""

import copy

import django_filters
from django.contrib import messages
from django.core import signing
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn

from orcid_workflow import reasons
from orcid_workflow.models import OrcidItem

from . import figures, words
from .actions import ITEM_ACTIONS, ItemAction, Tally, apply
from .listing import DeskIndexView, LinkColumn, ListViewSet, TemplateColumn, day_range
from .permissions import ACT, SEE, needing

SECONDS = 15.0  # a request may take so long before it says how far it came
SHOWN_CALLS = 50
_SALT = "orcid_desk.bulk"


def item_url(item: OrcidItem) -> str:
    """Address of an item's page on the desk."""
    return reverse("orcid_items:item", args=[item.pk])


class ItemFilterSet(WagtailFilterSet):
    """Filters of the list; several can be combined."""

    state = django_filters.MultipleChoiceFilter(choices=words.choices(words.STATES))
    kind = django_filters.MultipleChoiceFilter(choices=[("work", "Work"), ("education", "Education")])
    action = django_filters.MultipleChoiceFilter(choices=words.choices(words.REMEDIES), label="What mends it")
    error_code = django_filters.CharFilter(label="Error code")
    paused_by = django_filters.MultipleChoiceFilter(choices=OrcidItem.PausedBy.choices, label="Paused by")
    environment = django_filters.AllValuesFilter(label="Environment")
    updated_at = day_range("updated_at", "Changed")

    class Meta:
        model = OrcidItem
        fields = ["state", "kind", "action", "error_code", "paused_by", "environment", "updated_at"]


class ItemIndexView(DeskIndexView):
    """The list of items, with counts by state and a bar of actions."""

    model = OrcidItem
    page_title = "ORCID items"
    default_ordering = "-updated_at"
    filterset_class = ItemFilterSet
    search_fields = ["title", "key", "orcid", "connection__name", "reason", "error_code"]
    results_template_name = "orcid_desk/items_results.html"
    export_filename = "orcid-items"
    exported = {
        "title": ("Title", lambda row: row.title),
        "kind": ("Kind", lambda row: row.kind),
        "key": ("Key", lambda row: row.key),
        "orcid": ("iD", lambda row: row.connection.uri),
        "name": ("Name at ORCID", lambda row: row.connection.name),
        "environment": ("Environment", lambda row: row.environment),
        "state": ("State", words.state),
        "reason": ("Reason", words.for_office),
        "told": ("Told to its owner", lambda row: reasons.reason(row).person),
        "action": ("What mends it", lambda row: words.REMEDIES.get(row.action, row.action)),
        "error_code": ("Error code", lambda row: row.error_code),
        "paused_by": ("Paused by", lambda row: row.get_paused_by_display()),
        "put_code": ("Put-code", lambda row: row.put_code),
        "attempts": ("Attempts", lambda row: row.attempts),
        "next_try_at": ("Next try (UTC)", lambda row: row.next_try_at),
        "first_sent_at": ("First sent (UTC)", lambda row: row.first_sent_at),
        "sent_at": ("Last sent (UTC)", lambda row: row.sent_at),
        "updated_at": ("Changed (UTC)", lambda row: row.updated_at),
        "url": ("Address", lambda row: row.url),
    }

    def get_base_queryset(self) -> QuerySet[OrcidItem]:
        """What a row shows, in one query."""
        rows = super().get_base_queryset().select_related("connection")
        return rows.defer("message", "connection__record")

    @cached_property
    def columns(self) -> list[Column]:
        """What, whose, where it stands and why."""
        columns = [
            LinkColumn(
                "title", item_url, accessor=lambda row: row.title or f"{row.kind} {row.key}", sort_key="title"
            ),
            Column("kind", sort_key="kind"),
            TemplateColumn("orcid", "whose", label="Whose", sort_key="orcid"),
            TemplateColumn("state", "item_state", accessor=words.state, sort_key="state"),
            TemplateColumn("reason", "reason", accessor=words.for_office),
            Column("error_code", label="Error code", sort_key="error_code"),
            DateColumn("updated_at", label="Changed", sort_key="updated_at"),
        ]
        if self.may_act:
            columns.insert(0, TemplateColumn("tick", "tick", label="Tick"))
        return columns

    @cached_property
    def may_act(self) -> bool:
        """Whether the reader sees the bar."""
        return self.request.user.has_perm(ACT)

    def get_context_data(self, **kwargs: object) -> dict:
        """Add the counts and the bar."""
        found = dict(OrcidItem.objects.values_list("state").annotate(Count("pk")).order_by())
        return {
            **super().get_context_data(**kwargs),
            "counts": [(state, label, found.get(state, 0)) for state, label in words.STATES.items()],
            "total": sum(found.values()),
            "actions": ITEM_ACTIONS.values() if self.may_act else (),
            "query": self.request.GET.urlencode(),
        }


class ItemViewSet(ListViewSet):
    """The items as a menu entry."""

    name = "orcid_items"
    url_prefix = "orcid/items"
    menu_label = "Items"
    icon = "list-ul"
    index_view_class = ItemIndexView

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list, one item, and what can be done with one or many."""
        return [
            *super().get_urlpatterns(),
            path("bulk/", bulk_view, name="bulk"),
            path("<int:pk>/", item_view, name="item"),
            path("<int:pk>/<slug:action>/", act_view, name="act"),
        ]


@require_safe
@needing(SEE)
def item_view(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: where it stands and why, what should be on the record, and every call made for it."""
    item = get_object_or_404(OrcidItem.objects.select_related("connection"), pk=pk)
    may_act = request.user.has_perm(ACT)
    choices = [(action, action.against(item)) for action in ITEM_ACTIONS.values()] if may_act else []
    context = {
        "item": item,
        "connection": item.connection,
        "state": words.state(item),
        "mends": words.REMEDIES.get(item.action, ""),
        "staff_words": reasons.reason(item).staff,
        "owner_words": reasons.reason(item).person,
        "calls": item.calls.all()[:SHOWN_CALLS],
        "more_calls": item.calls.count() > SHOWN_CALLS,
        "actions": [action for action, against in choices if not against],
        "against": [(action, against) for action, against in choices if against],
        "header_title": item.title or str(item),
        "breadcrumbs_items": [
            {"url": reverse("orcid_overview:index"), "label": "ORCID"},
            {"url": reverse("orcid_items:index"), "label": "Items"},
            {"url": "", "label": item.title or item.key},
        ],
        "header_icon": "list-ul",
    }
    return render(request, "orcid_desk/item.html", context)


@require_POST
@needing(ACT)
def act_view(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one of ``ITEM_ACTIONS`` with one item and come back to its page."""
    item = get_object_or_404(OrcidItem, pk=pk)
    _say(request, _action(action), apply(_action(action), _one(item), request.user, seconds=SECONDS))
    return redirect(item_url(item))


def _one(item: OrcidItem) -> QuerySet[OrcidItem]:
    return OrcidItem.objects.filter(pk=item.pk)


def _action(name: str) -> ItemAction:
    if name not in ITEM_ACTIONS:
        raise Http404
    return ITEM_ACTIONS[name]


@require_POST
@needing(ACT)
def bulk_view(request: HttpRequest) -> HttpResponse:
    """Do an action with the ticked items, or, after asking once, with all that match the filter.

    What takes longer than a request should is done in several goes: each says how far it came and offers the next.
    """
    action = _action(request.POST.get("action", ""))
    query = QueryDict(request.POST.get("query", ""))
    back = f"{reverse('orcid_items:index')}?{query.urlencode()}"
    if request.POST.get("which") != "all":
        ticked = [int(pk) for pk in request.POST.getlist("item") if pk.isdecimal() and len(pk) < 19]
        if not ticked:
            messages.warning(request, "No item was ticked, so nothing was done.")
            return redirect(back)
        _say(
            request,
            action,
            apply(action, OrcidItem.objects.filter(pk__in=ticked), request.user, seconds=SECONDS),
        )
        return redirect(back)
    items = matching(request, query)
    if items is None:
        messages.error(request, "The filter could not be read, so nothing was done. Set it again.")
        return redirect(back)
    before = _so_far(request)
    if request.POST.get("confirmed"):
        tally = apply(action, items, request.user, after=before.after, seconds=SECONDS)
        tally.done += before.done
        tally.skipped += before.skipped
        if tally.finished:
            _say(request, action, tally)
            return redirect(back)
    else:
        tally = Tally()
    context = {
        "action": action,
        "query": query.urlencode(),
        "back": back,
        "left": items.filter(pk__gt=tally.after).count(),
        "tally": tally,
        "sentences": list(tally.sentences(action)) if tally.seen else [],
        "so_far": signing.dumps([tally.after, tally.done, dict(tally.skipped)], salt=_SALT),
        "header_title": f"{action.label}: all that match",
        "breadcrumbs_items": [
            {"url": reverse("orcid_overview:index"), "label": "ORCID"},
            {"url": back, "label": "Items"},
            {"url": "", "label": f"{action.label}: all that match"},
        ],
    }
    return render(request, "orcid_desk/bulk.html", context)


def _so_far(request: HttpRequest) -> Tally:
    """What earlier goes came to; it travels in the form, signed."""
    try:
        after, done, skipped = signing.loads(request.POST.get("so_far", ""), salt=_SALT, max_age=86400)
    except signing.BadSignature:
        return Tally()
    tally = Tally(done=done, after=after)
    tally.skipped.update(skipped)
    return tally


def matching(request: HttpRequest, query: QueryDict) -> QuerySet[OrcidItem] | None:
    """Return the items that the list shows for ``query``, on all its pages. None when a filter in it cannot be read:
    the list would then show everything, which nobody asked for.
    """
    view = ItemIndexView()
    asked = copy.copy(request)
    asked.GET, asked.method = query, "GET"
    view.setup(asked)
    view.index_results_url_name = "orcid_items:index_results"
    if not view.filters.is_valid():
        return None
    return OrcidItem.objects.filter(pk__in=view.get_queryset().order_by().values("pk"))


def _say(request: HttpRequest, action: ItemAction, tally: Tally) -> None:
    tell = messages.success if tally.done else messages.warning
    tell(request, " ".join(tally.sentences(action)))
    held_back, why = figures.circuit_words()
    if held_back and action.name == "retry":
        messages.warning(request, f"Calls are held back now: {why} They are sent as soon as ORCID answers.")
    if not tally.finished:
        messages.warning(request, "There was no time for all of them. Tick the rest and do it again.")
