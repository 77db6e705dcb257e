"""The rate limit of the API hosts: a leaky bucket for each caller, as nginx keeps it (limit_req with a burst).

A call over the rate waits in the queue until its turn; when the queue is full it is refused with 503. ORCID:
24 a second for a member client, 12 for public clients and anonymous callers, burst 40.
"""

import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime

from .switches import switches

_CALLERS_KEPT = 10_000


@dataclass
class _Bucket:
    """``excess``: calls in the queue when it was last looked at, at ``seen`` (monotonic seconds)."""

    excess: float
    seen: float


_lock = threading.Lock()
_buckets: dict[str, _Bucket] = {}
_refused: Counter[str] = Counter()
_delayed: Counter[str] = Counter()
_today: Counter[tuple[date, str]] = Counter()


def admit(caller: str, rate: float) -> bool:
    """Let a call of ``caller`` through, after its wait in the queue; False when the queue is full.

    ``rate`` is calls a second; 0 lets everything through.
    """
    if not rate:
        return True
    with _lock:
        wait = _enter(caller, rate)
        if wait is None:
            _refused[caller] += 1
            return False
        if wait:
            _delayed[caller] += 1
    if wait:
        time.sleep(wait)
    return True


def _enter(caller: str, rate: float) -> float | None:
    now = time.monotonic()
    bucket = _buckets.get(caller)
    if bucket is None:
        if len(_buckets) >= _CALLERS_KEPT:
            _buckets.clear()
        _buckets[caller] = _Bucket(0.0, now)
        return 0.0
    excess = max(0.0, bucket.excess - rate * (now - bucket.seen) + 1)
    if excess > switches.burst:
        return None  # a refused call takes no place, so the bucket stays as it is
    bucket.excess, bucket.seen = excess, now
    return excess / rate


def within_quota(address: str) -> bool:
    """Count a call of an anonymous caller; False when ``daily_quota`` (0: none) was used up already."""
    if not switches.daily_quota:
        return True
    key = (datetime.now(UTC).date(), address)
    with _lock:
        _today[key] += 1
        return _today[key] <= switches.daily_quota


def counts() -> dict:
    """How many calls were refused with 503 and how many had to wait, by caller."""
    with _lock:
        return {"refused": dict(_refused), "delayed": dict(_delayed)}


def reset() -> None:
    """Forget all callers and counts."""
    with _lock:
        _buckets.clear()
        _refused.clear()
        _delayed.clear()
        _today.clear()
