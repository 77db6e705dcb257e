"""What a check of the set-up comes to."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check came out. What cannot be known is said to be so, never taken for good."""

    OK = "ok"
    PROBLEM = "problem"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """In words for a page or a terminal."""
        return {"ok": "OK", "problem": "Problem", "unknown": "Cannot be known"}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the set-up check. ``words`` say what was found, ``mend`` what to do; neither ever holds a secret."""

    title: str
    state: State
    words: str
    mend: str = ""


def ok(title: str, words: str) -> Finding:
    """It is right."""
    return Finding(title, State.OK, words)


def problem(title: str, words: str, mend: str) -> Finding:
    """It is wrong, and this mends it."""
    return Finding(title, State.PROBLEM, words, mend)


def unknown(title: str, words: str, mend: str = "") -> Finding:
    """From here it cannot be seen."""
    return Finding(title, State.UNKNOWN, words, mend)
