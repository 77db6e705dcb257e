"""Writing down each call: before it is made, and again when its answer is there."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..models import ApiCall, Connection, OrcidItem


@contextmanager
def recorded(
    method: str, path: str, *, connection: Connection | None = None, item: OrcidItem | None = None
) -> Iterator[ApiCall]:
    """Keep one call in the history. The caller sets ``status``, ``error_code`` and ``outcome`` on the row it
    is given.

    The row exists before the call, so that a process that is killed in between leaves a trace of it.
    """
    row = ApiCall.objects.create(
        method=method, path=path[:500], connection=connection, item=item, outcome="No answer arrived."
    )
    started = time.monotonic()
    try:
        yield row
    finally:
        row.duration_ms = int((time.monotonic() - started) * 1000)
        row.save(update_fields=["status", "error_code", "outcome", "duration_ms"])
