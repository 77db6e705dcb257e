"""Django tasks: what is due is done at once by whichever tasks backend the alias ``orcid`` names.

A task is only a nudge. What is to be done stands in rows, claimed by leases; a lost task, or a worker that was killed,
is made good by ``manage.py sync_orcid``. Without the alias no task is enqueued, and that command does everything.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ..after_commit import after_commit

ALIAS = "orcid"
_FINISHED_KEPT = dt.timedelta(days=1)
_WAITED_ENOUGH = dt.timedelta(hours=1)  # the sweep was there long before
_RAN_ENOUGH = dt.timedelta(days=1)  # its worker was killed


def enabled() -> bool:
    """Whether ``settings.TASKS`` has the alias ``orcid``."""
    return ALIAS in (getattr(settings, "TASKS", None) or {})


def _task(function):
    """Make a task of a function where there is a backend for it, so that a site without one needs no package."""
    if not enabled():
        return function
    try:
        from django.tasks import task  # Django 6
    except ImportError:
        from django_tasks import task
    return task(backend=ALIAS, queue_name=ALIAS)(function)


@_task
def send(item_pk: int) -> None:
    """Work on one item if it is due and nobody else does."""
    from .. import sync

    sync.run_item(item_pk)


@_task
def read(connection_pk: int) -> None:
    """Read one record again if that was asked for and nobody else does."""
    from .. import sync

    sync.run_read(connection_pk)


def wake(item_pk: int, at: dt.datetime | None = None) -> None:
    """Have an item worked on when the transaction has committed: now, or at ``at`` (UTC) where the backend can wait."""
    after_commit(_enqueue, send, item_pk, at)


def wake_read(connection_pk: int, at: dt.datetime | None = None) -> None:
    """The same for reading a record again."""
    after_commit(_enqueue, read, connection_pk, at)


def _enqueue(task: Any, pk: int, at: dt.datetime | None) -> None:
    if not enabled() or not hasattr(task, "enqueue"):
        return
    if at is not None and at > timezone.now():
        if not task.get_backend().supports_defer:
            return  # the sweep comes by
        task = task.using(run_after=at)
    task.enqueue(pk)


def prune(now: dt.datetime | None = None) -> int:
    """Forget tasks of the alias that are of no more use, where the backend is the database; return how many. What else
    a host puts on this alias must be a nudge, too.

    Those are the finished ones of yesterday, those that no worker took for an hour (there is none, and the sweep did
    the work) and those whose worker was killed.
    """
    if not enabled() or not hasattr(send, "enqueue"):
        return 0
    try:
        from django_tasks_db import DatabaseBackend
        from django_tasks_db.models import DBTaskResult
    except (ImportError, RuntimeError):  # not there, or not among the installed apps
        return 0
    if not isinstance(send.get_backend(), DatabaseBackend):
        return 0
    now = now or timezone.now()
    late = now - _WAITED_ENOUGH
    useless = (
        Q(finished_at__lt=now - _FINISHED_KEPT)
        | Q(status="RUNNING", started_at__lt=now - _RAN_ENOUGH)
        | (Q(status="READY", enqueued_at__lt=late) & (Q(run_after__lt=late) | Q(run_after__year=9999)))
    )
    return DBTaskResult.objects.filter(useless, backend_name=ALIAS).delete()[0]
