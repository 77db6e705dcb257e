"""The only place where a submission changes status.

Each move is one function and one transaction: lock the case, check the move and the actor, move Wagtail's workflow
along, write the status with a line of history, and queue what follows until after the commit. Wagtail's own calls
check a status they read earlier, so every move reads the workflow again after it holds the lock.

``moves.py`` has the table of moves and the one function that writes a status. ``examination.py`` has the moves from
the first draft to approval, ``publishing.py`` those from conferral on. Everybody else asks here.

A move that is not possible raises ``MoveRefused`` with a sentence for the person who tried it; nothing has changed.
"""

from ..refusals import MoveRefused, NotReady
from .examination import approve, decide, request_changes, start, submit
from .moves import MOVES
from .publishing import (
    correct_conferral,
    follow_page,
    publish,
    publish_correction,
    record_conferral,
    withdraw,
)

__all__ = [
    "MOVES",
    "MoveRefused",
    "NotReady",
    "approve",
    "correct_conferral",
    "decide",
    "follow_page",
    "publish",
    "publish_correction",
    "record_conferral",
    "request_changes",
    "start",
    "submit",
    "withdraw",
]
