"""What the office may do with items and connections: each action once, with when it may be done and what is said.

An owner's own word stands above the office: what they removed, left off or paused stays so until they say otherwise.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet
from wagtail.log_actions import log

from orcid_workflow import profile, wishes
from orcid_workflow.api import errors
from orcid_workflow.models import Connection, OrcidItem

STAFF = "staff"
CHUNK = 200
State = OrcidItem.State


@dataclass(frozen=True, slots=True)
class ItemAction:
    """Something to do with an item. ``against(item)`` says why it may not be done, "" when it may."""

    name: str
    label: str
    done: str
    do: Callable[[OrcidItem], object]
    against: Callable[[OrcidItem], str]


def _elsewhere(item: OrcidItem | Connection) -> str:
    if item.environment != settings.ORCID_ENVIRONMENT:
        return f"it belongs to ORCID's environment “{item.environment}”, which this site no longer works with"
    return ""


def _not_to_try(item: OrcidItem) -> str:
    if elsewhere := _elsewhere(item):
        return elsewhere
    if item.owners_no:
        return "its owner said that it should not be on the record; only they can change that"
    if item.state not in (State.NEEDS_ATTENTION, State.WAITING):
        return "there is nothing to send"
    if item.error_code == wishes.REFUSED_CODE:
        return "what should be sent is not complete; correct it first, then it goes by itself"
    if item.action == errors.Action.RECONNECT:
        return "its owner has to connect again"
    return ""


def _try_again(item: OrcidItem) -> None:
    if item.state == State.WAITING:
        wishes.send_now(item)
    else:
        wishes.send_again(item)


def _not_to_pause(item: OrcidItem) -> str:
    # One that its owner paused must not become the office's: going on would then end the owner's pause too.
    return _elsewhere(item) or ("it is paused already" if item.paused_by else "")


def _not_to_resume(item: OrcidItem) -> str:
    if elsewhere := _elsewhere(item):
        return elsewhere
    if item.paused_by == OrcidItem.PausedBy.PERSON:
        return "its owner paused it; only they can go on"
    if not item.paused_by:
        return "it is not paused by itself" if item.connection.paused_by else "it is not paused"
    return ""


#: By the name in the address, in the order of the buttons.
ITEM_ACTIONS: dict[str, ItemAction] = {
    action.name: action
    for action in (
        ItemAction("retry", "Try again now", "put back to work", _try_again, _not_to_try),
        ItemAction("pause", "Pause", "paused", lambda item: wishes.pause(item, by=STAFF), _not_to_pause),
        ItemAction("resume", "Go on", "set going again", wishes.resume_item, _not_to_resume),
    )
}


@dataclass(slots=True)
class Tally:
    """What a bulk action has come to: how many were done, and how many were not, by reason.

    ``after`` is the key of the last item looked at, ``finished`` whether there are no more.
    """

    done: int = 0
    skipped: Counter = field(default_factory=Counter)
    after: int = 0
    finished: bool = True

    @property
    def seen(self) -> int:
        """How many were looked at."""
        return self.done + sum(self.skipped.values())

    def sentences(self, action: ItemAction) -> Iterator[str]:
        """What to say of it."""
        yield f"{self.done} item{'' if self.done == 1 else 's'} {action.done}."
        for reason, count in self.skipped.most_common():
            yield f"{count} left as {'it is' if count == 1 else 'they are'}: {reason}."


def apply(
    action: ItemAction, items: QuerySet[OrcidItem], user: object, *, after: int = 0, seconds: float
) -> Tally:
    """Do ``action`` with each of ``items`` whose key is above ``after``, each in a transaction of its own, in chunks.

    Ends after ``seconds``, with what is left for another go.
    """
    tally = Tally(after=after)
    started = time.monotonic()
    rows = items.select_related("connection").order_by("pk")
    while chunk := list(rows.filter(pk__gt=tally.after)[:CHUNK]):
        for item in chunk:
            if time.monotonic() - started > seconds and tally.seen:
                tally.finished = False
                return tally
            tally.after = item.pk
            if reason := action.against(item):
                tally.skipped[reason] += 1
                continue
            action.do(item)
            log(item, f"orcid.{action.name}", user=user)
            tally.done += 1
    return tally


@dataclass(frozen=True, slots=True)
class ConnectionAction:
    """Something to do with a connection. ``do`` returns what is said of it, and whether it went well."""

    name: str
    label: str
    do: Callable[[Connection], tuple[bool, str]]
    offered: Callable[[Connection], bool]


def _pause_all(connection: Connection) -> tuple[bool, str]:
    wishes.pause_all(connection, by=STAFF)
    return True, "Nothing is sent to this record until you go on."


def _resume_all(connection: Connection) -> tuple[bool, str]:
    wishes.resume_all(connection)
    return True, "What waits for this record is sent again. Items that were paused singly stay paused."


def _read(connection: Connection) -> tuple[bool, str]:
    if profile.refresh(connection) is None:
        return (
            False,
            "ORCID did not give us the record. What was read before is unchanged; the history says why.",
        )
    return True, "The record was read again."


CONNECTION_ACTIONS: dict[str, ConnectionAction] = {
    action.name: action
    for action in (
        ConnectionAction("read", "Read the record again", _read, lambda one: one.can_read),
        ConnectionAction("pause", "Pause everything", _pause_all, lambda one: one.paused_by == ""),
        ConnectionAction("resume", "Go on with everything", _resume_all, lambda one: one.paused_by == STAFF),
    )
}


def offered(connection: Connection) -> list[ConnectionAction]:
    """What can be done with this connection now."""
    if _elsewhere(connection):
        return []
    return [action for action in CONNECTION_ACTIONS.values() if action.offered(connection)]
