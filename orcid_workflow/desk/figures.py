"""The numbers of the overview: what there is, what came month by month, and what needs somebody."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode

from orcid_workflow import wishes
from orcid_workflow.api import errors
from orcid_workflow.models import ApiCall, Connection, Consent, OrcidItem, ServiceState

from . import words

MONTHS = 12
#: Longer than this ago an item should have been sent, if a worker runs.
OVERDUE = dt.timedelta(minutes=15)


def listing(name: str, **query: object) -> str:
    """Address of a list of the desk with filters set."""
    address = reverse(f"{name}:index")
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


@dataclass(frozen=True, slots=True)
class Number:
    """A number with what it counts and where those are listed."""

    count: int
    words: str
    url: str


def numbers() -> list[Number]:
    """iDs by permission, items by state, calls of the last day."""
    states = Counter(dict(Connection.objects.values_list("state").annotate(Count("pk")).order_by()))
    items = Counter(dict(OrcidItem.objects.values_list("state").annotate(Count("pk")).order_by()))
    calls = ApiCall.objects.filter(at__gte=timezone.now() - dt.timedelta(days=1))
    failed = calls.filter(Q(status=None) | Q(status__gte=300)).count()
    return [
        *(
            Number(
                states[state.value],
                f"iDs: {words.small(state.label)}",
                listing("orcid_connections", state=state.value),
            )
            for state in Connection.State
        ),
        *(
            Number(items[state.value], f"Items: {label}", listing("orcid_items", state=state.value))
            for state, label in words.STATES.items()
        ),
        Number(calls.count(), "Calls in the last 24 hours", listing("orcid_calls")),
        Number(failed, "Of these not done", listing("orcid_calls", answer="not_done")),
    ]


@dataclass(frozen=True, slots=True)
class Month:
    """One month: how many iDs were confirmed for the first time and how many items first sent, and all till then."""

    label: str
    new_ids: int
    all_ids: int
    new_items: int
    all_items: int


def months(now: dt.datetime | None = None) -> list[Month]:
    """The last twelve months in the site's time zone, the current one last.

    An iD counts from its first consent (without a ledger entry: from its last sign-in), whatever came afterwards.
    """
    today = timezone.localdate(now)
    firsts = [_first(today, back) for back in range(MONTHS - 1, -1, -1)]
    given = Consent.objects.filter(connection=OuterRef("pk")).order_by("given_at").values("given_at")
    first_consent = Coalesce(Subquery(given[:1]), "authenticated_at")
    # Without a moment of leaving, a disconnected row is only kept while its owner is asked something.
    known = Connection.objects.exclude(state=Connection.State.DISCONNECTED, disconnected_at=None)
    ids = _by_month(known.annotate(moment=first_consent))
    items = _by_month(OrcidItem.objects.exclude(first_sent_at=None).annotate(moment=F("first_sent_at")))
    result = []
    for first in firsts:
        result.append(
            Month(
                date_format(first, "M Y"),
                ids[first],
                sum(count for month, count in ids.items() if month <= first),
                items[first],
                sum(count for month, count in items.items() if month <= first),
            )
        )
    return result


def _first(day: dt.date, back: int) -> dt.date:
    number = day.year * 12 + day.month - 1 - back
    return dt.date(number // 12, number % 12 + 1, 1)


def _by_month(rows: QuerySet) -> Counter[dt.date]:
    """How many ``rows`` have their ``moment`` in each month of the site's time zone, by its first day."""
    counted = rows.annotate(month=TruncMonth("moment")).values("month").annotate(count=Count("pk")).order_by()
    return Counter({timezone.localtime(row["month"]).date(): row["count"] for row in counted})


@dataclass(frozen=True, slots=True)
class Need:
    """Something that somebody has to do. ``mine`` when the office itself has to."""

    words: str
    url: str
    mine: bool = True


def needs(now: dt.datetime | None = None) -> Iterator[Need]:
    """What needs staff, the most urgent first; at the end what waits for others."""
    now = now or timezone.now()
    here = {"environment": settings.ORCID_ENVIRONMENT}
    items = OrcidItem.objects.filter(**here)
    overdue = items.filter(
        Q(next_try_at__lt=now - OVERDUE) | Q(next_try_at=None, updated_at__lt=now - OVERDUE),
        state=OrcidItem.State.WAITING,
        connection__paused_by="",
    ).count()
    if overdue and not circuit_words(now)[0]:
        yield Need(
            f"{_items(overdue)} should have been sent by now. Is the worker running? The set-up check tells.",
            listing("orcid_items", state="waiting"),
        )
    waits = items.filter(state=OrcidItem.State.NEEDS_ATTENTION)
    for row in (
        waits.filter(action=errors.Action.ASK_STAFF)
        .values("error_code")
        .annotate(count=Count("pk"))
        .order_by("-count")
    ):
        code = row["error_code"]
        query = {"state": "needs_attention", "action": "ask_staff"} | ({"error_code": code} if code else {})
        yield Need(f"{_items(row['count'])}: {_meaning(code)}", listing("orcid_items", **query))
    unreadable = items.filter(error_code=errors.UNREADABLE_CODE).count()
    if unreadable:
        yield Need(
            f"{_items(unreadable)}: {errors.UNREADABLE_TOKEN.staff}",
            listing("orcid_items", error_code=errors.UNREADABLE_CODE),
        )
    hooks = Connection.objects.filter(hook=Connection.Hook.FAILED, **here).count()
    if hooks:
        yield Need(
            f"{hooks} webhook(s) were refused by ORCID. The set-up check says why.",
            listing("orcid_connections"),
        )
    for state in (
        Connection.RecordState.LOCKED,
        Connection.RecordState.DEACTIVATED,
        Connection.RecordState.DEPRECATED,
    ):
        count = Connection.objects.filter(record_state=state, **here).exclude(state="disconnected").count()
        if count:
            matter = f"{count} record{'' if count == 1 else 's'}: {words.small(state.label)}."
            yield Need(
                f"{matter} The owner is told on their page.",
                listing("orcid_connections", record_state=state.value),
                mine=False,
            )
    for action, matter in (
        (errors.Action.RECONNECT, "the owner has to connect again"),
        (errors.Action.GONE, "removed at ORCID by the owner, who is asked once"),
        (errors.Action.ASK_PERSON, "the owner has to act"),
    ):
        count = waits.filter(action=action).count()
        if count:
            query = {"state": "needs_attention", "action": str(action)}
            yield Need(f"{_items(count)}: {matter}.", listing("orcid_items", **query), mine=False)


def _items(count: int) -> str:
    return f"{count} item{'' if count == 1 else 's'}"


def _meaning(code: str) -> str:
    if code == wishes.REFUSED_CODE:
        return "ORCID would refuse the message, so it was not sent. Each item says what is missing."
    return words.meaning(code) or "read the reason of each."


def circuit_words(now: dt.datetime | None = None) -> tuple[bool, str]:
    """Whether calls are held back, and how ORCID is, in a sentence."""
    state = ServiceState.objects.filter(environment=settings.ORCID_ENVIRONMENT).first()
    if state and state.open_until and state.open_until > (now or timezone.now()):
        until = date_format(timezone.localtime(state.open_until), "H:i T")
        since = date_format(timezone.localtime(state.changed_at), "j F Y, H:i T")
        return (
            True,
            f"{state.reason or 'ORCID does not answer.'} Since {since} nothing is sent; asked again at {until}.",
        )
    if state and state.failures:
        return False, f"ORCID is called as usual; the last {state.failures} call(s) had no proper answer."
    return False, "ORCID is called as usual."
