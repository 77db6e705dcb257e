"""The plain facts of a record, each with who stated it. Texts are empty when the record does not say."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils import timezone


class NameState(StrEnum):
    """Why a name is there or not. Names are the one thing every record has, so null means hidden from us."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    MISSING = "missing"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Source:
    """Who stated a value (common-3.0.xsd, ``source``).

    ``name``, ``client_id`` and ``orcid`` are of whoever wrote it. The ``origin_`` fields name another on whose behalf
    it was written (``assertion-origin``). ``self_asserted``: the owner of the record stated it, by hand or through
    the organisation that ``client_id`` belongs to.
    """

    name: str = ""
    client_id: str = ""
    orcid: str = ""
    origin_name: str = ""
    origin_client_id: str = ""
    origin_orcid: str = ""
    self_asserted: bool = False

    @property
    def organisation(self) -> str:
        """The organisation that vouches for it; empty when it is self-asserted or nobody is named."""
        return "" if self.self_asserted else self.origin_name or self.name

    @property
    def words(self) -> str:
        """Who stated it, in words: ``self-asserted``, ``Crossref``, ``University X, through Y``; ``""`` unknown."""
        through = self.name if self.client_id else ""
        unnamed = "an organisation without a name" if self.client_id else ""
        who = "self-asserted" if self.self_asserted else self.organisation or unnamed
        return f"{who}, through {through}" if through and through != who else who

    def __str__(self) -> str:
        return self.words


UNKNOWN = Source()


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and who stated it. ``visibility`` is ``public``, ``limited``, ``private`` or ``registered-only``."""

    value: str
    source: Source = UNKNOWN
    visibility: str = ""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Website(Fact):
    """A link of the person: ``value`` is the address, ``label`` what the person calls it."""

    label: str = ""


@dataclass(frozen=True, slots=True)
class Email(Fact):
    """An e-mail address that ORCID verified; ORCID gives out no other."""

    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class PersonId(Fact):
    """Another identifier of the person: ``type`` is its scheme as ORCID names it (``Scopus Author ID``)."""

    type: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ExternalId:
    """An identifier of a work or a grant. ``type`` and ``relationship`` are ORCID's words (orcid.md §11)."""

    type: str
    value: str
    url: str = ""
    relationship: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation. ``id`` belongs to the scheme ``id_source`` (``ROR``, ``FUNDREF`` …); ``country`` is ISO 3166-1
    alpha-2.
    """

    name: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    id: str = ""
    id_source: str = ""


@dataclass(frozen=True, slots=True)
class Affiliation:
    """An education, employment or other tie to an organisation. ``kind`` is ORCID's word (``education``).

    Dates are ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, empty when not given; ``has_end`` also for one that could not
    be read.
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
    has_end: bool = False
    url: str = ""
    kind: str = ""
    put_code: int | None = None
    source: Source = UNKNOWN
    visibility: str = ""

    @property
    def is_current(self) -> bool:
        """Whether it goes on today: it has begun, and has no end or one that lies ahead."""
        today = timezone.localdate().isoformat()
        begun = self.start <= today[: len(self.start)]
        return begun and (not (self.has_end or self.end) or self.end > today[: len(self.end)])

    def __str__(self) -> str:
        return ", ".join(part for part in (self.role, self.department, self.organisation) if part)


@dataclass(frozen=True, slots=True)
class Funding:
    """A grant, award or other money (funding-3.0.xsd). Dates as in ``Affiliation``; ``type`` is ORCID's word."""

    title: str = ""
    funder: Organisation = Organisation()
    type: str = ""
    start: str = ""
    end: str = ""
    url: str = ""
    external_ids: tuple[ExternalId, ...] = ()
    put_code: int | None = None
    source: Source = UNKNOWN
    visibility: str = ""

    @property
    def grant_number(self) -> str:
        """The funder's own number of the grant, as the funder writes it."""
        return next((one.value for one in self._own_ids if one.type == "grant_number"), "")

    @property
    def grant_url(self) -> str:
        """The address of the grant: of its identifier, else of the entry."""
        return next((one.url for one in self._own_ids if one.url), self.url)

    @property
    def funder_uri(self) -> str:
        """The funder's identifier as an ``https`` URI (ROR or Crossref Funder), empty for other schemes."""
        return _funder_uri(self.funder.id, self.funder.id_source)

    @property
    def _own_ids(self) -> list[ExternalId]:
        return [one for one in self.external_ids if one.relationship in ("self", "")]


