"""How what is done with a case says no."""

from .permissions import Answer
from .readiness import Problem


class MoveRefused(Exception):
    """The move is not possible and nothing has changed. ``str()`` is the sentence to show."""


class NotReady(MoveRefused):
    """Something is missing. ``problems`` lists it."""

    def __init__(self, missing: list[Problem]) -> None:
        super().__init__("Some things are still missing.")
        self.problems = missing


def allow(answer: Answer) -> None:
    """Raise ``MoveRefused`` with the reason when ``permissions`` said no."""
    if not answer:
        raise MoveRefused(answer.reason)
