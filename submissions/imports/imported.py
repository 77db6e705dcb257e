"""``ImportedThesis``: a thesis as a source says it, in plain values, before anything here is asked.

A source reads its own form into this; ``plan.py`` compares it with what is here. Neither knows the other.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import BinaryIO

from ..models import CommitteeRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPerson:
    """A person by name. ``role`` is a ``CommitteeRole``, empty for the author. ``orcid`` is a bare iD whose check digit
    is right; that its owner confirmed it is not known.
    """

    given: str = ""
    family: str = ""
    role: str = ""
    orcid: str = ""
    email: str = ""
    affiliation: str = ""

    @property
    def display(self) -> str:
        """The name as it is read aloud."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """A file that came along: its name, its SHA-256 in hexadecimal, and how to open its bytes for reading."""

    name: str
    sha256: str
    size: int
    open: Callable[[], BinaryIO] = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedThesis:
    """One record of a source.

    ``identifier`` is the record's there, ``place`` where it stands for people (``row 7``, ``folder item_3``). Texts are
    plain; ``language`` and the first of each ``other_abstracts`` pair are tags of ISO 639-1. ``degree``, ``programme``,
    ``term`` and ``licence`` are names (or the address) as the source writes them. ``level`` is a ``DegreeLevel`` or
    empty. ``files`` is None when the source says nothing of files. ``deleted``: the source says that it is gone, and
    nothing else. ``problems`` keep the record out, ``notes`` do not; both are sentences. ``broken``: the record could
    not be taken apart; ``problems`` say why, and nothing else holds.
    """

    identifier: str
    place: str
    title: str = ""
    subtitle: str = ""
    translated_title: str = ""
    translated_title_language: str = ""
    author: ImportedPerson = ImportedPerson()
    committee: tuple[ImportedPerson, ...] = ()
    abstract: str = ""
    other_abstracts: tuple[tuple[str, str], ...] = ()
    language: str = ""
    keywords: tuple[str, ...] = ()
    degree: str = ""
    level: str = ""
    programme: str = ""
    department: str = ""
    term: str = ""
    licence: str = ""
    submitted: dt.date | None = None
    defended: dt.date | None = None
    conferred: dt.date | None = None
    published: dt.date | None = None
    embargo_until: dt.date | None = None
    doi: str = ""
    handle: str = ""
    urn: str = ""
    isbn: str = ""
    funding: tuple[tuple[str, str, str, str, str], ...] = ()
    related: tuple[tuple[str, str, str, str, str], ...] = ()
    files: tuple[ImportedFile, ...] | None = None
    deleted: bool = False
    broken: bool = False
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of what the source says, without where it stands there."""
        said = {
            name: value
            for name, value in _plain(self).items()
            if name not in ("place", "problems", "notes", "broken")
        }
        return hashlib.sha256(repr(sorted(said.items())).encode("utf-8", "replace")).hexdigest()


def _plain(thesis: ImportedThesis) -> dict[str, object]:
    files = thesis.files
    without = {name: getattr(thesis, name) for name in thesis.__dataclass_fields__ if name != "files"}
    people = {"author": asdict(thesis.author), "committee": [asdict(person) for person in thesis.committee]}
    return {**without, **people, "files": files and [(file.name, file.sha256) for file in files]}


#: How sources call people who are not the author. What is not here is a member of the committee.
ROLES: dict[str, CommitteeRole] = {
    "advisor": CommitteeRole.ADVISOR,
    "adviser": CommitteeRole.ADVISOR,
    "supervisor": CommitteeRole.ADVISOR,
    "thesis advisor": CommitteeRole.ADVISOR,
    "ths": CommitteeRole.ADVISOR,
    "dgs": CommitteeRole.ADVISOR,
    "promotor": CommitteeRole.ADVISOR,
    "co_advisor": CommitteeRole.CO_ADVISOR,
    "co-advisor": CommitteeRole.CO_ADVISOR,
    "coadvisor": CommitteeRole.CO_ADVISOR,
    "co-supervisor": CommitteeRole.CO_ADVISOR,
    "copromotor": CommitteeRole.CO_ADVISOR,
    "chair": CommitteeRole.CHAIR,
    "committee chair": CommitteeRole.CHAIR,
    "external": CommitteeRole.EXTERNAL,
    "external examiner": CommitteeRole.EXTERNAL,
    "referee": CommitteeRole.EXTERNAL,
}


def role_of(words: str) -> str:
    """Return the ``CommitteeRole`` that a source's words for a role mean."""
    return ROLES.get(" ".join(words.lower().split()), CommitteeRole.MEMBER).value