def _funder_uri(value: str, scheme: str) -> str:
    """ROR comes as a URI, FUNDREF as ``http://dx.doi.org/10.13039/<n>`` or the DOI alone (orcid.md §17)."""
    if scheme == "ROR" and "ror.org/" in value.lower():
        return "https://ror.org/" + value.rstrip("/").rsplit("/", 1)[1].lower()
    if scheme == "FUNDREF" and "10.13039/" in value:
        return "https://doi.org/10.13039/" + value.split("10.13039/", 1)[1].strip("/")
    return ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One source's own entry of something that several sources state: only that source can change it."""

    put_code: int | None
    source: Source = UNKNOWN
    visibility: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A work, as the source whose entry the owner prefers tells it; ``statements`` are the entries of all sources.

    ``date`` as in ``Affiliation``; ``type`` is ORCID's word (``journal-article``); ``journal`` is what contains it.
    """

    title: str
    subtitle: str = ""
    type: str = ""
    date: str = ""
    journal: str = ""
    url: str = ""
    external_ids: tuple[ExternalId, ...] = ()
    put_code: int | None = None
    source: Source = UNKNOWN
    visibility: str = ""
    statements: tuple[Statement, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of publication."""
        return int(self.date[:4]) if self.date else None

    @property
    def identifier(self) -> ExternalId | None:
        """The identifier to name it by: its own DOI, else the first other one of its own; None without."""
        own = [one for one in self.external_ids if one.relationship == "self"]
        return next((one for one in own if one.type == "doi"), own[0] if own else None)

    def put_code_of(self, client_id: str) -> int | None:
        """Return the put-code of the entry that one client wrote, None when it wrote none."""
        own = (one.put_code for one in self.statements if client_id and one.source.client_id == client_id)
        return next((put_code for put_code in own if put_code), None)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a record says of a person. Every name may be empty: people hide names, and some have one only.

    ``last_modified`` is in UTC. ``is_deactivated``: the record is a shell that its owner left (orcid.md §20).
    ``is_claimed`` is None when the record does not say.
    """

    orcid: str
    given: str = ""
    family: str = ""
    credit_name: str = ""
    name_state: NameState = NameState.UNREAD
    name_visibility: str = ""
    biography: str = ""
    other_names: tuple[Fact, ...] = ()
    emails: tuple[Email, ...] = ()
    countries: tuple[Fact, ...] = ()
    keywords: tuple[Fact, ...] = ()
    websites: tuple[Website, ...] = ()
    external_ids: tuple[PersonId, ...] = ()
    educations: tuple[Affiliation, ...] = ()
    employments: tuple[Affiliation, ...] = ()
    qualifications: tuple[Affiliation, ...] = ()
    other_affiliations: tuple[Affiliation, ...] = ()
    fundings: tuple[Funding, ...] = ()
    works: tuple[Work, ...] = field(default=(), repr=False)
    locale: str = ""
    last_modified: dt.datetime | None = None
    is_claimed: bool | None = None
    is_deactivated: bool = False

    @property
    def display_name(self) -> str:
        """The name the person wishes to be known by, or the parts of it, or nothing."""
        return self.credit_name or f"{self.given} {self.family}".strip()

    @property
    def current_educations(self) -> tuple[Affiliation, ...]:
        """Educations that go on today."""
        return tuple(entry for entry in self.educations if entry.is_current)

    @property
    def current_employments(self) -> tuple[Affiliation, ...]:
        """Employments that go on today."""
        return tuple(entry for entry in self.employments if entry.is_current)

    @property
    def affiliations(self) -> tuple[Affiliation, ...]:
        """Every tie to an organisation, of whatever kind."""
        return self.educations + self.employments + self.qualifications + self.other_affiliations

    @property
    def is_empty(self) -> bool:
        """Whether nothing but the iD can be seen: its owner shares nothing with us."""
        parts = (
            self.display_name,
            self.biography,
            self.other_names,
            self.emails,
            self.countries,
            self.keywords,
        )
        more = (self.websites, self.external_ids, self.affiliations, self.fundings, self.works)
        return not any((*parts, *more))
