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
    """Return a finding that nothing need be done about; ``words`` say what was seen."""
    return Finding(title, State.OK, words)


def problem(title: str, words: str, mend: str) -> Finding:
    """Return a finding of what is wrong; ``mend`` says what somebody has to do about it."""
    return Finding(title, State.PROBLEM, words, mend)


def unknown(title: str, words: str, mend: str = "") -> Finding:
    """Return a finding that leaves it open: from here it cannot be seen. ``mend`` says how to find out."""
    return Finding(title, State.UNKNOWN, words, mend)
