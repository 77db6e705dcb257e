"""An ORCID record as plain facts to prefill with. Any value on the way may be null (orcid.md §9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from . import client
from .connections import announce
from .models import ApiCall, Connection


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and who stated it: the name of the source as ORCID gives it, empty when it gives none."""

    value: str
    source: str = ""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Website(Fact):
    """A link of the person: ``value`` is the address, ``label`` what the person calls it."""

    label: str = ""


@dataclass(frozen=True, slots=True)
class Affiliation:
    """An education or employment. Dates are ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, empty when not given.

    ``organisation_id`` belongs to the scheme ``organisation_id_source`` (``ROR``, ``FUNDREF`` …); ``country``
    is ISO 3166-1 alpha-2.
    """

    organisation: str
    department: str = ""
    role: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    organisation_id: str = ""
    organisation_id_source: str = ""
    start: str = ""
    end: str = ""
    source: str = ""

    @property
    def is_current(self) -> bool:
        """Whether it goes on: no end date is given."""
        return not self.end


@dataclass(frozen=True, slots=True)
class Profile:
    """What a record says of a person. Every name may be empty: people hide names, and some have one only."""

    orcid: str
    given: str = ""
    family: str = ""
    credit_name: str = ""
    other_names: tuple[Fact, ...] = ()
    emails: tuple[Fact, ...] = ()
    countries: tuple[Fact, ...] = ()
    keywords: tuple[Fact, ...] = ()
    websites: tuple[Website, ...] = ()
    educations: tuple[Affiliation, ...] = ()
    employments: tuple[Affiliation, ...] = ()
    locale: str = ""

    @property
    def display_name(self) -> str:
        """The name the person wishes to be known by, or the parts of it, or nothing."""
        return self.credit_name or f"{self.given} {self.family}".strip()

    @property
    def current_educations(self) -> tuple[Affiliation, ...]:
        """Educations without an end date."""
        return tuple(entry for entry in self.educations if entry.is_current)

    @property
    def current_employments(self) -> tuple[Affiliation, ...]:
        """Employments without an end date."""
        return tuple(entry for entry in self.employments if entry.is_current)


def parse(record: Any) -> Profile:
    """Return the facts in the JSON of ``/record``. ``None`` and half a record give an emptier profile, never
    an error.
    """
    name = _at(record, "person", "name")
    return Profile(
        orcid=_text(record, "orcid-identifier", "path"),
        given=_text(name, "given-names", "value"),
        family=_text(name, "family-name", "value"),
        credit_name=_text(name, "credit-name", "value"),
        other_names=_facts(record, "other-names", "other-name", "content"),
        emails=tuple(
            Fact(_text(entry, "email"), _source(entry))
            for entry in _list(record, "person", "emails", "email")
            if _at(entry, "verified") is True and _text(entry, "email")
        ),
        countries=_facts(record, "addresses", "address", "country", "value"),
        keywords=_facts(record, "keywords", "keyword", "content"),
        websites=tuple(
            Website(_text(entry, "url", "value"), _source(entry), _text(entry, "url-name"))
            for entry in _list(record, "person", "researcher-urls", "researcher-url")
            if _text(entry, "url", "value").startswith(("https://", "http://"))
        ),
        educations=tuple(_affiliations(record, "educations", "education-summary")),
        employments=tuple(_affiliations(record, "employments", "employment-summary")),
        locale=_text(record, "preferences", "locale"),
    )


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
    connection.record = reading.record
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


def _at(data: Any, *path: str) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _text(data: Any, *path: str) -> str:
    value = _at(data, *path)
    return value.strip() if isinstance(value, str) else ""


def _list(data: Any, *path: str) -> list:
    value = _at(data, *path)
    return value if isinstance(value, list) else []


def _source(entry: Any) -> str:
    return _text(entry, "source", "source-name", "value")


def _facts(record: Any, section: str, entries: str, *path: str) -> tuple[Fact, ...]:
    found = (Fact(_text(entry, *path), _source(entry)) for entry in _list(record, "person", section, entries))
    return tuple(fact for fact in found if fact.value)


def _date(entry: Any, name: str) -> str:
    parts = []
    for part in ("year", "month", "day"):
        value = _text(entry, name, part, "value")
        if not value:
            break
        parts.append(value)
    return "-".join(parts)


def _affiliations(record: Any, section: str, summary: str) -> Iterator[Affiliation]:
    """Yield the first summary of each group: the others are the same affiliation as other sources tell it."""
    for group in _list(record, "activities-summary", section, "affiliation-group"):
        entry = next((_at(one, summary) for one in _list(group, "summaries") if _at(one, summary)), None)
        organisation = _at(entry, "organization")
        if not _text(organisation, "name"):
            continue
        yield Affiliation(
            organisation=_text(organisation, "name"),
            department=_text(entry, "department-name"),
            role=_text(entry, "role-title"),
            city=_text(organisation, "address", "city"),
            region=_text(organisation, "address", "region"),
            country=_text(organisation, "address", "country"),
            organisation_id=_text(
                organisation, "disambiguated-organization", "disambiguated-organization-identifier"
            ),
            organisation_id_source=_text(organisation, "disambiguated-organization", "disambiguation-source"),
            start=_date(entry, "start-date"),
            end=_date(entry, "end-date"),
            source=_source(entry),
        )
