"""Faults on demand and a list of calls, for tests and demonstrations. Off unless started with ``--faults``.

A fault is a JSON object. Which calls it meets: ``method``, ``path_regex``, ``skip`` (let so many of them pass
first), ``times`` (then so many, default 1; 0 for ever), ``probability`` with ``seed`` (only some of them, the
same ones each time). What goes wrong is one of

- ``status``: that answer, nothing done;
- ``error``: the refusal with that ORCID code (see errors.py), nothing done;
- ``action``: ``drop_before`` (the connection is cut, nothing done), ``drop_after`` (cut after the work was
  done and kept), ``delay`` and ``delay_after`` (``seconds`` of silence before the work, or after it).
"""

import random
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from . import errors, negotiation

ACTIONS = ("drop_before", "drop_after", "delay", "delay_after")
_CALLS_KEPT = 20_000


@dataclass
class Fault:
    """One fault that waits for its calls; ``skip`` and ``times`` count down."""

    method: str = ""
    path_regex: str = ""
    status: int | None = None
    error: int | None = None
    action: str = ""
    seconds: float = 1.0
    skip: int = 0
    times: int = 1
    probability: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what means nothing, with ValueError."""
        try:
            re.compile(self.path_regex)
        except re.error as error:
            raise ValueError(f"path_regex is no regular expression: {error}") from error
        self._dice = random.Random(self.seed)  # noqa: S311 - the same faults each time are what is wanted
        given = [self.status is not None, self.error is not None, self.action in ACTIONS]
        if given.count(True) != 1 or (self.action and self.action not in ACTIONS):
            raise ValueError(f'give one of "status", "error" or an "action" of {", ".join(ACTIONS)}')
        if self.error is not None and self.error not in errors.TABLE:
            raise ValueError(f"there is no error {self.error}")

    def fits(self, request: HttpRequest) -> bool:
        """True when this call is of the kind that is to go wrong."""
        return self.method.upper() in ("", request.method) and bool(re.search(self.path_regex, request.path))

    def strikes(self) -> bool:
        """Count a call that fits; True when it is one of those that go wrong."""
        if self.skip:
            self.skip -= 1
            return False
        return self.probability >= 1 or self._dice.random() < self.probability


_lock = threading.Lock()
_faults: list[Fault] = []
_calls: deque[dict] = deque(maxlen=_CALLS_KEPT)


def add(data: dict) -> None:
    """Put a fault in line. Raises TypeError or ValueError for one that means nothing."""
    fault = Fault(**data)
    with _lock:
        _faults.append(fault)


def clear() -> None:
    """Forget all faults."""
    with _lock:
        _faults.clear()


def pending() -> list[dict]:
    """The faults that are still waiting."""
    with _lock:
        return [asdict(fault) for fault in _faults]


def calls() -> list[dict]:
    """The calls so far, oldest first: ``at``, ``method``, ``path`` and ``status`` (0: the connection was cut).

    The oldest are forgotten when there are very many.
    """
    with _lock:
        return list(_calls)


def forget() -> None:
    """Forget which calls came in, so that a test counts its own alone."""
    with _lock:
        _calls.clear()


def _take(request: HttpRequest) -> Fault | None:
    with _lock:
        for fault in _faults:
            if fault.fits(request) and fault.strikes():
                if fault.times == 1:
                    _faults.remove(fault)
                fault.times = max(0, fault.times - 1)
                return fault
    return None


class FaultMiddleware:
    """Outermost: nothing of a faulted call is seen by the views unless the fault says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.REGISTRY_FAULTS or request.path.startswith(("/_", "/static/")):
            return self.get_response(request)
        fault = _take(request)
        dropped = fault is not None and fault.action.startswith("drop")
        response = self._answer(request, fault)
        with _lock:
            _calls.append(
                {
                    "at": timezone.now().isoformat(timespec="milliseconds"),
                    "method": request.method,
                    "path": request.path,
                    "status": 0 if dropped else response.status_code,
                }
            )
        if dropped:
            # The server hands the connection down (server.py), so that it can be cut here.
            request.META["registry.connection"].shutdown(socket.SHUT_RDWR)
        return response

    def _answer(self, request: HttpRequest, fault: Fault | None) -> HttpResponse:
        if fault is None:
            return self.get_response(request)
        if fault.status:
            return HttpResponse(f"{fault.status} on demand", status=fault.status, content_type="text/plain")
        if fault.error:
            return negotiation.respond_error(request, errors.example(fault.error))
        if fault.action == "drop_before":
            return HttpResponse()
        if fault.action == "delay":
            time.sleep(fault.seconds)
        response = self.get_response(request)
        if fault.action == "delay_after":
            time.sleep(fault.seconds)
        return response
