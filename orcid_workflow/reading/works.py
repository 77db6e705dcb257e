"""Whole works, by their put-codes: abstract, citation and contributors are in no summary (orcid.md §9, §10)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from ..api import client
from ..models import Connection
from .facts import Work
from .record import work_of
from .tolerant import at, country, entries, line, orcid, text, word

AT_ONCE = 100  # more in one call is 400/9042


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who took part, as the source of the work names them. ``role`` is ORCID's word (orcid.md §12).

    ``orcid`` is a bare iD that the source wrote down: nothing says that its owner confirmed it.
    """

    name: str
    orcid: str = ""
    role: str = ""
    sequence: str = ""


@dataclass(frozen=True, slots=True)
class FullWork(Work):
    """A work with all that is known of it. ``language`` is ORCID's code (``zh_TW``), ``country`` ISO 3166-1 alpha-2."""

    translated_title: str = ""
    translated_title_language: str = ""
    abstract: str = ""
    citation: str = ""
    citation_type: str = ""
    contributors: tuple[Contributor, ...] = ()
    language: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class FullWorks:
    """The works that came, in the order asked for.

    ``missing``: put-codes that ORCID answered with an error: removed there, or not shared with us. ``unread``: those
    that were not answered at all, and ``problem`` says why, in words for the person.
    """

    works: tuple[FullWork, ...] = ()
    missing: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    problem: str = ""


def full_works(connection: Connection, put_codes: Iterable[int]) -> FullWorks:
    """Read whole works of the record of ``connection``, 100 a call, each once. What came before a fault is kept."""
    wanted = [code for code in dict.fromkeys(put_codes) if isinstance(code, int) and code > 0]
    owner = connection.primary_orcid or connection.orcid
    found: dict[int, FullWork] = {}
    asked: list[int] = []
    problem = ""
    for start in range(0, len(wanted), AT_ONCE):
        batch = wanted[start : start + AT_ONCE]
        answer = client.read_works_in_full(connection, batch)
        if not answer.ok:
            problem = answer.ruling.person
            break
        asked += batch
        works = (parse_work(entry, owner) for entry in entries({"works": answer.data}, "works"))
        found |= {work.put_code: work for work in works if work.put_code in batch}
    return FullWorks(
        works=tuple(found[code] for code in asked if code in found),
        missing=tuple(code for code in asked if code not in found),
        unread=tuple(wanted[len(asked) :]),
        problem=problem,
    )


def parse_work(entry: Any, owner: str = "") -> FullWork:
    """Return the facts in the JSON of a whole work (work-3.0.xsd). As tolerant as ``parse``; ``owner`` is the iD of the
    record, by which what is self-asserted is known.
    """
    summary = work_of(entry, owner)
    return FullWork(
        **{part.name: getattr(summary, part.name) for part in fields(summary)},
        translated_title=line(entry, "title", "translated-title", "value"),
        translated_title_language=line(entry, "title", "translated-title", "language-code"),
        abstract=text(entry, "short-description"),
        citation=text(entry, "citation", "citation-value"),
        citation_type=word(entry, "citation", "citation-type"),
        contributors=tuple(_contributors(entry)),
        language=line(entry, "language-code"),
        country=country(entry, "country", "value"),
    )


def _contributors(entry: Any) -> Iterator[Contributor]:
    for one in entries(entry, "contributors", "contributor"):
        name = line(one, "credit-name", "value")
        path = orcid(one, "contributor-orcid")
        if name or path:
            attributes = at(one, "contributor-attributes")
            role = line(attributes, "contributor-role").lower()
            yield Contributor(name, path, role, word(attributes, "contributor-sequence"))
