"""Claiming rows for work: any number of workers, each row with one of them, none lost with a worker that
dies.

For every model with ``lease_owner``, ``lease_until``, ``next_try_at`` and ``attempts``. When the clock jumps: set back,
what is held or put off is late by the jump at most and nothing is lost; set ahead, a lease may end while its holder
still works, whose later writes then find no row (``lease_owner``), so that two never both write down what they did.
"""

import datetime as dt
import random
from typing import TypeVar

from django.db import connection, models, transaction
from django.db.models import F, Q

LEASE = dt.timedelta(minutes=5)  # well over the longest run of calls for one row
_FIRST_DELAY = 20.0
_LONGEST_DELAY = 6 * 3600.0

Row = TypeVar("Row", bound=models.Model)


def due(rows: models.QuerySet[Row], now: dt.datetime, at: str = "next_try_at") -> models.QuerySet[Row]:
    """Return those of ``rows`` whose time (the column ``at``) has come and that no living worker holds."""
    return rows.filter(
        Q((at, None)) | Q((f"{at}__lte", now)), Q(lease_until=None) | Q(lease_until__lt=now)
    ).order_by(F(at).asc(nulls_first=True), "pk")


def claim(rows: models.QuerySet[Row], owner: str, now: dt.datetime, at: str = "next_try_at") -> Row | None:
    """Take one due row for ``owner`` until ``now`` plus the lease, and return it; None when there is none. ``at`` is
    the column that says when it is due.

    On PostgreSQL rows that others are claiming are stepped over; elsewhere the conditional UPDATE decides who
    has it.
    """
    until = now + LEASE
    while True:
        with transaction.atomic():
            candidates = due(rows, now, at)
            if connection.features.has_select_for_update_skip_locked:
                candidates = candidates.select_for_update(skip_locked=True, of=("self",))
            row = candidates.first()
            if row is None:
                return None
            taken = (
                due(rows.filter(pk=row.pk), now, at).order_by().update(lease_owner=owner, lease_until=until)
            )
        if taken:
            row.lease_owner, row.lease_until = owner, until
            return row


def delay(attempts: int) -> dt.timedelta:
    """Return how long to wait after ``attempts`` failures: doubling to six hours, each a random half to whole
    of it.

    The randomness keeps many rows that failed together from coming back together.
    """
    longest = min(_FIRST_DELAY * 2 ** min(attempts, 30), _LONGEST_DELAY)
    return dt.timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311 - not for secrecy
