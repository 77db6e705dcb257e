"""States, permissions and remedies in words for the office. The models' own words speak to the person."""

from orcid_workflow.errors import Action
from orcid_workflow.models import OrcidItem

State = OrcidItem.State

STATES = {
    State.WAITING: "waiting to be sent",
    State.HELD: "waiting for its owner to look",
    State.SENT: "on the ORCID record",
    State.NEEDS_ATTENTION: "needs attention",
    State.PAUSED: "paused",
    State.REMOVED: "not on the ORCID record",
}
#: What a scope lets this site do (orcid.md §8).
SCOPES = {
    "openid": "know that the iD is theirs",
    "/authenticate": "know that the iD is theirs",
    "/read-public": "read what the record shows to everyone",
    "/read-limited": "read what the record shows to everyone and to trusted organisations",
    "/activities/update": "add works and affiliations, and change or remove what it added",
    "/person/update": "add names, keywords, links and countries",
    "/email/read-private": "read e-mail addresses",
}
#: What would mend an item.
REMEDIES = {
    Action.RETRY: "tried again by itself",
    Action.RECONNECT: "its owner has to connect again",
    Action.ASK_PERSON: "its owner has to act",
    Action.ASK_STAFF: "the office has to act",
    Action.ADOPT_PUT_CODE: "it is there already",
    Action.GONE: "its owner removed it",
}


def capital(words: str) -> str:
    """The words with a capital letter in front and the rest as it is."""
    return words[:1].upper() + words[1:]


def small(words: str) -> str:
    """The words with a small letter in front and the rest as it is."""
    return words[:1].lower() + words[1:]


def state(item: OrcidItem) -> str:
    """Where an item stands, with a capital letter."""
    return capital(STATES[State(item.state)])


def choices(table: dict) -> list[tuple[str, str]]:
    """A table as choices of a filter."""
    return [(str(name), capital(words)) for name, words in table.items()]
