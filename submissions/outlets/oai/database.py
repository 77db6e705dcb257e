"""Reading many bytes from the database without a detour: SQL that is written here, values as they are stored.

Building the query of a page anew with the ORM takes longer than running it, and so does turning stored bytes into
hexadecimal digits and back, which is how PostgreSQL sends them unless it is asked for its binary format.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import OperationalError, connection
from django.db.models import BooleanField, Func

from .resumption import microseconds

_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
# By connection.vendor: the clock of the database at the beginning of the statement; the datestamp of a record r, exact
# and without Django's converters, which take longer than the query; the same to the second as the protocol writes it;
# a uuid as people write it; and what ``total`` reckons, of the datestamps of many records r.
NOW = {"postgresql": "STATEMENT_TIMESTAMP()", "sqlite": "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW')"}
STAMP = {"postgresql": "r.datestamp", "sqlite": "CAST(r.datestamp AS TEXT)"}
SECOND = {
    "postgresql": """to_char(r.datestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
    "sqlite": "substr(r.datestamp, 1, 10) || 'T' || substr(r.datestamp, 12, 8) || 'Z'",
}
UUID = {
    "postgresql": "{0}::text",
    "sqlite": "||'-'||".join(f"substr({{0}}, {begin}, {length})" for begin, length in _PARTS),
}
# A sum of whole numbers of SQLite's must stay below 2**63; so it is good for nine million records.
_FOLD = 10**12
TOTAL = {
    "postgresql": f"sum((EXTRACT(EPOCH FROM r.datestamp) * 1000000)::bigint %% {_FOLD})",
    # Second and fraction apart: SQLite rounds to milliseconds. A whole second is stored without a fraction.
    "sqlite": f"sum((STRFTIME('%%s', substr(r.datestamp, 1, 19)) * 1000000 + substr(r.datestamp, 21)) %% {_FOLD})",
}


def rows(sql: str, parameters: Sequence[object]) -> list[tuple]:
    """Run ``sql``, which only reads, with a ``%s`` for each parameter. Moments go in aware; those in rows go through
    ``moment``.

    A connection that was kept from an earlier request may be dead, since the server was started anew. Django asks
    each time (CONN_HEALTH_CHECKS), which takes as long as the statement; here the statement is repeated instead.
    """
    adapt = connection.ops.adapt_datetimefield_value
    given = [adapt(each) if isinstance(each, dt.datetime) else each for each in parameters]
    try:
        return _run(sql, given)
    except OperationalError:
        if connection.in_atomic_block or connection.connection is None or connection.is_usable():
            raise
        connection.close()
        return _run(sql, given)


def moment(value: Any) -> dt.datetime:
    """A moment (UTC) out of a row: SQLite knows no zones, and what it computes itself it returns as text."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    return value if value.tzinfo else value.replace(tzinfo=dt.UTC)


def total(stamps: Iterable[Any]) -> int:
    """The sum of datestamps as they come in rows, each in microseconds since 1970 without what is above ``_FOLD``."""
    return sum(microseconds(moment(stamp)) % _FOLD for stamp in stamps)


class Behind(Func):
    """``(a, b) > (c, d)``, compared as rows, for the ORM.

    Written out with OR, the database would read all earlier rows of the same moment again at each page; after an
    import or a renamed programme these are all there are.
    """

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list]:
        """The condition, as every database that Django knows reads it (SQL-92 row values)."""
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        (a, b, c, d), params = [sql for sql, _ in parts], [param for _, each in parts for param in each]
        return f"({a}, {b}) > ({c}, {d})", params


def _run(sql: str, parameters: Sequence[object]) -> list[tuple]:
    with _cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _cursor() -> Any:
    """A cursor of Django's, which counts and logs like any other; on PostgreSQL it asks for binary results."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    import psycopg

    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.format = psycopg.pq.Format.BINARY
    return connection._prepare_cursor(cursor)
