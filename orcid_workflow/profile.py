"""A person's ORCID record as plain facts: reading it, keeping it, and the names of everything in ``reading``."""

from dataclasses import dataclass

from django.utils import timezone

from . import client
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
from .reading.tolerant import storable

__all__ = [
    "Affiliation",
    "Email",
    "ExternalId",
    "Fact",
    "Funding",
    "NameState",
    "Organisation",
    "PersonId",
    "Profile",
    "Reading",
    "Source",
    "Statement",
    "Website",
    "Work",
    "fetch",
    "parse",
    "refresh",
    "store",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """A record that was fetched and not yet stored; ``call`` is its line in the history."""

    record: dict
    call: ApiCall | None


def fetch(orcid: str, access_token: str) -> Reading | None:
    """Read a record with a token that is not stored yet. None when ORCID did not give it."""
    answer = client.call("GET", f"/{orcid}/record", access_token)
    return Reading(answer.data, answer.call) if answer.ok and isinstance(answer.data, dict) else None


def store(connection: Connection, reading: Reading) -> None:
    """Keep a reading with its connection."""
    connection.record = storable(reading.record)
    connection.record_read_at = timezone.now()
    connection.save(update_fields=["record", "record_read_at"])
    if reading.call:
        ApiCall.objects.filter(pk=reading.call.pk).update(connection=connection)
    announce(connection, "record")


def refresh(connection: Connection) -> Profile | None:
    """Read the record again and store it. Returns the profile, or None when ORCID did not give it.

    Without an answer what was read before stays as it was.
    """
    answer = client.read_record(connection)
    if not answer.ok or not isinstance(answer.data, dict):
        return None
    store(connection, Reading(answer.data, answer.call))
    return parse(answer.data)
