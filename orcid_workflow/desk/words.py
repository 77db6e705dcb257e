"""States, permissions and remedies in words for the office. The models' own words speak to the person."""

from orcid_workflow import reasons, scopes
from orcid_workflow.api import errors
from orcid_workflow.api.errors import Action
from orcid_workflow.models import OrcidItem

STATES = reasons.STAFF_STATES
#: What a scope lets this site do (orcid.md §8).
SCOPES = {scope: words.office for scope, words in scopes.WORDS.items()}
_STATUSES = (400, 401, 403, 404, 409)  # a code belongs to one of them
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
    return capital(STATES[item.state])


def choices(table: dict) -> list[tuple[str, str]]:
    """A table as choices of a filter."""
    return [(str(name), capital(words)) for name, words in table.items()]


def for_office(item: OrcidItem) -> str:
    """Why an item stands where it does, in words for the office."""
    return reasons.reason(item).staff


def meaning(code: str) -> str:
    """What an error code of ORCID means for the office, "" for none that the table knows (orcid.md §16)."""
    for status in _STATUSES if code else ():
        said = errors.decide(status, code)
        if said != errors.decide(status):
            return said.staff
    return ""
