"""The budget of calls: one token bucket for all processes of this site, so that ORCID never has to refuse one.

ORCID lets a client make ``ORCID_RATE`` calls a second and queues ``ORCID_BURST`` more before it answers 503
(orcid.md §17). pyrate-limiter decides (its token bucket) and waits; here is only where its state is kept, so that
processes share it: a row in PostgreSQL, read and written under its lock and by the clock of that server, or a file
beside the SQLite database (or ``ORCID_BUDGET_FILE``). Both are connections of their own: a budget must not wait for
the caller's transaction.
"""

import atexit
import logging
import os
import sqlite3
import threading
import time
from abc import abstractmethod

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from pyrate_limiter import (
    Decision,
    InMemoryStateStore,
    Limiter,
    Rate,
    SingleBucketFactory,
    StateBucket,
    StateStore,
    TokenBucket,
    WallClock,
)

logger = logging.getLogger(__name__)
# The other part of what ORCID queues is left for calls that were held up on their way and arrive together.
_PART_OF_BURST = 0.5
_LOCK_SECONDS = 5
_WINDOW_MS = 100_000  # the rate as calls in this time, so that it need not be a whole number a second
_guard = threading.Lock()
_kept: tuple[tuple, Limiter] | None = None


def acquire(seconds: float | None = None) -> bool:
    """Wait until one call may be made, at most ``seconds`` (without: ``ORCID_TIMEOUT_SECONDS``), and take its place.

    False: no place came free, or the state cannot be kept now. Then the call has to be put off.
    """
    seconds = settings.ORCID_TIMEOUT_SECONDS if seconds is None else seconds
    try:
        return bool(_limiter().try_acquire("call", timeout=seconds))
    except (DatabaseError, InterfaceError, sqlite3.Error, OSError) as fault:
        logger.error("The budget of calls to ORCID cannot be kept: %s.", type(fault).__name__)
        return False


def close() -> None:
    """Let go of the connection. The next ``acquire`` opens another one; nothing is lost."""
    global _kept
    with _guard:
        if _kept is not None:
            _kept[1].close()
        _kept = None


def _forget() -> None:
    """In a forked child: the connection belongs to the parent, and its locks may be held by a thread of it."""
    global _kept, _guard
    _kept, _guard = None, threading.Lock()


atexit.register(close)
os.register_at_fork(after_in_child=_forget)


def _limiter() -> Limiter:
    global _kept
    rate = float(getattr(settings, "ORCID_RATE", 24.0))
    burst = int(getattr(settings, "ORCID_BURST", 40))
    if rate <= 0:
        raise ImproperlyConfigured("ORCID_RATE must be more than 0: calls a second.")
    name = str(connections.settings[DEFAULT_DB_ALIAS]["NAME"])
    name = getattr(settings, "ORCID_BUDGET_FILE", "") or name
    values = (name, settings.ORCID_API_URL, settings.ORCID_CLIENT_ID, rate, burst)
    with _guard:
        if _kept is not None and _kept[0] != values:
            _kept[1].close()
            _kept = None
        if _kept is None:
            limit = Rate(
                max(1, round(rate * _WINDOW_MS / 1000)), _WINDOW_MS, burst=max(1, int(burst * _PART_OF_BURST))
            )
            store = _store(f"{settings.ORCID_API_URL} {settings.ORCID_CLIENT_ID}"[-200:])
            bucket = StateBucket([limit], TokenBucket(), store, WallClock())
            # The state is a number and never grows, so there is nothing for a thread to clean up.
            _kept = values, Limiter(SingleBucketFactory(bucket, schedule_leak=False), buffer_ms=1)
        return _kept[1]


def _store(key: str) -> StateStore:
    database = connections[DEFAULT_DB_ALIAS]
    if path := getattr(settings, "ORCID_BUDGET_FILE", ""):
        return _FileStore(key, str(path))
    if database.vendor == "postgresql":
        return _RowStore(key)
    if database.vendor != "sqlite":
        raise ImproperlyConfigured(
            "The budget of calls to ORCID is kept in PostgreSQL or beside SQLite; with another database set "
            "ORCID_BUDGET_FILE to a file on this machine, when no other machine calls ORCID for you."
        )
    if database.is_in_memory_db():
        return InMemoryStateStore()  # nobody else has such a database
    return _FileStore(key, f"{database.settings_dict['NAME']}-orcid-budget")


