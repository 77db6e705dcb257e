"""The columns of the matrix, and which theses have something in one of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Replace

from orcid_workflow.models import OrcidItem
from submissions.models import Delivery, PackageTaken, Status, Submission
from submissions.outlets.delivery.targets import targets
from submissions.outlets.orcid import EDUCATION, WORK

#: States that can be filtered by, the same words for every outlet.
STATES = {
    "waiting": "Waiting",
    "done": "Done",
    "needs_attention": "Needs attention",
    "paused": "Paused",
    "removed": "Not there (taken away)",
    "none": "Nothing yet",
}
ALARM, ATTENTION, EITHER = "alarm", "attention", "either"
TROUBLES = {
    EITHER: "Alarms and what needs attention",
    ALARM: "Alarms: what was read back differs",
    ATTENTION: "Needs attention",
}
_AT_ORCID = {
    "waiting": [OrcidItem.State.WAITING, OrcidItem.State.HELD],
    "done": [OrcidItem.State.SENT],
    "needs_attention": [OrcidItem.State.NEEDS_ATTENTION],
    "paused": [OrcidItem.State.PAUSED],
    "removed": [OrcidItem.State.REMOVED],
}
PLACE, RECORD, PACKAGES = "place", "record", "packages"


@dataclass(frozen=True, slots=True)
class Outlet:
    """One column. ``name`` is unique and stands in addresses; ``family`` says how it is read; ``key`` is the target's
    name, or the kind of the ORCID item.
    """

    name: str
    label: str
    family: str
    key: str = ""


#: The columns that every site has.
FIXED = (
    Outlet("orcid-work", "ORCID: thesis", RECORD, WORK),
    Outlet("orcid-degree", "ORCID: degree", RECORD, EDUCATION),
    Outlet("packages", "Packages", PACKAGES),
)


def places() -> list[Outlet]:
    """The places of ``settings.ETD_TARGETS`` in their order there."""
    sound = targets()
    return [
        Outlet(name, sound[name].label if name in sound else name, PLACE, name)
        for name in settings.ETD_TARGETS
    ]


def outlets() -> list[Outlet]:
    """All columns, from left to right."""
    return [*places(), *FIXED]


def theses() -> QuerySet[Submission]:
    """The rows: theses of which something is, was, or soon will be known outside."""
    return Submission.objects.filter(
        Q(status__in=[Status.APPROVED, Status.PUBLISHED])
        | Q(published_at__isnull=False)
        | Q(conferred_on__isnull=False)
        | Q(enrolment_confirmed_at__isnull=False)
        | Q(pk__in=Delivery.objects.values("submission_id"))
    )


def with_alarms() -> QuerySet[Delivery]:
    """Deliveries of which the round trip found that something did not survive."""
    return Delivery.objects.exclude(alarms=[])


def in_need() -> QuerySet[Delivery]:
    """Deliveries that go no further until somebody does something."""
    return Delivery.objects.filter(state=Delivery.State.NEEDS_ATTENTION)


def items() -> QuerySet[OrcidItem]:
    """The items of theses on ORCID records of the environment this site works with."""
    return OrcidItem.objects.filter(environment=settings.ORCID_ENVIRONMENT, kind__in=(WORK, EDUCATION))


def troubled(kind: str = EITHER) -> Q:
    """The theses with alarms, with something that needs attention at a place or at ORCID, or with either."""
    found = Q()
    if kind in (ALARM, EITHER):
        found |= Q(pk__in=with_alarms().values("submission_id"))
    if kind in (ATTENTION, EITHER):
        found |= Q(pk__in=in_need().values("submission_id"))
        found |= _about(items().filter(state=OrcidItem.State.NEEDS_ATTENTION))
    return found


def narrowed(
    rows: QuerySet[Submission], outlet: str = "", states: Iterable[str] = (), trouble: str = ""
) -> QuerySet[Submission]:
    """The theses of which one cell answers to everything asked for at once. ``outlet`` is a name of a column,
    ``states`` are keys of ``STATES``, ``trouble`` one of ``TROUBLES``; empty asks for nothing.
    """
    states = list(states)
    if not outlet and not states:
        return rows.filter(troubled(trouble)) if trouble else rows
    found = Q(pk__in=[])
    for column in outlets():
        if outlet in ("", column.name):
            found |= _FAMILIES[column.family](column, states, trouble)
    return rows.filter(found)


def _at_place(column: Outlet, states: list[str], trouble: str) -> Q:
    there = Delivery.objects.filter(target=column.key)
    rows = there.filter(state__in=states) if states else there
    if trouble:
        kinds = {ALARM: ~Q(alarms=[]), ATTENTION: Q(state=Delivery.State.NEEDS_ATTENTION)}
        rows = rows.filter(kinds.get(trouble, kinds[ALARM] | kinds[ATTENTION]))
    found = Q(pk__in=rows.values("submission_id"))
    if "none" in states and not trouble:
        found |= ~Q(pk__in=there.values("submission_id"))
    return found


def _on_record(column: Outlet, states: list[str], trouble: str) -> Q:
    if trouble == ALARM:
        return Q(pk__in=[])
    there = items().filter(kind=column.key)
    wanted = [state for name in states or _AT_ORCID for state in _AT_ORCID.get(name, [])]
    if trouble:
        wanted = [state for state in wanted if state == OrcidItem.State.NEEDS_ATTENTION]
    found = _about(there.filter(state__in=wanted))
    return found | ~_about(there) if "none" in states and not trouble else found


def _taken(_column: Outlet, states: list[str], trouble: str) -> Q:
    taken = Q(pk__in=PackageTaken.objects.values("submission_id"))
    if trouble:
        return Q(pk__in=[])
    found = taken if not states or "done" in states else Q(pk__in=[])
    return found | ~taken if "none" in states else found


_FAMILIES: dict[str, Callable[[Outlet, list[str], str], Q]] = {
    PLACE: _at_place,
    RECORD: _on_record,
    PACKAGES: _taken,
}


def _about(found: QuerySet[OrcidItem]) -> Q:
    """Theses that these items are about: their key is the uuid of the thesis."""
    # SQLite keeps a UUID without its hyphens, PostgreSQL as a type of its own; a key is text with them.
    bare = Replace("key", Value("-"), Value(""))
    return Q(pk__in=_with_bare_uuid().filter(bare__in=found.values_list(bare, flat=True)).values("pk"))


def _with_bare_uuid() -> QuerySet[Submission]:
    text = Cast(F("uuid"), CharField(max_length=36))
    return Submission.objects.annotate(bare=Replace(text, Value("-"), Value(""))).order_by()
