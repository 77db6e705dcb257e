"""Everything that is due: items to be written, records to be read again, tokens to be revoked, webhooks.

What is due stands in rows and is claimed by leases (``leases``), so that any number of workers may run this, and a
worker that dies holds up its row for the length of a lease and no other. How one item is brought to an end stands in
``difference``.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from itertools import cycle

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from . import profile, revoking, wishes
from .api import circuit, errors, history
from .models import Connection, OrcidItem
from .sending import leases, tasks
from .sending.difference import put_off, work_on
from .wishes import (
    approve,
    desire,
    digest,
    leave_off,
    pause,
    pause_all,
    refuse,
    resume_all,
    resume_item,
    send_again,
    send_now,
    set_mode,
)

__all__ = [
    "approve",
    "desire",
    "digest",
    "keep_house",
    "leave_off",
    "pause",
    "pause_all",
    "refuse",
    "resume_all",
    "resume_item",
    "run_due",
    "run_item",
    "run_read",
    "send_again",
    "send_now",
    "set_mode",
    "work_on",
]

logger = logging.getLogger(__name__)
_MOST_READS = 8  # attempts; then the next call of the webhook, or the person, asks again


def run_due(
    limit: int | None = None, now: dt.datetime | None = None, stop: Callable[[], bool] | None = None
) -> int:
    """Do everything that is due, at most ``limit`` items and records; return how many were worked on. Not for use in
    a transaction.

    ``now`` (UTC) decides what is due; without it the clock does, at every claim. ``stop`` is asked before every claim
    whether to end early. Any number of workers may run this. While ORCID is down nothing is claimed. What breaks in
    one row is logged and put off; raised is only that the database does not answer.
    """
    revoking.revoke_left_over(now=now, stop=stop)
    _run_webhooks(now)
    count, idle = 0, 0
    for run_next in cycle((_next_item, _next_read)):
        if idle == 2 or (limit is not None and count >= limit) or (stop and stop()):
            break
        if not circuit.allows(now):
            break
        if run_next(now):
            count, idle = count + 1, 0
        else:
            idle += 1
    return count


def run_item(pk: int, now: dt.datetime | None = None) -> bool:
    """Work on one item if it is due and nobody else does. Return whether it was worked on."""
    if not circuit.allows(now):
        tasks.wake(pk, circuit.status().until)
        return False
    return _next_item(now, pk=pk)


def run_read(pk: int, now: dt.datetime | None = None) -> bool:
    """Read the record of one connection again if that was asked for. Return whether it was tried."""
    return circuit.allows(now) and _next_read(now, pk=pk)


def keep_house(now: dt.datetime | None = None) -> None:
    """What is done now and then: arrange anew what stands still for no reason, forget tasks and calls of long ago."""
    wishes.arrange_anew()
    tasks.prune(now)
    history.prune(now)


def _next_item(now: dt.datetime | None, **which) -> bool:
    owner = str(uuid.uuid4())
    here = {"environment": settings.ORCID_ENVIRONMENT}
    rows = OrcidItem.objects.filter(state=OrcidItem.State.WAITING, **here, **which)
    item = leases.claim(rows, owner, now or timezone.now())
    if item is None:
        return False
    try:
        work_on(item, owner, now)
    except (OperationalError, InterfaceError):
        raise  # nothing could be written down now; the lease gives the item back
    except Exception as fault:
        logger.error("Work on item %s broke off: %s", item.pk, errors.trail(fault))
        put_off(item, owner, now or timezone.now())
    return True


def _next_read(now: dt.datetime | None, **which) -> bool:
    owner = str(uuid.uuid4())
    rows = Connection.objects.filter(read_wanted_at__isnull=False, state=Connection.State.CONNECTED, **which)
    rows = rows.filter(environment=settings.ORCID_ENVIRONMENT)
    row = leases.claim(rows, owner, now or timezone.now())
    if row is None:
        return False
    wanted = row.read_wanted_at
    try:
        done = profile.refresh(row) is not None
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        logger.error("Reading the record of connection %s broke off: %s", row.pk, errors.trail(fault))
        done = False
    held = Connection.objects.filter(pk=row.pk, lease_owner=owner)
    row.refresh_from_db()
    if done or not row.can_read or row.attempts + 1 >= _MOST_READS:
        # Asked for once more while we read: then it stays to be read.
        held.filter(read_wanted_at=wanted).update(read_wanted_at=None)
        held.update(attempts=0, next_try_at=None, lease_owner="", lease_until=None)
    else:
        at = (now or timezone.now()) + leases.delay(row.attempts + 1)
        held.update(attempts=row.attempts + 1, next_try_at=at, lease_owner="", lease_until=None)
        tasks.wake_read(row.pk, at)
    return True


def _run_webhooks(now: dt.datetime | None) -> None:
    if find_spec(f"{__package__}.webhooks"):
        import_module(f"{__package__}.webhooks").run_due(now)
