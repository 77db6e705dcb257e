"""Why an item stands where it stands, in words for each who reads it: its owner, and the office.

What is kept on an item are the owner's words and what they rest on: state, error-code, who paused it, what its owner
said. The office's words are derived from that, and so are both while the record itself is closed, which can change
without a try of the item.
"""

from dataclasses import dataclass

from .api import errors
from .models import Connection, OrcidItem
from .reading import states

_State = OrcidItem.State
_By = OrcidItem.PausedBy


@dataclass(frozen=True, slots=True)
class Words:
    """One reason. ``person`` is said to the owner of the record, ``staff`` to the office; "" says nothing."""

    person: str = ""
    staff: str = ""


HOLD = Words(
    "Look at it, then send it or leave it off. Nothing is sent before you have looked.",
    "Its owner looks at everything before it is sent, and has not yet looked at this.",
)
LEFT_OFF = Words(
    "You asked us to leave this off your record.",
    "Its owner asked to leave it off the record.",
)
LEFT_ALONE = Words(
    "You asked us to leave this alone: what is on your record stays as it is, and we send no changes. You can remove "
    "it at ORCID.",
    "Its owner asked to leave it alone: what is on the record stays as it is, and no changes are sent.",
)
TAKEN_OFF = Words(
    "You asked us to leave this off your record. It was just being sent, so we make sure that it is not there.",
    "Its owner asked to leave it off the record while it was just being sent, so it is made sure that it is not there.",
)
PAUSED = {
    _By.PERSON: Words(
        "You paused this. Nothing is sent until you go on.",
        "Its owner paused it. Nothing is sent until they go on.",
    ),
    _By.STAFF: Words(
        "The office paused this. Nothing is sent until it goes on.",
        "The office paused it. Nothing is sent until the office goes on.",
    ),
}
#: The record itself is closed: the error-codes by which an item learns of it (orcid.md §16).
_CLOSED = frozenset({"9007", "9018", "9036", "9044"})
#: States in words for the office; the model's own words speak to the person.
STAFF_STATES: dict[OrcidItem.State, str] = {
    _State.WAITING: "waiting to be sent",
    _State.HELD: "waiting for its owner to look",
    _State.SENT: "on the ORCID record",
    _State.NEEDS_ATTENTION: "needs attention",
    _State.PAUSED: "paused",
    _State.REMOVED: "not on the ORCID record",
}


def reason(item: OrcidItem) -> Words:
    """Return why ``item`` stands where it does. Reads its connection, and asks nobody."""
    learnt = item.state == _State.NEEDS_ATTENTION and item.error_code in _CLOSED
    if learnt and item.connection.record_state != Connection.RecordState.OPEN:
        return Words(*states.closed(item.connection))
    return Words(item.reason, _for_staff(item)) if item.reason else Words()


def _for_staff(item: OrcidItem) -> str:
    if item.state == _State.HELD:
        return HOLD.staff
    if item.state == _State.PAUSED:
        if item.owners_no == OrcidItem.No.LEFT_OFF:
            return (LEFT_OFF if item.put_code is None else LEFT_ALONE).staff
        paused = item.paused_by or item.connection.paused_by
        return PAUSED[paused].staff if paused else ""
    if item.error_code == errors.MESSAGE_CODE:
        return item.reason  # what is missing, for whoever reads it
    if item.action:
        return errors.for_staff(item.error_code, item.reason)
    return TAKEN_OFF.staff if item.owners_no else item.reason  # when it is sent, for whoever reads it
