"""Faults on demand: what goes wrong with the next requests, and a log of all of them.

A fault is a JSON object: ``match`` (a regular expression, searched in ``POST /sword/collection?x=1``), ``times`` (for
how many requests; -1 for ever) and ``do``, one of

- ``refuse``: answer ``status`` with ``headers`` and ``body`` and do nothing;
- ``cut``: close the connection and do nothing;
- ``lose``: do the work, then close the connection without an answer;
- ``slow``: do the work, answer after ``seconds``;
- ``alter``: do the work, and write ``instead`` for each ``find`` in the answer's text.

``skip`` lets so many matching requests pass first. Faults and the log live as long as the process.
"""

import re
import threading
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Fault:
    """One fault; the fields are explained above."""

    match: str
    do: str
    times: int = 1
    skip: int = 0
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 0
    find: str = ""
    instead: str = ""


DEEDS = frozenset({"refuse", "cut", "lose", "slow", "alter"})


class Faults:
    """The faults that wait, and the log of requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._log: list[dict[str, Any]] = []

    def add(self, wanted: list[dict[str, Any]]) -> None:
        """Add faults. Raises ``ValueError`` for one that cannot be read."""
        try:
            new = [Fault(**one) for one in wanted]
            for fault in new:
                re.compile(fault.match)
        except (TypeError, re.error) as error:
            raise ValueError(str(error)) from error
        if unknown := {fault.do for fault in new} - DEEDS:
            raise ValueError(f"do is one of {sorted(DEEDS)}, not {sorted(unknown)}")
        with self._lock:
            self._waiting += new

    def clear(self) -> None:
        """Forget all faults and the log."""
        with self._lock:
            self._waiting.clear()
            self._log.clear()

    def next_for(self, line: str) -> list[Fault]:
        """The faults for the request ``POST /path?query``, each counted down: at most one of each ``do``."""
        found: dict[str, Fault] = {}
        with self._lock:
            for fault in list(self._waiting):
                if fault.do in found or not re.search(fault.match, line):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                found[fault.do] = fault
                fault.times -= 1
                if fault.times == 0:
                    self._waiting.remove(fault)
        return list(found.values())

    def note(self, line: str, status: int | None) -> None:
        """Write a request into the log; ``status`` None when no answer was sent."""
        with self._lock:
            self._log.append({"request": line, "status": status})
            del self._log[:-5000]

    def seen(self) -> dict[str, Any]:
        """The waiting faults and the log, oldest first."""
        with self._lock:
            return {"faults": [asdict(fault) for fault in self._waiting], "log": list(self._log)}
