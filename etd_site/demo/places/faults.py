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


#: What a fault can do, in words for people.
DEEDS = {
    "refuse": "It refuses: nothing is done, and it answers with the status below",
    "cut": "It closes the connection, and nothing is done",
    "lose": "It does the work and closes the connection without an answer",
    "slow": "It does the work and answers after the seconds below",
    "alter": "It does the work and changes its answer: what the reading back must notice",
}
EXAMPLE = {"match": "POST /sword/collection", "do": "lose"}
_TYPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "match": (str, "text"),
    "do": (str, "text"),
    "times": (int, "a whole number (-1: for ever)"),
    "skip": (int, "a whole number"),
    "status": (int, "a whole number"),
    "headers": (dict, "an object of names and values"),
    "body": (str, "text"),
    "seconds": ((int, float), "a number"),
    "find": (str, "text"),
    "instead": (str, "text"),
}


def _fault(one: Any) -> Fault:
    """Return the fault that ``one`` describes. Raises ``ValueError`` with what is wrong in words."""
    if not isinstance(one, dict):
        raise ValueError(f"“{one}” is no fault: each is an object with match and do.")
    for name, value in one.items():
        if name not in _TYPES:
            raise ValueError(f"“{name}” is no field of a fault. There are: {', '.join(_TYPES)}.")
        kind, words = _TYPES[name]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise ValueError(f"{name} is to be {words}.")
    needed = ("match", "do", "find") if one.get("do") == "alter" else ("match", "do")
    for name in needed:
        if not one.get(name):
            raise ValueError(f"{name} is missing.")
    fault = Fault(**one)
    if fault.do not in DEEDS:
        raise ValueError(f"do is one of {', '.join(sorted(DEEDS))}, not “{fault.do}”.")
    if not 200 <= fault.status <= 599:
        raise ValueError("status is to be between 200 and 599.")
    for name in ("skip", "seconds"):
        if getattr(fault, name) < 0:
            raise ValueError(f"{name} is to be 0 or more.")
    try:
        re.compile(fault.match)
    except re.error as error:
        raise ValueError(f"match is no regular expression ({error}).") from error
    return fault


class Faults:
    """The faults that wait, and the log of requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._log: list[dict[str, Any]] = []

    def add(self, wanted: Any) -> None:
        """Add a list of faults, all or none. Raises ``ValueError`` with what is wrong in words."""
        if not isinstance(wanted, list):
            raise ValueError("This is no list of faults: put them into [ and ].")
        new = [_fault(one) for one in wanted]
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
