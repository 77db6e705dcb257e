"""What the matter is with a record, told apart and in words: one table for its owner and for the office.

From orcid.md §9 (names), §16 and §20 (closed records). A name that is hidden is no fault, and neither is a record
that shows us nothing: iDs are what counts, never names (§22).
"""

from dataclasses import dataclass
from enum import StrEnum

from ..models import Connection
from .facts import NameState, Profile
from .record import parse


class State(StrEnum):
    """How a record stands."""

    FINE = "fine"
    UNREAD = "unread"
    NAMES_HIDDEN = "names_hidden"
    NO_NAME = "no_name"
    PRIVATE = "private"
    UNCLAIMED = "unclaimed"
    DEPRECATED = "deprecated"
    LOCKED = "locked"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stands. ``person`` and ``staff`` are sentences to show to them, empty when all is well.

    ``is_closed``: nothing can be read from it or written to it until somebody acts at ORCID.
    """

    state: State
    person: str = ""
    staff: str = ""
    is_closed: bool = False


_WORDS: dict[State, tuple[str, str]] = {
    State.FINE: ("", ""),
    State.UNREAD: (
        "We have not read your ORCID record.",
        "The record has not been read.",
    ),
    State.NAMES_HIDDEN: (
        "Your name is hidden on your ORCID record. That is fine: your iD is enough.",
        "The name is hidden at ORCID. The iD is confirmed all the same.",
    ),
    State.NO_NAME: (
        "Your ORCID record gives no name. That is fine: your iD is enough.",
        "The record gives no name. The iD is confirmed all the same.",
    ),
    State.PRIVATE: (
        "Your ORCID record shows us nothing but your iD. That is fine; you fill in the forms yourself.",
        "The record shows us nothing but the iD.",
    ),
    State.UNCLAIMED: (
        "Your ORCID record is not yet claimed: confirm it at ORCID, with the link in the e-mail they sent you.",
        "The record is not yet claimed by its owner (9036). It can be used once it is.",
    ),
    State.DEPRECATED: (
        "Your ORCID iD was merged into {primary}. Disconnect, then connect the iD you use now.",
        "The iD was merged into {primary} (9007). Its owner has to connect that one.",
    ),
    State.LOCKED: (
        "ORCID has locked your record. Only ORCID’s support can open it: support.orcid.org.",
        "ORCID has locked the record (9018). Only ORCID’s support can open it for its owner.",
    ),
    State.DEACTIVATED: (
        "Your ORCID record is deactivated. Open it again at ORCID, or connect the iD you use now.",
        "Its owner deactivated the record (9044).",
    ),
}
_CLOSED = frozenset({State.UNCLAIMED, State.DEPRECATED, State.LOCKED, State.DEACTIVATED})


def standing(connection: Connection, facts: Profile | None = None) -> Standing:
    """Return how the record of ``connection`` stood when ORCID was last asked.

    ``facts`` spare parsing the stored record again.
    """
    if facts is None and connection.record:
        facts = parse(connection.record)
    state = _state(connection, facts)
    primary = connection.primary_orcid or "another one"
    person, staff = (words.format(primary=primary) for words in _WORDS[state])
    return Standing(state, person, staff, state in _CLOSED)


def closed(connection: Connection) -> tuple[str, str]:
    """Return what is said of a record that is not open, to its owner and to the office. Does not look into it."""
    primary = connection.primary_orcid or "another one"
    person, staff = _WORDS[State(connection.record_state)]
    return person.format(primary=primary), staff.format(primary=primary)


def _state(connection: Connection, facts: Profile | None) -> State:
    if connection.record_state != Connection.RecordState.OPEN:
        return State(connection.record_state)
    if facts is None:
        return State.UNREAD
    if facts.is_deactivated:
        return State.DEACTIVATED
    if facts.is_claimed is False:
        return State.UNCLAIMED
    if facts.is_empty:
        return State.PRIVATE
    return {NameState.HIDDEN: State.NAMES_HIDDEN, NameState.MISSING: State.NO_NAME}.get(
        facts.name_state, State.FINE
    )
