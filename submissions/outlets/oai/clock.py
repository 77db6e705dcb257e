"""Datestamps that no harvester can miss.

A harvester comes back with ``from`` set to the ``responseDate`` of its last visit, or to the latest datestamp it saw
then. A change would be lost if its datestamp were earlier than that and it became visible only later: because its
transaction was still open at the visit, or because the clock was set back in between. The rule has three parts:

1. A new datestamp is never earlier than the record's former one, nor than ``HarvestClock.said``, the latest second
   that any list answer has spoken of (``stamp``).
2. Before a list answer speaks of a later second than ever before, it writes that second down as said (``tick``).
3. A list answer speaks only of the time before the oldest transaction that is still open and may have given a
   datestamp: what is later is neither listed nor passed by ``responseDate``; it comes with the next harvest.

For part 3 a transaction on PostgreSQL holds an advisory lock that names the second of its stamp, and readers look at
the locks: nobody waits for anybody. On SQLite there is one writer at a time, and writing down what is said waits for
it; so when that is done, no stamp is on its way.

The clock is the database's, because web servers and workers may disagree.
"""

import datetime as dt
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Subquery
from django.db.models.functions import Now

from ...models import HarvestClock, StoredRecord
from . import database

# Advisory locks of two numbers: ours, and seconds since 2023-11-14 (so that they fit into 31 bits until 2091).
_LOCKS = 1_330_726_220
_EPOCH = dt.datetime.fromtimestamp(1_700_000_000, tz=dt.UTC)
_OLDEST = (
    "SELECT min(objid::bigint) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2"
    " AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What an answer may speak of: records stamped up to and with ``horizon``, said at ``response_date`` (both UTC).

    ``latest`` is the latest datestamp of all that the statement saw which looked at the clock.
    """

    response_date: dt.datetime
    horizon: dt.datetime
    latest: dt.datetime


#: What ``tick`` returned last in this process, and when it was asked (``time.monotonic``).
_last: tuple[float, Moment] | None = None


def stamp() -> dt.datetime:
    """Return the datestamp (UTC) for records that the running transaction writes.

    Call it once for all records of a case, within the transaction, and take the later one of it and the former
    datestamp.
    """
    announced = _EPOCH
    if connection.vendor == "postgresql":
        announced = max(_read()[:2])
        _announce(announced)
    now, said, _ = _read()  # read after the lock is held, so that nobody overlooks both
    return max(now, said, announced)  # the clock may have been set back in between


def tick() -> Moment:
    """Return what a list answer may speak of now. Call it before the list is read, outside any transaction."""
    return tick_and_read("", [])[0]


def tick_and_read(columns: str, parameters: list[object]) -> tuple[Moment, tuple]:
    """Like ``tick``; and what stands in ``columns`` (SQL) at the moment when the statement looks at the clock, thus not
    after it. An empty tuple when that could not be read. The columns can speak of the latest datestamp of all as
    ``latest.datestamp``.
    """
    asked = time.monotonic()
    (now, said, latest, oldest), answered = _read_all(columns, parameters)
    candidate = max(now, said, latest)
    if _second(candidate) > said:
        HarvestClock.objects.filter(said__lt=_second(candidate)).update(said=_second(candidate))
        oldest = _oldest_announced()  # again: what was announced before this second was said counts
    if oldest is None or oldest > candidate:
        moment = Moment(_second(candidate), candidate, latest)
    else:
        moment = Moment(oldest, oldest - dt.timedelta(microseconds=1), latest)
    global _last
    _last = asked, moment
    return moment, answered


def lately() -> Moment | None:
    """What an answer of this process could speak of less than ``ETD_OAI_AGE`` seconds ago; None when there was none.

    An answer that speaks of that now, with what was there then, is one that was made then and has been on its way for
    so long. So whatever holds for answers of ``tick`` holds for it: what it does not show is stamped not earlier than
    its ``responseDate``.
    """
    if _last is None or time.monotonic() - _last[0] >= settings.ETD_OAI_AGE:
        return None
    return _last[1]


def _read() -> tuple[dt.datetime, dt.datetime, dt.datetime]:
    """The database's clock, what was said, and the latest datestamp that is visible."""
    latest = StoredRecord.objects.order_by("-datestamp").values("datestamp")[:1]
    row = HarvestClock.objects.filter(pk=1).annotate(now=Now(), latest=Subquery(latest))
    found = row.values_list("now", "said", "latest").first()
    if found is None:
        HarvestClock.objects.bulk_create([HarvestClock(pk=1, said=_EPOCH)], ignore_conflicts=True)
        return _read()
    now, said, latest = found
    return now, said, latest or said


def _read_all(
    columns: str, parameters: list[object]
) -> tuple[tuple[dt.datetime, dt.datetime, dt.datetime, dt.datetime | None], tuple]:
    """What ``_read`` returns, and what ``_oldest_announced`` does, in one statement, because each page asks; then
    what stands in ``columns``.

    PostgreSQL looks at the locks after it has taken its snapshot: who announced a stamp too late to be seen read a
    ``said`` that is not earlier than the one returned here.
    """
    locks = f"({_OLDEST})" if connection.vendor == "postgresql" else "NULL"
    sql = (
        f"SELECT {database.NOW[connection.vendor]}, said, latest.datestamp, {locks}"  # noqa: S608
        f"{', ' if columns else ''}{columns} FROM {HarvestClock._meta.db_table} LEFT JOIN (SELECT datestamp"
        f" FROM {StoredRecord._meta.db_table} ORDER BY datestamp DESC LIMIT 1) latest ON TRUE WHERE id = 1"
    )
    found = database.rows(sql, [*([_LOCKS] if connection.vendor == "postgresql" else []), *parameters])
    if not found:
        return (*_read(), _oldest_announced()), ()
    now, said, latest, number, *answered = found[0]
    said = database.moment(said)
    moments = database.moment(now), said, database.moment(latest or said), _announced(number)
    return moments, tuple(answered)


def _announce(moment: dt.datetime) -> None:
    """Hold a lock to the end of the transaction that says: a stamp not earlier than ``moment`` is on its way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_LOCKS, _number(moment)])


def _oldest_announced() -> dt.datetime | None:
    """The earliest second that an open transaction of somebody else has announced."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, [_LOCKS])
        (number,) = cursor.fetchone()
    return _announced(number)


def _announced(number: int | None) -> dt.datetime | None:
    return None if number is None else _EPOCH + dt.timedelta(seconds=number)


def _number(moment: dt.datetime) -> int:
    return int((moment - _EPOCH).total_seconds())


def _second(moment: dt.datetime) -> dt.datetime:
    return moment.replace(microsecond=0)
