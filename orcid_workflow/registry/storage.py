"""One writer at a time.

SQLite has one write lock for the whole file and lets those who wait for it poll; a lock of our own in front of
it makes them queue instead, so that many clients at once are served in turn and none ever meets a lock.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

_lock = threading.RLock()


@contextmanager
def one_writer() -> Iterator[None]:
    """A transaction that writes. May be nested; the outermost one commits."""
    with _lock, transaction.atomic():
        yield
