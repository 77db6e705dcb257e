"""How the lifecycle says no."""

from .readiness import Problem


class MoveRefused(Exception):
    """The move is not possible and nothing has changed. ``str()`` is the sentence to show."""


class NotReady(MoveRefused):
    """Something is missing. ``problems`` lists it."""

    def __init__(self, missing: list[Problem]) -> None:
        super().__init__("Some things are still missing.")
        self.problems = missing