class _SharedStore(StateStore):
    """A state that every process reads and writes under one lock. A broken connection is made anew, once."""

    default_clock = WallClock()

    def check(self, algorithm, rates, now, weight) -> Decision:
        """Apply the algorithm to the stored state; ``now`` is passed over for the clock that all share."""
        try:
            return self._check(algorithm, rates, weight)
        except (DatabaseError, InterfaceError, sqlite3.Error):
            self.close()
        try:
            return self._check(algorithm, rates, weight)
        except (DatabaseError, InterfaceError, sqlite3.Error):
            self.close()
            raise

    def _check(self, algorithm, rates, weight) -> Decision:
        text, now = self._lock()
        state = algorithm.decode(text.split()) if text else algorithm.initial(rates)
        if len(state) != len(rates):
            state = algorithm.initial(rates)
        # Further ahead than a used-up bucket it can only be when the clock was set back: nobody waits for that hour.
        sane = tuple(
            min(value, now * 1000 + -(-rate.burst * rate.interval * 1000 // rate.limit) + rate.burst)
            for value, rate in zip(state, rates, strict=True)
        )
        after, decision = algorithm.step(rates, sane, now, weight)
        self._unlock(" ".join(f"{value:.0f}" for value in after) if after != state else None)
        return decision

    def read(self, algorithm, rates):
        """Part of the interface; nobody decides by it."""
        return algorithm.initial(rates)

    def reset(self) -> None:
        """Begin anew with a full bucket, as if no call had been made."""
        self._lock()
        self._unlock("")

    @abstractmethod
    def _lock(self) -> tuple[str, int]:
        """Begin; return the stored state and the time in milliseconds since 1970."""

    @abstractmethod
    def _unlock(self, state: str | None) -> None:
        """Write ``state`` unless it is None, and end."""


class _RowStore(_SharedStore):
    """In PostgreSQL: whoever comes waits for the row, in turn, and the time is taken when the row is theirs."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._database = None

    def _execute(self, sql: str, *values):
        with self._database.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchone() if cursor.description else None

    def _lock(self) -> tuple[str, int]:
        if self._database is None:
            self._database = connections.create_connection(DEFAULT_DB_ALIAS)
            self._database.inc_thread_sharing()  # the limiter lets one thread at a time in
            self._execute(
                "INSERT INTO orcid_workflow_budget (key, state) VALUES (%s, '') ON CONFLICT DO NOTHING",
                self._key,
            )
        self._execute("BEGIN")
        self._execute(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        row = self._execute("SELECT state FROM orcid_workflow_budget WHERE key = %s FOR UPDATE", self._key)
        if row is None:  # the table was emptied
            raise DatabaseError("The row of the budget is gone.")
        (now,) = self._execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
        return row[0], now

    def _unlock(self, state: str | None) -> None:
        if state is not None:
            self._execute("UPDATE orcid_workflow_budget SET state = %s WHERE key = %s", state, self._key)
        self._execute("COMMIT")

    def close(self) -> None:
        """Close the connection; what was begun on it is undone."""
        if self._database is not None:
            self._database.close()
        self._database = None


class _FileStore(_SharedStore):
    """Beside an SQLite database, in a file of its own: nobody then waits for the site's long transactions."""

    def __init__(self, key: str, path: str) -> None:
        self._key, self._path = key, path
        self._database: sqlite3.Connection | None = None

    def _lock(self) -> tuple[str, int]:
        if self._database is None:
            self._database = sqlite3.connect(
                self._path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._database.execute(
                "PRAGMA synchronous = OFF"
            )  # lost with the machine, it is of no use either
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS budget (key TEXT PRIMARY KEY, state TEXT NOT NULL)"
            )
        self._database.execute("BEGIN IMMEDIATE")
        row = self._database.execute("SELECT state FROM budget WHERE key = ?", [self._key]).fetchone()
        return row[0] if row else "", time.time_ns() // 1_000_000

    def _unlock(self, state: str | None) -> None:
        if state is not None:
            self._database.execute("INSERT OR REPLACE INTO budget VALUES (?, ?)", [self._key, state])
        self._database.execute("COMMIT")

    def close(self) -> None:
        """Close the connection; what was begun on it is undone."""
        if self._database is not None:
            self._database.close()
        self._database = None
