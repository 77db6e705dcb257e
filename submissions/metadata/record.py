"""``ThesisRecord``: all that is said about a thesis in public, frozen, in one place.

A crosswalk takes a record and returns bytes or an element. It asks no database, no request and no settings, so a
record that was made once can be written in every format, today and again in ten years. ``build.py`` makes a record
from a live page; tests make them by hand.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from . import identifiers
from .crosswalks.text import clean, line

#: Fields of several lines; all other texts have one.
_PARAGRAPHS = frozenset({"abstract", "text"})


class DegreeLevel(StrEnum):
    """Level of the degree (values of info:eu-repo/semantics without the suffix ``Thesis``)."""

    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTORAL = "doctoral"


class Access(StrEnum):
    """Who can read the files now (info:eu-repo access terms). ``CLOSED``: there are none, only the metadata."""

    OPEN = "openAccess"
    EMBARGOED = "embargoedAccess"
    CLOSED = "closedAccess"


class Tidy:
    """What all parts of a record have in common: their texts are ones that every format can carry, so that no crosswalk
    has to see to it. They hold no control characters, and but for abstracts they are on one line (``text.py``).
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        for name in self.__match_args__:
            value = getattr(self, name)
            if type(value) is str:
                tidied: Any = clean(value) if name in _PARAGRAPHS else line(value)
            elif type(value) is tuple and value and type(value[0]) is str:
                tidied = tuple(filter(None, map(line, value)))
            else:
                continue
            if tidied != value:
                object.__setattr__(self, name, tidied)


@dataclass(frozen=True, slots=True)
class OrcidId(Tidy):
    """An iD that its owner confirmed by signing in at ORCID. There is no other way to make one.

    ``path`` is the bare iD ``0000-0002-1825-0097``; ``authenticated_at`` is in UTC; ``environment`` is ``local``,
    ``sandbox`` or ``production``; ``client_id`` is the client that saw the sign-in.
    """

    path: str
    authenticated_at: dt.datetime
    environment: str
    client_id: str

    @property
    def uri(self) -> str:
        """The canonical form, always on orcid.org: ORCID's schema allows no other host (common-3.0.xsd)."""
        return f"https://orcid.org/{self.path}"


@dataclass(frozen=True, slots=True)
class Person(Tidy):
    """A person by name. ``family`` may be empty: some people have one name only.

    ``unconfirmed_orcid`` is a bare iD that came from elsewhere (an import) and that nobody signed in with. It is a
    field of its own, so that no format can take it for an authenticated one: only a format that can mark it writes
    it, and only when asked to.
    """

    given: str
    family: str = ""
    orcid: OrcidId | None = None
    unconfirmed_orcid: str = ""

    @property
    def display(self) -> str:
        """The name as it is read aloud: given name first."""
        return f"{self.given} {self.family}".strip()

    @property
    def inverted(self) -> str:
        """The name as it is filed: ``Family, Given``, or the only name there is."""
        return f"{self.family}, {self.given}" if self.family and self.given else self.family or self.given


@dataclass(frozen=True, slots=True)
class CommitteePerson(Tidy):
    """A committee member. ``role`` is a value of ``models.committee.CommitteeRole``, ``role_label`` its words.

    ``affiliation`` is the name of their university or organisation as it was typed; it may be empty.
    """

    person: Person
    role: str
    role_label: str
    supervises: bool
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class Organisation(Tidy):
    """The institution that grants the degree. ``ror`` is the full URI, ``https://ror.org/…``, or empty."""

    name: str
    ror: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Licence(Tidy):
    """What readers may do. ``uri`` names the text; ``spdx`` is the SPDX identifier where there is one."""

    name: str
    uri: str
    spdx: str = ""


@dataclass(frozen=True, slots=True)
class RecordFile(Tidy):
    """One file. ``size`` in bytes, ``pages`` 0 when unknown; ``url`` is absolute and answers only while open.

    Checksums are hexadecimal; ``md5``, which DSpace reckons with, is empty unless somebody computed it.
    """

    name: str
    mime: str
    size: int
    sha256: str
    pages: int
    url: str
    md5: str = ""


@dataclass(frozen=True, slots=True)
class TranslatedTitle(Tidy):
    """The whole title in another language (BCP 47)."""

    title: str
    language: str


@dataclass(frozen=True)
class Abstract(Tidy):
    """The abstract in another language (BCP 47) than the thesis. Line breaks part paragraphs."""

    text: str
    language: str

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """Each paragraph on one line."""
        return tuple(filter(None, map(line, self.text.split("\n"))))


