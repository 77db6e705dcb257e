"""Writing down each call: before it is made, and again when its answer is there; and forgetting it after years."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from ..models import ApiCall, Connection, OrcidItem
from .transport import session

_PIECE = 500  # rows deleted at a time, so that nobody has to wait for it
_PIECES = 20  # in one go; the rest goes next time


@contextmanager
def recorded(
    method: str, path: str, *, connection: Connection | None = None, item: OrcidItem | None = None
) -> Iterator[ApiCall]:
    """Keep one call in the history. The caller sets ``status``, ``error_code`` and ``outcome`` on the row it
    is given.

    The row exists before the call, so that a process that is killed in between leaves a trace of it.
    """
    row = ApiCall(method=method, path=path[:500], connection=connection, item=item)
    with completed(row, "status", "error_code"):
        yield row


@contextmanager
def completed(row: models.Model, *fields: str) -> Iterator[models.Model]:
    """Save ``row`` before the call it tells of, and afterwards its ``fields``, ``outcome`` and ``duration_ms``.

    For any model of a history with these two columns.
    """
    row.outcome = "No answer arrived."
    row.save(force_insert=True)
    started = time.monotonic()
    try:
        yield row
    finally:
        row.duration_ms = int((time.monotonic() - started) * 1000)
        row.save(update_fields=[*fields, "outcome", "duration_ms"])


@sensitive_variables()
def answer_to(row: ApiCall, method: str, address: str, **options: Any) -> requests.Response | None:
    """Make the call that ``row`` tells of and write the status of the answer on it. No redirect is followed.

    None when no answer arrived within ``ORCID_TIMEOUT_SECONDS``; the row then says so. ``options`` as in ``requests``.
    """
    try:
        response = session().request(
            method, address, timeout=settings.ORCID_TIMEOUT_SECONDS, allow_redirects=False, **options
        )
    except requests.RequestException as error:
        row.outcome = f"No answer arrived ({type(error).__name__})."
        return None
    row.status = response.status_code
    return response


def prune(now: dt.datetime | None = None) -> int:
    """Forget calls older than ``settings.ORCID_HISTORY_DAYS`` (0: keep all), the oldest first; return how many."""
    days = int(getattr(settings, "ORCID_HISTORY_DAYS", 730))
    return prune_older(ApiCall.objects.all(), days, now)


def prune_older(rows: models.QuerySet, days: int, now: dt.datetime | None = None) -> int:
    """Delete those of ``rows`` whose ``at`` is more than ``days`` ago (0: none), the oldest first; return how many."""
    if days <= 0:
        return 0
    old = rows.filter(at__lt=(now or timezone.now()) - dt.timedelta(days=days)).order_by("at")
    count = 0
    for _ in range(_PIECES):
        piece = list(old.values_list("pk", flat=True)[:_PIECE])
        count += rows.filter(pk__in=piece).delete()[0]
        if len(piece) < _PIECE:
            break
    return count
