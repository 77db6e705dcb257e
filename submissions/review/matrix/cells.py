"""What stands in a cell of the matrix: state in words with an icon, a moment, a short reason."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import Truncator

from orcid_workflow import reasons
from orcid_workflow.models import OrcidItem
from submissions.models import Delivery, PackageTaken, Status, Submission, Wish
from submissions.outlets.packages import LABELS

from .outlets import PACKAGES, PLACE, RECORD, Outlet, items, outlets

SHORT = 60  # characters of a reason in the list; the page of the thesis has all of it
State = Delivery.State


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown. ``tone`` is a class of the style sheet, ``icon`` one of Wagtail's; ``words`` say it all."""

    words: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One thesis at one outlet. ``at`` is in UTC and ``moment`` says what happened then; ``reason`` is in full, for
    staff; ``source`` is the row behind it, or None.
    """

    outlet: Outlet
    look: Look
    at: dt.datetime | None = None
    moment: str = ""
    reason: str = ""
    source: Delivery | OrcidItem | None = None

    @property
    def short(self) -> str:
        """The reason, cut to what a cell can hold."""
        return Truncator(self.reason).chars(SHORT)


NOTHING = Look("Nothing yet", "minus", "plain")
ALARM = Look("Differs there", "error", "bad")
_DONE = {
    Wish.RESERVED: Look("Reserved", "circle-check", "good"),
    Wish.PUBLIC: Look("Delivered", "circle-check", "good"),
    Wish.WITHDRAWN: Look("Withdrawn there", "circle-check", "good"),
    Wish.NOTHING: Look("Nothing to be there", "minus", "plain"),
}
_PLACE = {
    State.WAITING: Look("Waiting", "time", "info"),
    State.NEEDS_ATTENTION: Look("Needs attention", "warning", "bad"),
    State.PAUSED: Look("Paused", "lock", "plain"),
    State.REMOVED: Look("Not there", "circle-xmark", "plain"),
}
_RECORD = {
    OrcidItem.State.WAITING: Look("Waiting", "time", "info"),
    OrcidItem.State.HELD: Look("Waits for its owner", "time", "info"),
    OrcidItem.State.SENT: Look("On the record", "circle-check", "good"),
    OrcidItem.State.NEEDS_ATTENTION: Look("Needs attention", "warning", "bad"),
    OrcidItem.State.PAUSED: Look("Paused", "lock", "plain"),
    OrcidItem.State.REMOVED: Look("Not on the record", "circle-xmark", "plain"),
}


def look_of(delivery: Delivery) -> Look:
    """How a delivery stands. An alarm counts before everything but what needs attention by itself."""
    if delivery.state == State.NEEDS_ATTENTION:
        return _PLACE[State.NEEDS_ATTENTION]
    if delivery.alarms:
        return ALARM
    return _DONE[delivery.sent_wish] if delivery.state == State.DONE else _PLACE[delivery.state]


def place_cell(outlet: Outlet, delivery: Delivery | None) -> Cell:
    """A thesis at a place of ``ETD_TARGETS``."""
    if delivery is None:
        return Cell(outlet, NOTHING)
    reason = " ".join(filter(None, [delivery.reason, *delivery.alarms]))
    at, moment = _moment(delivery)
    return Cell(outlet, look_of(delivery), at, moment, reason, delivery)


def _moment(delivery: Delivery) -> tuple[dt.datetime | None, str]:
    """The moment that says most of a delivery, and what it is."""
    if delivery.state == State.WAITING and delivery.next_try_at and delivery.attempts:
        return delivery.next_try_at, "next try"
    if delivery.alarms and delivery.checked_at:
        return delivery.checked_at, "read back"
    if delivery.state == State.DONE and delivery.sent_at:
        return delivery.sent_at, "sent"
    return delivery.updated_at, "since"


def record_cell(outlet: Outlet, submission: Submission, found: Iterable[OrcidItem]) -> Cell:
    """The work or the degree on the author's record. Of several items (the iD changed) the author's own one counts."""
    own = max(found, key=lambda item: _rank(submission, item), default=None)
    if own is None:
        without = submission.author_connection_id is None and submission.status == Status.PUBLISHED
        return Cell(outlet, NOTHING, reason="No iD is connected to this thesis." if without else "")
    at, moment = (own.sent_at, "sent") if own.state == OrcidItem.State.SENT else (own.updated_at, "since")
    return Cell(outlet, _RECORD[own.state], at, moment, reasons.reason(own).staff, own)


def _rank(submission: Submission, item: OrcidItem) -> tuple:
    mine = item.connection_id == submission.author_connection_id
    return mine, bool(item.desired_hash), item.put_code is not None, item.updated_at


def package_cell(outlet: Outlet, taken: list[PackageTaken]) -> Cell:
    """Which packages were taken, newest first, and when the last."""
    if not taken:
        return Cell(outlet, NOTHING)
    kinds = dict.fromkeys(str(LABELS.get(one.kind, one.kind)) for one in taken)
    by = f"by {taken[0].taken_by}" if taken[0].taken_by else "by a command"
    return Cell(
        outlet, Look("Taken", "download", "good"), taken[0].taken_at, "last", f"{', '.join(kinds)}, {by}"
    )


def fill(rows: list[Submission]) -> list[Submission]:
    """Give each row its ``cells``, a dict by the outlet's name, with three queries for all rows together."""
    by_key = {row.pk: row for row in rows}
    deliveries = {}
    for delivery in Delivery.objects.filter(submission__in=rows).defer("remote"):
        delivery.submission = by_key[delivery.submission_id]
        deliveries[delivery.submission_id, delivery.target] = delivery
    on_record = defaultdict(list)
    keys = [str(row.uuid) for row in rows]
    found = items().filter(key__in=keys).select_related("connection")
    for item in found.defer("message", "connection__record"):
        on_record[item.key, item.kind].append(item)
    taken = defaultdict(list)
    for one in PackageTaken.objects.filter(submission__in=rows):
        taken[one.submission_id].append(one)
    columns = outlets()
    for row in rows:
        readers = {
            PLACE: lambda column, row=row: place_cell(column, deliveries.get((row.pk, column.key))),
            RECORD: lambda column, row=row: record_cell(column, row, on_record[str(row.uuid), column.key]),
            PACKAGES: lambda column, row=row: package_cell(column, taken[row.pk]),
        }
        row.cells = {column.name: readers[column.family](column) for column in columns}
    return rows
