"""Faults on demand and a list of calls, for tests and demonstrations. Off unless started with ``--faults``.

A fault is ``{"method", "path_regex", "times"}`` (all optional) and one of ``"status"`` (answer so and do
nothing), ``"action": "drop_after"`` (do the work, then cut the connection) or ``"action": "delay"`` with
``"seconds"``.
"""

import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse


@dataclass
class Fault:
    """One fault that waits for its calls; ``times`` counts down."""

    method: str = ""
    path_regex: str = ""
    status: int | None = None
    action: str = ""
    seconds: float = 1.0
    times: int = 1

    def fits(self, request: HttpRequest) -> bool:
        """True when this call is to go wrong."""
        return self.method.upper() in ("", request.method) and bool(re.search(self.path_regex, request.path))


_lock = threading.Lock()
_faults: list[Fault] = []
_calls: list[dict] = []


def add(data: dict) -> None:
    """Put a fault in line. Raises TypeError or ValueError for one that means nothing."""
    fault = Fault(**data)
    re.compile(fault.path_regex)
    if (fault.status is None) == (fault.action not in ("drop_after", "delay")):
        raise ValueError('give either "status" or an "action" of drop_after or delay')
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
    """The calls so far, oldest first: ``method``, ``path`` and ``status`` (0 when the connection was cut)."""
    with _lock:
        return list(_calls)


def _take(request: HttpRequest) -> Fault | None:
    with _lock:
        for fault in _faults:
            if fault.fits(request):
                fault.times -= 1
                if fault.times < 1:
                    _faults.remove(fault)
                return fault
    return None


class FaultMiddleware:
    """Outermost: nothing of a faulted call is seen by the views unless the fault says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.REGISTRY_FAULTS or request.path.startswith("/_"):
            return self.get_response(request)
        fault = _take(request)
        dropped = fault is not None and fault.action == "drop_after"
        response = self._answer(request, fault)
        with _lock:
            status = 0 if dropped else response.status_code
            _calls.append({"method": request.method, "path": request.path, "status": status})
        if dropped:
            # The server hands the connection down (server.py), so that it can be cut here.
            request.META["registry.connection"].shutdown(socket.SHUT_RDWR)
        return response

    def _answer(self, request: HttpRequest, fault: Fault | None) -> HttpResponse:
        if fault and fault.status:
            return HttpResponse(f"{fault.status} on demand", status=fault.status, content_type="text/plain")
        if fault and fault.action == "delay":
            time.sleep(fault.seconds)
        return self.get_response(request)
