"""Which records a harvest asks for, a page at a time, in the order of datestamps.

The order is that of the key (datestamp, row), and a page begins behind the last record of the page before. ``until``
is not frozen at the first request: a record that changes while a harvest is under way moves to its end and is still
met, so that whoever reads to the end has seen each record and each deletion at least once.
"""

import bisect
import datetime as dt
import itertools
import uuid as uuids
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from ...metadata.crosswalks.registry import PREFIXES
from ...models import StoredRecord, Submission
from . import dates, sets
from .database import SECOND, STAMP, TOTAL, UUID, Behind, moment, rows
from .names import identifier
from .resumption import Position, microseconds

__all__ = ["Behind", "Page", "Row", "find", "first", "one", "read", "size", "still_there"]
#: Bytes of contents in one answer: validators throw answers of more than 100 MB away (metadata.md §7).
LARGEST = 50_000_000
_RECORDS, _CASES = StoredRecord._meta.db_table, Submission._meta.db_table


class Row(NamedTuple):
    """A record of a list. ``stamp`` is as the database returns it (see ``moment``); ``header`` is the ``header``
    element; ``content`` the stored bytes, None of a deleted record and in lists of headers.
    """

    pk: int
    stamp: object
    header: str
    content: bytes | None


class Where(NamedTuple):
    """Conditions on records (``r``), as SQL that is joined by AND, and their parameters in that order."""

    sql: str
    parameters: list[object]

    def narrowed(self, sql: str, *parameters: object) -> "Where":
        """These conditions and one more."""
        return Where(f"{self.sql} AND {sql}", [*self.parameters, *parameters])


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``size`` is the number of records in the whole list as far as it is known; ``onward`` where the next
    page begins, None at the end of the list.
    """

    rows: list[tuple]  # of what ``Row`` names; to make a hundred of these takes as long as to read them
    cursor: int
    size: int
    onward: Position | None


def first(prefix: str, spec: str, since: str, until: str) -> Position:
    """The position before the first record of a list. The arguments are as they were sent, or empty."""
    return Position(prefix, spec, since, until, datestamp=0, row=0, sent=0, size=0)


def read(position: Position, horizon: dt.datetime, *, contents: bool, border: Position | None = None) -> Page:
    """Return the page after ``position``, of records stamped not later than ``horizon`` (UTC).

    The first page of a list counts it. A later page is never empty while there is anything to repeat: when all that
    was left has moved out of the list meanwhile, the last record comes again, because the list has to end somehow.
    A page that would go beyond ``border`` ends there, if it is at least half full. One ends before it has more than
    ``LARGEST`` bytes of contents, if it has more than one record.
    """
    whole = _asked_for(position, horizon)
    if whole is None:
        return Page([], position.sent, 0, None)
    limit = settings.ETD_OAI_PAGE_SIZE
    found = _rows(_after(whole, position), contents, limit + 1)
    if not found and position.sent:
        found = _rows(whole, contents, 1, order="r.datestamp DESC, r.id DESC")
    more = len(found) > limit
    # With the extra record: where it does not go beyond the border either, the border says nothing of this page.
    within = _within(found, border) if more and border else 0
    found = found[:limit]
    if within * 2 >= limit:
        found = found[:within]
    if contents and (fitting := _fitting(found)) < len(found):
        found, more = found[:fitting], True
    sent = position.sent + len(found)
    size = position.size
    if not position.sent:
        size = _count(whole) if more else sent
    size = max(size, sent + more)
    onward = None
    if more:
        stamp, row = (border.datestamp, border.row) if within == len(found) else _key(found[-1])
        onward = replace(position, datestamp=stamp, row=row, sent=sent, size=size)
    return Page(found, position.sent, size, onward)


def find(uuid: uuids.UUID) -> dict[str, StoredRecord]:
    """Return the harvested records of a thesis by prefix, without their contents; empty for one never published."""
    prefix_of = {form.name: prefix for prefix, form in PREFIXES.items()}
    records = StoredRecord.objects.filter(submission__uuid=uuid, format__in=prefix_of).defer("content")
    return {prefix_of[record.format]: record for record in records}


def one(pk: int) -> tuple:
    """The whole row of one record."""
    return _rows(Where("r.id = %s", [pk]), contents=True, limit=1)[0]


def size(position: Position, horizon: dt.datetime) -> int:
    """How many records the list of ``position`` has."""
    whole = _asked_for(position, horizon)
    return _count(whole) if whole else 0


def still_there(position: Position, onward: Position, latest: dt.datetime | None) -> tuple[str, list[object]]:
    """Two columns of SQL and their parameters: how many records there are between the two, the sum of their rows, and
    the ``total`` of their datestamps, as text with blanks between; and the datestamp of the first one behind
    them, NULL without any. All of it without a horizon.

    Both are NULL, and nothing is counted, if ``latest`` (UTC) is the latest datestamp of all, ``latest.datestamp`` in
    the statement around it.
    """
    whole = _asked_for(position, None)
    if whole is None:
        return "NULL, NULL", []
    page = _after(whole, position).narrowed("(r.datestamp, r.id) <= (%s, %s)", onward.moment, onward.row)
    behind = _after(whole, onward)
    there = (
        "(SELECT count(*) || ' ' || COALESCE(sum(r.id), 0) || ' ' ||"  # noqa: S608 - values are parameters
        f" COALESCE({TOTAL[connection.vendor]}, 0) FROM {_RECORDS} r WHERE {page.sql})"
    )
    following = (
        f"(SELECT r.datestamp FROM {_RECORDS} r WHERE {behind.sql} ORDER BY r.datestamp, r.id LIMIT 1)"  # noqa: S608
    )
    if latest is None:
        return f"{there}, {following}", [*page.parameters, *behind.parameters]
    changed = "CASE WHEN latest.datestamp = %s THEN NULL ELSE {} END"
    sql = f"{changed.format(there)}, {changed.format(following)}"
    return sql, [latest, *page.parameters, latest, *behind.parameters]


def _key(row: tuple) -> tuple[int, int]:
    return microseconds(moment(row[1])), row[0]


def _fitting(found: list[tuple]) -> int:
    """How many of the rows fit into an answer: one at least."""
    sums = itertools.accumulate(len(row[3] or b"") for row in found)
    return max(1, sum(size <= LARGEST for size in sums)) if found else 0


def _within(found: list[tuple], border: Position) -> int:
    """How many of the rows do not go beyond ``border``."""
    return bisect.bisect_right(found, (border.datestamp, border.row), key=_key)


def _asked_for(position: Position, horizon: dt.datetime | None) -> Where | None:
    """What the harvester asked for, up to ``horizon`` if that is given; None for a set that there is not."""
    in_set = sets.condition(position.spec)
    if in_set is None:
        return None
    name = PREFIXES[position.prefix].name
    where = Where("r.format = %s", [name])
    if horizon:
        where = where.narrowed("r.datestamp <= %s", horizon)
    if position.since:
        where = where.narrowed("r.datestamp >= %s", dates.read(position.since))
    if position.until and (end := dates.end(position.until)):
        where = where.narrowed("r.datestamp < %s", end)
    return where.narrowed(f"r.{in_set[0]}", *in_set[1]) if in_set[0] else where


def _after(where: Where, position: Position) -> Where:
    if not position.sent:
        return where
    # Compared as rows, for the reason that Behind gives.
    return where.narrowed("(r.datestamp, r.id) > (%s, %s)", position.moment, position.row)


def _count(where: Where) -> int:
    sql = f"SELECT count(*) FROM {_RECORDS} r WHERE {where.sql}"  # noqa: S608 - values are parameters
    return rows(sql, where.parameters)[0][0]


def _rows(where: Where, contents: bool, limit: int, order: str = "r.datestamp, r.id") -> list[tuple]:
    content = "CASE WHEN r.deleted THEN NULL ELSE r.content END" if contents else "NULL"
    sql = (
        f"SELECT r.id, {STAMP[connection.vendor]}, {_header()}, {content} FROM {_RECORDS} r"  # noqa: S608 - values are parameters
        f" JOIN {_CASES} s ON s.id = r.submission_id WHERE {where.sql} ORDER BY {order} LIMIT {limit}"
    )
    return rows(sql, [identifier(""), *where.parameters])


def _header() -> str:
    """The header of a record, written by the database, which is quicker at it than Python.

    A deleted record says so and stays in its sets. Nothing in a header needs to be escaped. The one parameter is what
    identifiers begin with.
    """
    return (
        "'<header' || CASE WHEN r.deleted THEN ' status=\"deleted\"' ELSE '' END || '>\n<identifier>' || %s || "
        f"{UUID[connection.vendor].format('s.uuid')} || '</identifier>\n<datestamp>' || {SECOND[connection.vendor]}"
        f" || '</datestamp>\n' || {sets.ELEMENTS} || '\n</header>\n'"
    )
