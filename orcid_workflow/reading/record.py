"""The JSON of ``/record`` -> ``Profile``. One parser for everything, tolerant of everything (orcid.md §9)."""

from collections.abc import Iterator
from typing import Any

from .facts import (
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
from .tolerant import at, code, country, date, entries, is_given, line, moment, number, orcid, text, web, word
from .tolerant import visibility as seen_by

_OTHERS = (
    ("distinctions", "distinction"),
    ("invited-positions", "invited-position"),
    ("memberships", "membership"),
    ("services", "service"),
)
_DEACTIVATED = "Given Names Deactivated"  # how older answers show it, with status 200 (orcid.md §20)


def parse(record: Any) -> Profile:
    """Return the facts in the JSON of ``/record``. ``None`` and half a record give an emptier profile, never
    an error.
    """
    return _Reader(record).profile()


def source_of(entry: Any, owner: str) -> Source:
    """Return who stated an entry of the record of ``owner`` (bare iD, ``""`` when not known)."""
    found = at(entry, "source")
    client, person = _client(found, "source-client-id"), orcid(found, "source-orcid")
    origin = orcid(found, "assertion-origin-orcid")
    return Source(
        name=line(found, "source-name", "value"),
        client_id=client,
        orcid=person,
        origin_name=line(found, "assertion-origin-name", "value"),
        origin_client_id=_client(found, "assertion-origin-client-id"),
        origin_orcid=origin,
        self_asserted=bool(owner) and owner in ((person if not client else ""), origin),
    )


def external_ids(entry: Any) -> tuple[ExternalId, ...]:
    """Return the identifiers of a work or a grant; one without type or value says nothing and is left out."""
    found = (
        ExternalId(
            type=word(one, "external-id-type"),
            value=code(one, "external-id-value"),
            url=web(one, "external-id-url", "value"),
            relationship=word(one, "external-id-relationship"),
        )
        for one in entries(entry, "external-ids", "external-id")
    )
    return tuple(one for one in found if one.type and one.value)


def work_of(entry: Any, owner: str, statements: tuple[Statement, ...] = ()) -> Work:
    """Return a work from its summary or its whole; both have the same names for what is read here."""
    return Work(
        title=line(entry, "title", "title", "value"),
        subtitle=line(entry, "title", "subtitle", "value"),
        type=word(entry, "type"),
        date=date(entry, "publication-date"),
        journal=line(entry, "journal-title", "value"),
        url=web(entry, "url", "value"),
        external_ids=external_ids(entry),
        put_code=number(entry, "put-code"),
        source=source_of(entry, owner),
        visibility=seen_by(entry),
        statements=statements,
    )


def _client(source: Any, key: str) -> str:
    """The id of a client: ``path``, else the end of ``uri``."""
    return line(source, key, "path") or line(source, key, "uri").rstrip("/").rpartition("/client/")[2]


class _Reader:
    """One record on its way to a profile; ``owner`` tells what is self-asserted."""

    def __init__(self, record: Any) -> None:
        self.record = record
        self.person = at(record, "person")
        self.activities = at(record, "activities-summary")
        self.owner = orcid(record, "orcid-identifier")

    def profile(self) -> Profile:
        """Put everything together."""
        affiliations = {
            section: tuple(self.affiliations(section, kind))
            for section, kind in (
                ("educations", "education"),
                ("employments", "employment"),
                ("qualifications", "qualification"),
                *_OTHERS,
            )
        }
        return Profile(
            orcid=self.owner,
            **self.names(),
            biography=text(self.person, "biography", "content"),
            other_names=tuple(self.facts("other-names", "other-name", lambda one: line(one, "content"))),
            emails=tuple(self.emails()),
            countries=tuple(self.facts("addresses", "address", lambda one: country(one, "country", "value"))),
            keywords=tuple(self.facts("keywords", "keyword", lambda one: line(one, "content"))),
            websites=tuple(self.websites()),
            external_ids=tuple(self.person_ids()),
            educations=affiliations["educations"],
            employments=affiliations["employments"],
            qualifications=affiliations["qualifications"],
            other_affiliations=tuple(one for section, _ in _OTHERS for one in affiliations[section]),
            fundings=tuple(self.fundings()),
            works=tuple(self.works()),
            locale=line(self.record, "preferences", "locale"),
            last_modified=moment(self.record, "history", "last-modified-date", "value"),
            is_claimed=self.claimed(),
        )

    def names(self) -> dict[str, Any]:
        """The names, and why they are not there. ``name`` is null exactly when its owner hides it from us."""
        name = at(self.person, "name")
        given, family, credit = (
            line(name, key, "value") for key in ("given-names", "family-name", "credit-name")
        )
        if given == _DEACTIVATED:  # nobody's name
            return {"name_state": NameState.MISSING, "is_deactivated": True}
        if given or family or credit:
            state = NameState.SHOWN
        elif not isinstance(self.person, dict) or "name" not in self.person:
            state = NameState.UNREAD
        else:
            state = NameState.HIDDEN if name is None else NameState.MISSING
        return {
            "given": given,
            "family": family,
            "credit_name": credit,
            "name_state": state,
            "name_visibility": seen_by(name),
            "is_deactivated": moment(self.record, "history", "deactivation-date", "value") is not None,
        }

    def claimed(self) -> bool | None:
        """Whether somebody owns the record."""
        value = at(self.record, "history", "claimed")
        return value if isinstance(value, bool) else None

    def _stated(self, entry: Any) -> dict[str, Any]:
        return {"source": source_of(entry, self.owner), "visibility": seen_by(entry)}

    def facts(self, section: str, key: str, read) -> Iterator[Fact]:
        """The entries of a section of the person that are one value each."""
        for entry in entries(self.person, section, key):
            if value := read(entry):
                yield Fact(value, **self._stated(entry))

    def emails(self) -> Iterator[Email]:
        """Verified addresses only: ORCID means to give out no others, and we count on no others."""
        for entry in entries(self.person, "emails", "email"):
            value = line(entry, "email")
            if at(entry, "verified") is True and "@" in value:
                yield Email(value, **self._stated(entry), is_primary=at(entry, "primary") is True)

    def websites(self) -> Iterator[Website]:
        """Links that can be followed."""
        for entry in entries(self.person, "researcher-urls", "researcher-url"):
            if value := web(entry, "url", "value"):
                yield Website(value, **self._stated(entry), label=line(entry, "url-name"))

    def person_ids(self) -> Iterator[PersonId]:
        """Identifiers at other places."""
        for entry in entries(self.person, "external-identifiers", "external-identifier"):
            kind, value = line(entry, "external-id-type"), code(entry, "external-id-value")
            if kind and value:
                url = web(entry, "external-id-url", "value")
                yield PersonId(value, **self._stated(entry), type=kind, url=url)

    def affiliations(self, section: str, kind: str) -> Iterator[Affiliation]:
        """The first readable summary of each group: the others are the same tie as other sources tell it."""
        for group in entries(self.activities, section, "affiliation-group"):
            summaries = (at(one, f"{kind}-summary") for one in entries(group, "summaries"))
            entry = next((one for one in summaries if line(one, "organization", "name")), None)
            if entry is None:
                continue
            where = _organisation(entry)
            yield Affiliation(
                organisation=where.name,
                department=line(entry, "department-name"),
                role=line(entry, "role-title"),
                city=where.city,
                region=where.region,
                country=where.country,
                organisation_id=where.id,
                organisation_id_source=where.id_source,
                start=date(entry, "start-date"),
                end=date(entry, "end-date"),
                has_end=is_given(entry, "end-date"),
                url=web(entry, "url", "value"),
                kind=kind,
                put_code=number(entry, "put-code"),
                **self._stated(entry),
            )

    def fundings(self) -> Iterator[Funding]:
        """One entry a group, as its first readable summary tells it."""
        for group in entries(self.activities, "fundings", "group"):
            found = (self._funding(one) for one in entries(group, "funding-summary"))
            if entry := next((one for one in found if one.title or one.funder.name), None):
                yield entry

    def _funding(self, entry: Any) -> Funding:
        return Funding(
            title=line(entry, "title", "title", "value"),
            funder=_organisation(entry),
            type=word(entry, "type"),
            start=date(entry, "start-date"),
            end=date(entry, "end-date"),
            url=web(entry, "url", "value"),
            external_ids=external_ids(entry),
            put_code=number(entry, "put-code"),
            **self._stated(entry),
        )

    def works(self) -> Iterator[Work]:
        """One entry a group, with the put-codes of all its sources."""
        for group in entries(self.activities, "works", "group"):
            summaries = [one for one in entries(group, "work-summary") if isinstance(one, dict)]
            shown = next((one for one in summaries if line(one, "title", "title", "value")), None)
            if shown is not None:
                statements = (Statement(number(one, "put-code"), **self._stated(one)) for one in summaries)
                yield work_of(shown, self.owner, tuple(statements))


def _organisation(entry: Any) -> Organisation:
    found = at(entry, "organization")
    known = at(found, "disambiguated-organization")
    identifier = code(known, "disambiguated-organization-identifier")
    return Organisation(
        name=line(found, "name"),
        city=line(found, "address", "city"),
        region=line(found, "address", "region"),
        country=country(found, "address", "country"),
        id=identifier,
        id_source=line(known, "disambiguation-source").upper() if identifier else "",
    )