@dataclass(frozen=True, slots=True)
class Subject(Tidy):
    """A subject of a classification: ``term`` in words, the classification's name and address, and in it the subject's
    own address and code. All but the term may be empty.
    """

    term: str
    scheme: str = ""
    scheme_uri: str = ""
    uri: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Funding(Tidy):
    """A grant. ``funder_id`` is a URI (ROR or Crossref Funder); all but the funder's name may be empty."""

    funder: str
    funder_id: str = ""
    award_number: str = ""
    award_title: str = ""
    award_url: str = ""


@dataclass(frozen=True)
class RelatedWork(Tidy):
    """A work related to the thesis. ``relation`` is a DataCite relationType read from the thesis (``HasPart``,
    ``IsPartOf``, ``IsVersionOf``, ``IsSupplementedBy``); ``identifier_type`` is ORCID's name of the scheme.
    """

    relation: str
    title: str
    identifier_type: str = ""
    identifier: str = ""
    url: str = ""
    container: str = ""
    year: int | None = None

    @cached_property
    def bare(self) -> str:
        """The identifier without what people paste before it; "" when there is none that can be read."""
        return identifiers.bare(self.identifier_type, self.identifier)

    @property
    def scheme(self) -> str:
        """The scheme of the identifier as people write it: ``DOI``, ``ISBN``, ``Handle``."""
        return identifiers.LABELS.get(self.identifier_type, self.identifier_type.upper())

    @cached_property
    def address(self) -> str:
        """Where the work is found: its own address, or that of its identifier; "" when neither is known."""
        return self.url or identifiers.address(self.identifier_type, self.bare)


@dataclass(frozen=True)
class ThesisRecord(Tidy):
    """A thesis as the public sees it. Texts are plain; languages are BCP 47 tags (``en``, ``pt-BR``).

    The four dates are kept apart (metadata.md §1): ``submitted`` by the student, ``defended``, ``conferred`` (degree
    awarded), ``published`` (the page went public). ``embargo_until`` is the first day on which files are open;
    ``access`` says whether they are open at the moment the record was made. ``doi`` and ``handle`` are bare, ``urn``
    has its beginning (``urn:nbn:…``), ``number`` is the university's own (``T-00042``). ``subjects`` are of a
    classification, ``keywords`` the author's own words.
    ``degree_name`` is written out (Doctor of Philosophy), ``degree_abbreviation`` is not (PhD).
    """

    uuid: str
    url: str
    title: str
    author: Person
    institution: Organisation
    degree_name: str
    degree_level: DegreeLevel
    language: str
    abstract: str
    licence: Licence
    published: dt.date
    access: Access = Access.OPEN
    degree_abbreviation: str = ""
    subtitle: str = ""
    translated_title: TranslatedTitle | None = None
    doi: str = ""
    handle: str = ""
    urn: str = ""
    isbn: str = ""
    number: str = ""
    department: str = ""
    programme: str = ""
    keywords: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    other_abstracts: tuple[Abstract, ...] = ()
    committee: tuple[CommitteePerson, ...] = ()
    files: tuple[RecordFile, ...] = ()
    funding: tuple[Funding, ...] = ()
    related: tuple[RelatedWork, ...] = ()
    submitted: dt.date | None = None
    defended: dt.date | None = None
    conferred: dt.date | None = None
    embargo_until: dt.date | None = None
    modified: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    @property
    def full_title(self) -> str:
        """Title and subtitle in one line, for formats that have one place for both."""
        return f"{self.title}: {self.subtitle}" if self.subtitle else self.title

    @cached_property
    def abstracts(self) -> tuple[Abstract, ...]:
        """Every abstract there is, that in the language of the thesis first."""
        own = (Abstract(self.abstract, self.language),) if self.abstract else ()
        return own + tuple(one for one in self.other_abstracts if one.text)

    @property
    def isbn_urn(self) -> str:
        """The ISBN as a URN (RFC 3187); empty without one."""
        return f"urn:ISBN:{self.isbn}" if self.isbn else ""

    @cached_property
    def doi_url(self) -> str:
        """The DOI as an address; empty without one."""
        return identifiers.address("doi", self.doi)

    @cached_property
    def handle_url(self) -> str:
        """The handle as an address; empty without one."""
        return identifiers.address("handle", self.handle)

    @property
    def lasting_url(self) -> str:
        """The address to cite: DOI, else handle, else the page itself."""
        return self.doi_url or self.handle_url or self.url


@dataclass(frozen=True, slots=True)
class DegreeRecord(Tidy):
    """A degree as the university vouches for it, apart from the thesis, which it outlives.

    ``uuid`` is the submission's. ``enrolled`` is the first day of the studies, ``conferred`` the day of the degree;
    either may be unknown.
    """

    uuid: str
    institution: Organisation
    degree_name: str
    department: str = ""
    enrolled: dt.date | None = None
    conferred: dt.date | None = None
