"""Reading past the ORM keeps what Django promises about connections."""

import datetime as dt
import threading

import pytest
from django.db import connection

from submissions.outlets.oai import database


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 1, 12, 0, 59, 999_999, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=dt.UTC),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC),
    ],
)
def test_the_database_and_python_reckon_the_same_total(db, moment):
    """Of so many that their microseconds since 1970 are more than a whole number of SQLite's can be."""
    given = "CAST(%s AS timestamptz)" if connection.vendor == "postgresql" else "%s"
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
    sql = f"{many} SELECT {database.TOTAL[connection.vendor]} FROM (SELECT {given} AS datestamp FROM n) r"  # noqa: S608
    assert database.rows(sql, [moment]) == [(database.total([moment] * 6000),)]


def test_a_connection_that_the_server_closed_is_opened_again(db):
    """A database that was started anew costs no visitor an error."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    found: list[object] = []

    def visit() -> None:
        """In a thread of its own, and so on a connection of its own, outside the transaction of the test."""
        try:
            (number,) = database.rows("SELECT pg_backend_pid()", [])[0]
            ended.append(number)
            begun.set()
            killed.wait(10)
            found.append(database.rows("SELECT pg_backend_pid()", [])[0][0])
        except Exception as error:
            found.append(error)
        finally:
            begun.set()
            connection.close()

    ended: list[int] = []
    begun, killed = threading.Event(), threading.Event()
    thread = threading.Thread(target=visit)
    thread.start()
    begun.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", ended)
        assert cursor.fetchone() == (True,)
    killed.set()
    thread.join(10)
    assert isinstance(found[0], int), found
    assert found != ended
