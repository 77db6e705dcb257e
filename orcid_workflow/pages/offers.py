"""What a person may do with an item: one table from where it stands to the buttons that are offered. The server asks
the same table before it does anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils import timezone

from .. import wishes
from ..api.errors import UNREADABLE_CODE, Action
from ..models import OrcidItem

State = OrcidItem.State


@dataclass(frozen=True, slots=True)
class Offer:
    """One button. ``name`` is the last part of its address, ``label`` what it says, ``done`` what is said after it.

    ``how``: ``post``, ``look`` (leads to the page of the item) or ``connect`` (leads to ORCID). A ``post`` does
    ``act(item, seen)``, where ``seen`` is the hash of the message that the person looked at; what returns False has
    done nothing. ``sends``: it puts something on its way to ORCID.
    """

    name: str
    label: str
    how: str = "post"
    act: Callable[[OrcidItem, str], bool | None] | None = None
    done: str = ""
    sends: bool = False


_OFFERS = (
    Offer("look", "Look at it and send", how="look"),
    Offer("see", "See what we send", how="look"),
    Offer(
        "approve",
        "Send this",
        act=lambda item, seen: wishes.approve(item, seen),
        done="We send it to your ORCID record.",
        sends=True,
    ),
    Offer(
        "send-now",
        "Send now",
        act=lambda item, _: wishes.send_now(item),
        done="We send it now. It takes a moment.",
        sends=True,
    ),
    Offer(
        "send-again",
        "Put it on my record",
        act=lambda item, _: wishes.send_again(item),
        done="We will put it on your ORCID record.",
        sends=True,
    ),
    Offer(
        "leave-off",
        "Leave it off",
        act=lambda item, _: wishes.leave_off(item),
        done="We leave it off your ORCID record.",
    ),
    Offer("pause", "Pause", act=lambda item, _: wishes.pause(item, by="person"), done="It is paused."),
    Offer("go-on", "Go on", act=lambda item, _: wishes.resume_item(item), done="We go on with it."),
    Offer("connect", "Connect again", how="connect"),
)


def _stays(item: OrcidItem) -> bool:
    """Whether it is on the record with its owner's leave, so that leaving it alone takes nothing off."""
    return item.put_code is not None and item.first_sent_at is not None


# Where a button does something else than its first words say: the first row that fits counts.
_WORDS: tuple[tuple[str, Callable[[OrcidItem], bool], str, str], ...] = (
    (
        "leave-off",
        _stays,
        "Leave it as it is",
        "It stays on your ORCID record as it is; we change it no more. You can remove it at ORCID.",
    ),
    (
        "send-again",
        lambda item: item.owners_no == OrcidItem.No.LEFT_OFF and _stays(item),
        "Correct it again",
        "From now on we correct it on your ORCID record again.",
    ),
    (
        "send-again",
        lambda item: item.action == Action.GONE,
        "Put it back on my record",
        "We will put it on your ORCID record again.",
    ),
    (
        "send-again",
        lambda item: item.action == Action.ASK_PERSON,
        "Try again",
        "We try it again. It takes a moment.",
    ),
)
OFFERS: dict[str, Offer] = {offer.name: offer for offer in _OFFERS}

# (state, what else must hold, offers): the first row that fits counts. "approve" is a button of the item's own page,
# under everything that will be sent, and of no other.
_TABLE: tuple[tuple[str, dict[str, object], tuple[str, ...]], ...] = (
    # Wished away: it is taken off the record whatever is pressed, and nothing of it is sent.
    (State.WAITING, {"desired_hash": ""}, ()),
    (State.WAITING, {"owners_no": OrcidItem.No.LEFT_OFF}, ("send-again", "see")),
    (State.WAITING, {"error_code": UNREADABLE_CODE}, ("connect", "pause", "leave-off")),
    (State.WAITING, {}, ("send-now", "see", "pause", "leave-off")),
    (State.HELD, {}, ("look", "approve", "leave-off")),
    (State.SENT, {}, ("see",)),
    (State.NEEDS_ATTENTION, {"desired_hash": "", "action": Action.RECONNECT}, ("connect",)),
    (State.NEEDS_ATTENTION, {"desired_hash": ""}, ()),
    (State.NEEDS_ATTENTION, {"action": Action.RECONNECT}, ("connect", "see", "leave-off")),
    (State.NEEDS_ATTENTION, {"action": Action.GONE}, ("send-again", "see", "leave-off")),
    (State.NEEDS_ATTENTION, {"action": Action.ASK_PERSON}, ("send-again", "see", "leave-off")),
    (State.NEEDS_ATTENTION, {}, ("see", "leave-off")),
    (State.PAUSED, {"owners_no": OrcidItem.No.LEFT_OFF}, ("send-again", "see")),
    (State.PAUSED, {"paused_by": OrcidItem.PausedBy.STAFF}, ("see",)),
    (State.PAUSED, {"paused_by": OrcidItem.PausedBy.PERSON}, ("go-on", "see", "leave-off")),
    # Everything for this record is paused: that is ended in one place, not item by item.
    (State.PAUSED, {}, ("see", "leave-off")),
    (State.REMOVED, {}, ()),
)


def offers_for(item: OrcidItem) -> tuple[Offer, ...]:
    """Return what may be done with ``item`` now, in the order in which the buttons stand."""
    names = next(
        (
            names
            for state, also, names in _TABLE
            if item.state == state and all(getattr(item, field) == value for field, value in also.items())
        ),
        (),
    )
    return tuple(
        _worded(offer, item) for offer in map(OFFERS.__getitem__, names) if _makes_sense(offer, item)
    )


def _worded(offer: Offer, item: OrcidItem) -> Offer:
    for name, fits, label, done in _WORDS:
        if name == offer.name and fits(item):
            return replace(offer, label=label, done=done)
    return offer


def offer(item: OrcidItem, name: str) -> Offer | None:
    """Return the offer of this name when it fits the item now, else None."""
    return next((one for one in offers_for(item) if one.name == name), None)


def _makes_sense(offer: Offer, item: OrcidItem) -> bool:
    connection = item.connection
    if offer.name == "see":
        return bool(item.message)  # a message that ORCID would refuse was never written
    if offer.name == "send-now":
        later = item.next_try_at is not None and item.next_try_at > timezone.now()
        return later and connection.can_write and not connection.paused_by
    if offer.name == "go-on":
        return not connection.paused_by
    return True
