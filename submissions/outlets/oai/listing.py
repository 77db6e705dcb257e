"""Which records a harvest asks for, a page at a time, in the order of datestamps.

The order is that of the key (datestamp, row), and a page begins behind the last record of the page before. ``until``
is not frozen at the first request: a record that changes while a harvest is under way moves to its end and is still
met, so that whoever reads to the end has seen each record and each deletion at least once.
"""

import datetime as dt
import uuid as uuids
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import BigIntegerField, BooleanField, DateTimeField, Func, QuerySet, Value

from ...metadata.crosswalks.registry import PREFIXES
from ...models import StoredRecord
from . import dates, sets
from .resumption import Position, microseconds


class Row(NamedTuple):
    """What is read of a stored record; ``content`` last, because lists of headers do without."""

    pk: int
    datestamp: dt.datetime
    uuid: uuids.UUID
    deleted: bool
    level: str
    programme: int | None
    year: int | None
    is_open: bool
    content: bytes = b""


_COLUMNS = ("pk", "datestamp", "submission__uuid", "deleted", "level", "programme_id", "year", "is_open")


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``size`` is the number of records in the whole list as far as it is known; ``onward`` where the next
    page begins, None at the end of the list.
    """

    rows: list[Row]
    cursor: int
    size: int
    onward: Position | None


def first(prefix: str, spec: str, since: str, until: str) -> Position:
    """The position before the first record of a list. The arguments are as they were sent, or empty."""
    return Position(prefix, spec, since, until, datestamp=0, row=0, sent=0, size=0)


def read(position: Position, horizon: dt.datetime, *, contents: bool) -> Page:
    """Return the page after ``position``, of records stamped not later than ``horizon`` (UTC).

    The first page of a list counts it. A later page is never empty while there is anything to repeat: when all that
    was left has moved out of the list meanwhile, the last record comes again, because the list has to end somehow.
    """
    whole = _asked_for(position, horizon)
    limit = settings.ETD_OAI_PAGE_SIZE
    rows = _rows(_after(whole, position), contents, limit + 1)
    if not rows and position.sent:
        rows = _rows(whole.order_by("-datestamp", "-pk"), contents, 1)
    more, rows = len(rows) > limit, rows[:limit]
    sent = position.sent + len(rows)
    size = position.size
    if not position.sent:
        size = whole.order_by().count() if more else sent
    size = max(size, sent + more)
    onward = None
    if more:
        onward = replace(
            position, datestamp=microseconds(rows[-1].datestamp), row=rows[-1].pk, sent=sent, size=size
        )
    return Page(rows, position.sent, size, onward)


def find(uuid: uuids.UUID) -> dict[str, StoredRecord]:
    """Return the harvested records of a thesis by prefix, without their contents; empty for one never published."""
    prefix_of = {form.name: prefix for prefix, form in PREFIXES.items()}
    records = StoredRecord.objects.filter(submission__uuid=uuid, format__in=prefix_of).defer("content")
    return {prefix_of[record.format]: record for record in records}


def one(pk: int) -> Row:
    """The whole row of one record."""
    return _rows(StoredRecord.objects.filter(pk=pk), contents=True, limit=1)[0]


def _asked_for(position: Position, horizon: dt.datetime) -> QuerySet[StoredRecord]:
    records = StoredRecord.objects.filter(format=PREFIXES[position.prefix].name, datestamp__lte=horizon)
    if position.since:
        records = records.filter(datestamp__gte=dates.read(position.since))
    if position.until and (end := dates.end(position.until)):
        records = records.filter(datestamp__lt=end)
    return sets.narrow(records, position.spec).order_by("datestamp", "pk")


def _after(records: QuerySet[StoredRecord], position: Position) -> QuerySet[StoredRecord]:
    if not position.sent:
        return records
    behind = Behind(
        "datestamp", "pk", Value(position.moment, DateTimeField()), Value(position.row, BigIntegerField())
    )
    return records.filter(behind)


class Behind(Func):
    """``(a, b) > (c, d)``, compared as rows.

    Written out with OR, the database would read all earlier records of the same moment again at each page; after an
    import or a renamed programme these are all there are.
    """

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list]:
        """The condition, as every database that Django knows reads it (SQL-92 row values)."""
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        (a, b, c, d), params = [sql for sql, _ in parts], [param for _, each in parts for param in each]
        return f"({a}, {b}) > ({c}, {d})", params


def _rows(records: QuerySet[StoredRecord], contents: bool, limit: int) -> list[Row]:
    columns = (*_COLUMNS, "content") if contents else _COLUMNS
    return [Row(*values) for values in records.values_list(*columns)[:limit]]
