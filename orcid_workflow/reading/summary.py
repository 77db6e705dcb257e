"""A record in short, for staff beside a person's name. Nothing here calls ORCID."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from ..models import Connection
from ..pages.lines import country_name, date_in_words
from .facts import Affiliation, Fact, Profile, Source
from .record import parse
from .states import Standing, standing


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """What staff want to know at a glance. Times are UTC; texts and tuples are empty when nothing is known.

    ``university``: the ties to the university of this site. ``knows_university`` is False when nobody told us which
    university that is, or when the record was not read: then an empty ``university`` says nothing.
    """

    connection: Connection
    name: str
    standing: Standing
    education: tuple[Affiliation, ...] = ()
    employment: tuple[Affiliation, ...] = ()
    university: tuple[Affiliation, ...] = ()
    knows_university: bool = False
    countries: tuple[Fact, ...] = ()
    works: int = 0
    fundings: int = 0
    read_at: dt.datetime | None = None
    last_modified: dt.datetime | None = None

    @property
    def country_names(self) -> list[str]:
        """The countries by their English names."""
        return [country_name(fact.value) for fact in self.countries]

    @property
    def university_in_words(self) -> list[tuple[str, Source]]:
        """The ties to the university with their dates, and who stated each."""
        return [(_in_words(entry), entry.source) for entry in self.university]


def _in_words(entry: Affiliation) -> str:
    begun, ended = date_in_words(entry.start), date_in_words(entry.end)
    if not (begun or ended):
        return str(entry)
    return f"{entry}, {begun or '?'} to {ended or ('now' if entry.is_current else '?')}"


def summary(
    connection: Connection, *, organisation_name: str = "", organisation_id: str = ""
) -> RecordSummary:
    """Return the record of ``connection``, as it was last read, in short.

    The university is looked for by its ROR id (``organisation_id``, a URI) and by its name; without either, as
    ``settings.ORCID_ORGANISATION`` gives them (dotted path of a function that returns something with ``name`` and
    ``ror``).
    """
    facts = parse(connection.record) if connection.record else None
    how = standing(connection, facts)
    if facts is None:
        return RecordSummary(connection, connection.name, how, read_at=connection.record_read_at)
    path = getattr(settings, "ORCID_ORGANISATION", "")
    if path and not (organisation_name or organisation_id):
        own = import_string(path)()
        organisation_name, organisation_id = getattr(own, "name", ""), getattr(own, "ror", "")
    return RecordSummary(
        connection=connection,
        name=facts.display_name,
        standing=how,
        education=facts.current_educations,
        employment=facts.current_employments,
        university=ties(facts, organisation_name, organisation_id),
        knows_university=bool(organisation_name or organisation_id),
        countries=facts.countries,
        works=len(facts.works),
        fundings=len(facts.fundings),
        read_at=connection.record_read_at,
        last_modified=facts.last_modified,
    )


def ties(facts: Profile, name: str = "", ror: str = "") -> tuple[Affiliation, ...]:
    """Return the affiliations with one organisation: by its ROR id, or, for entries without one, by its very name."""
    name, ror = _name_key(name), _ror_key(ror)

    def is_tie(entry: Affiliation) -> bool:
        if ror and entry.organisation_id_source == "ROR":
            return _ror_key(entry.organisation_id) == ror
        return bool(name) and _name_key(entry.organisation) == name

    return tuple(entry for entry in facts.affiliations if is_tie(entry))


def _name_key(name: str) -> str:
    return " ".join(name.split()).casefold().removeprefix("the ")


def _ror_key(value: str) -> str:
    return value.strip().rstrip("/").rsplit("/", 1)[-1].lower()
