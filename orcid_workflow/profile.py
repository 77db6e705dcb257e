"""A person's ORCID record as plain facts: reading it, keeping it, and the names of everything in ``reading``."""

from dataclasses import dataclass

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from .api import client
from .connections import announce
from .models import ApiCall, Connection
from .reading.facts import (
    Affiliation,
    Email,
    ExternalId,
    Fact,
    Funding,
    NameState,
    Organisation,
    PersonId,
    Profile,
    Source,
    Statement,
    Website,
    Work,
)
from .reading.record import parse
from .reading.states import Standing, State, standing
from .reading.summary import RecordSummary, summary
from .reading.tolerant import storable
from .reading.works import Contributor, FullWork, FullWorks, full_works, parse_work

__all__ = [
    "Affiliation",
    "Contributor",
    "Email",
    "ExternalId",
    "Fact",
    "FullWork",
    "FullWorks",
    "Funding",
    "NameState",
    "Organisation",
    "PersonId",
    "Profile",
    "Reading",
    "RecordSummary",
    "Source",
    "Standing",
    "State",
    "Statement",
    "Website",
    "Work",
    "fetch",
    "full_works",
    "parse",
    "parse_work",
    "refresh",
    "standing",
    "store",
    "summary",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """A record that was fetched and not yet stored; ``call`` is its line in the history."""

    record: dict
    call: ApiCall | None


@sensitive_variables()
def fetch(orcid: str, access_token: str) -> Reading | None:
    """Read a record with a token that is not stored yet. None when ORCID did not give it."""
    answer = client.call("GET", f"/{orcid}/record", access_token)
    return Reading(answer.data, answer.call) if answer.ok and isinstance(answer.data, dict) else None


def store(connection: Connection, reading: Reading) -> None:
    """Keep a reading with its connection, unless the permission for it has ended meanwhile. A name that its owner has
    hidden or changed is forgotten with it.
    """
    facts = parse(reading.record)
    values = {"record": storable(reading.record), "record_read_at": timezone.now()}
    if facts.name_state is not NameState.UNREAD:
        values["name"] = facts.display_name[:400]
    if facts.is_deactivated:
        values["record_state"] = Connection.RecordState.DEACTIVATED  # said with status 200 (orcid.md §20)
    rows = Connection.objects.filter(pk=connection.pk, state=Connection.State.CONNECTED)
    if not rows.update(**values):
        return
    for name, value in values.items():
        setattr(connection, name, value)
    if reading.call:
        if connection.owned_since and reading.call.at < connection.owned_since:
            # Read on the way in, for the one whose iD it is since then.
            connection.owned_since = reading.call.at
            Connection.objects.filter(pk=connection.pk).update(owned_since=reading.call.at)
        ApiCall.objects.filter(pk=reading.call.pk).update(connection=connection)
    announce(connection, "record")


def refresh(connection: Connection) -> Profile | None:
    """Read the record again and store it. Returns the profile, or None when ORCID did not give it.

    Without an answer what was read before stays as it was. What ORCID says of the record itself (locked, merged into
    another one …) is kept either way: ``standing`` says it in words. A merged record is read at the iD it was merged
    into, once (``client``).
    """
    answer = client.read_record(connection)
    if not answer.ok or not isinstance(answer.data, dict):
        return None
    store(connection, Reading(answer.data, answer.call))
    return parse(answer.data)
