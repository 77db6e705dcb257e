"""Pages where a person sees what we know and do, and decides: their iD, each item, the mode, the history. People see
their own only; what changes something is a POST.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from lxml import etree

from .. import owners, profile, scopes, wishes
from ..api import circuit
from ..messages import parse
from ..models import ApiCall, Connection, IdHint, Mode, OrcidItem
from ..purposes import kept_off
from . import in_words
from .facts_in_words import facts
from .lines import lines_of
from .offers import OFFERS, offer, offers_for

_CALLS_A_PAGE = 25
# Items in the order in which they need their owner.
_ORDER = {
    state: position
    for position, state in enumerate(
        (
            OrcidItem.State.HELD,
            OrcidItem.State.NEEDS_ATTENTION,
            OrcidItem.State.WAITING,
            OrcidItem.State.PAUSED,
            OrcidItem.State.SENT,
            OrcidItem.State.REMOVED,
        )
    )
}


def own_connection(request: HttpRequest) -> Connection | None:
    """Return the connection of the person who is signed in, in this environment, or None."""
    return Connection.objects.filter(environment=settings.ORCID_ENVIRONMENT, user=request.user).first()


@never_cache
@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show a person's iD, what they permitted, what was read, every item with its state, and how we send."""
    connection = own_connection(request)
    context: dict = {"connection": connection, "public_only": scopes.is_public()}
    if connection is None:
        context["hints"] = IdHint.objects.filter(user=request.user)
        return render(request, "orcid_workflow/home.html", context)
    items = owners.items(connection).select_related("connection")
    context |= {
        "permissions": in_words.permissions(connection),
        "orcid_is_down": circuit.status().is_open,
        "kept_off": kept_off(connection),
        "record_trouble": in_words.record_in_words(connection),
        "items": sorted((_card(item) for item in items), key=lambda card: _ORDER[card["item"].state]),
        "modes": list(in_words.modes(connection)),
        "facts": facts(profile.parse(connection.record)) if connection.record else [],
        "consents": owners.consents(connection),
        "calls": [_told(call) for call in _calls(connection)[:5]],
    }
    return render(request, "orcid_workflow/home.html", context)


@never_cache
@login_required
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Show every call about this person, newest first, in words; ``?page=`` takes a number from 1."""
    connection = _own_or_404(request)
    page = Paginator(_calls(connection), _CALLS_A_PAGE).get_page(request.GET.get("page"))
    context = {"connection": connection, "page": page, "calls": [_told(call) for call in page]}
    return render(request, "orcid_workflow/history.html", context)


@never_cache
@login_required
@require_GET
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every line of what is, or will be, sent for one item, and what may be done with it."""
    row = get_object_or_404(_own_items(request), pk=pk)
    card = _card(row)
    context = {
        **card,
        "connection": row.connection,
        "offers": [one for one in card["offers"] if one.how != "look"],
        "lines": lines_of(row.message),
        "xml": etree.tostring(parse(row.message.encode()), pretty_print=True, encoding="unicode")
        if row.message
        else "",
        "calls": [_told(call) for call in row.calls.select_related("item")[:10]],
    }
    return render(request, "orcid_workflow/item.html", context)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do what a button says, when the item's state still offers it. ``seen`` is the hash of the message that was
    looked at: what is agreed to is what was seen.
    """
    if name not in OFFERS:
        raise Http404
    with transaction.atomic():
        row = get_object_or_404(_own_items(request).select_for_update(of=("self",)), pk=pk)
        chosen = offer(row, name)
        if chosen is None or chosen.act is None:
            messages.warning(request, "Nothing was changed: things have moved on since you opened the page.")
            return redirect("orcid:home")
        if chosen.act(row, request.POST.get("seen", "")) is False:
            messages.warning(
                request, "It has changed since you looked at it, so nothing was sent. Look again."
            )
            return redirect("orcid:item", pk)
    if chosen.sends and circuit.status().is_open:
        messages.info(
            request, "ORCID is not answering now. It is sent as soon as ORCID does; you need do nothing more."
        )
    else:
        messages.success(request, chosen.done)
    return redirect("orcid:home")


@login_required
@require_POST
def mode(request: HttpRequest) -> HttpResponse:
    """Set when things are sent: ``mode`` is one of ``Mode``."""
    connection = _own_or_404(request)
    chosen = request.POST.get("mode", "")
    if chosen not in Mode.values:
        messages.error(request, "Choose when we send: at once, at night, or after you looked at it.")
        return redirect("orcid:home")
    wishes.set_mode(connection, chosen)
    messages.success(request, f"From now on we send: {Mode(chosen).label.lower()}.")
    return redirect("orcid:home")


@login_required
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Stop everything that would be written to this record, until its owner lets us go on."""
    connection = _own_or_404(request)
    if connection.paused_by:
        messages.info(request, "Everything was paused already.")
        return redirect("orcid:home")
    wishes.pause_all(connection, by="person")
    messages.success(
        request, "Everything is paused. Nothing is written to your record until you let us go on."
    )
    return redirect("orcid:home")


@login_required
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Let everything go on. What the office paused only the office lets go on."""
    connection = _own_or_404(request)
    if connection.paused_by == Connection.PausedBy.STAFF:
        messages.error(request, "The office has paused this. Ask the office to let it go on.")
        return redirect("orcid:home")
    wishes.resume_all(connection)
    messages.success(request, "We go on.")
    return redirect("orcid:home")


def _own_or_404(request: HttpRequest) -> Connection:
    connection = own_connection(request)
    if connection is None:
        raise Http404
    return connection


def _own_items(request: HttpRequest) -> QuerySet[OrcidItem]:
    connection = own_connection(request)
    rows = owners.items(connection) if connection else OrcidItem.objects.none()
    return rows.select_related("connection")


def _card(row: OrcidItem) -> dict:
    return {"item": row, "when": in_words.sent_when(row), "offers": offers_for(row)}


def _calls(connection: Connection) -> QuerySet[ApiCall]:
    return owners.calls(connection).select_related("item__connection")


def _told(call: ApiCall) -> dict:
    if call.item and owners.is_anothers(call.item):
        call.item = None  # never the title of what is not theirs
    return {"at": call.at, "words": in_words.call_in_words(call), "done": call.status and call.status < 300}
