"""Work that waits for the commit, and whose failure must not reach whoever committed."""

from collections.abc import Callable
from typing import Any

from django.db import transaction


def after_commit(function: Callable[..., Any], *arguments: Any) -> None:
    """Call ``function(*arguments)`` when the transaction has committed (at once outside one); what it raises is logged.

    Not ``functools.partial``: Django 5.2 names a failed callback by its ``__qualname__``, which a partial has not, so
    that its failure would reach the caller after all.
    """

    def call() -> None:
        function(*arguments)

    call.__qualname__ = getattr(function, "__qualname__", repr(function))
    transaction.on_commit(call, robust=True)
