"""A work for an ORCID record: ``work:work`` of API 3.0 (work-3.0.xsd; orcid.md §10–13 and §21)."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from .. import ids
from . import COMMON, WORK, InvalidMessage, clean, length, vocabulary
from .vocabulary import AUTHOR, SUPERVISION

__all__ = [
    "AUTHOR",
    "SUPERVISION",
    "Contributor",
    "ExternalId",
    "FuzzyDate",
    "Work",
    "check",
    "cut",
    "to_xml",
]

TITLE_LIMIT = 1000
DESCRIPTION_LIMIT = 5000
NAME_LIMIT = 150


@dataclass(frozen=True, slots=True)
class FuzzyDate:
    """A date of which the day, or day and month, may be unknown (0)."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def of(cls, date: dt.date) -> "FuzzyDate":
        """Return a full date."""
        return cls(date.year, date.month, date.day)


@dataclass(frozen=True, slots=True)
class ExternalId:
    """An identifier. ``type`` as ORCID spells it (``doi``, ``handle``, ``source-work-id``…), ``url`` where it
    leads.

    ``relationship``: ``self``, ``part-of``, ``version-of`` or ``funded-by``.
    """

    type: str
    value: str
    url: str = ""
    relationship: str = "self"


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who contributed. ``role`` is ``AUTHOR``, ``SUPERVISION`` or another value of orcid.md §12.

    ``orcid`` is an authenticated iD, bare or as a URI; never one that somebody typed.
    """

    name: str
    role: str = AUTHOR
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A work. Texts are plain; ``language`` is a BCP 47 tag, ``country`` ISO 3166-1 alpha-2.

    ``journal_title`` is for a thesis the institution. Only ``title`` and one ``self`` identifier are
    required.
    """

    title: str
    external_ids: tuple[ExternalId, ...]
    type: str = "dissertation-thesis"
    subtitle: str = ""
    journal_title: str = ""
    short_description: str = ""
    publication_date: FuzzyDate | None = None
    url: str = ""
    contributors: tuple[Contributor, ...] = ()
    language: str = ""
    country: str = ""


def cut(text: str, limit: int = DESCRIPTION_LIMIT) -> str:
    """Return ``text`` shortened to ``limit`` characters between two words, the ellipsis counted in."""
    if length(text) <= limit:
        return text
    end = limit - 1
    while length(text[:end]) > limit - 1:
        end -= 1
    head = text[:end]
    if not text[end].isspace() and any(character.isspace() for character in head):
        head = head[: max(head.rfind(" "), head.rfind("\n"))]
    return head.rstrip() + "…"


def check(work: Work) -> list[str]:
    """Return why the registry would refuse the work, in words; empty when it would take it.

    These are the rules the schema states and those it does not (orcid.md §21). A wrong check digit in a
    contributor's iD is refused here although the registry would take it.
    """
    problems = []
    title = clean(work.title)
    if not title:
        problems.append("The title is missing.")
    for name, text in (
        ("title", title),
        ("subtitle", clean(work.subtitle)),
        ("institution", clean(work.journal_title)),
    ):
        if length(text) > TITLE_LIMIT:
            problems.append(f"The {name} is longer than ORCID's {TITLE_LIMIT:,} characters.")
    if work.type not in vocabulary.WORK_TYPES:
        problems.append(f"ORCID has no work type “{work.type}”.")
    if work.url and not _is_web_address(work.url):
        problems.append(f"The address “{work.url}” is not a web address.")
    if work.country and work.country not in vocabulary.COUNTRIES:
        problems.append(f"“{work.country}” is not a country code of two capital letters.")
    problems += _check_date(work.publication_date)
    problems += _check_ids(work.external_ids)
    for contributor in work.contributors:
        problems += _check_contributor(contributor)
    return problems


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.netloc)
        and address == clean(address)
        and " " not in address
    )


def _check_date(date: FuzzyDate | None) -> list[str]:
    if date is None:
        return []
    if not 1900 <= date.year <= 2100:
        return ["The year of publication must be between 1900 and 2100."]
    if date.day and not date.month:
        return ["The date of publication has a day and no month."]
    try:
        dt.date(date.year, date.month or 1, date.day or 1)
    except ValueError:
        return ["The date of publication does not exist."]
    return []


def _check_ids(external_ids: tuple[ExternalId, ...]) -> list[str]:
    problems = []
    if not any(entry.relationship == "self" for entry in external_ids):
        problems.append(
            "The work has no identifier of its own, such as a DOI, a handle or an identifier from this site."
        )
    for entry in external_ids:
        if entry.type not in vocabulary.IDENTIFIER_TYPES:
            problems.append(f"ORCID has no identifier type “{entry.type}”.")
        if entry.relationship not in vocabulary.RELATIONSHIPS:
            problems.append(f"ORCID has no relationship “{entry.relationship}”.")
        if entry.relationship == "funded-by" and entry.type not in vocabulary.FUNDED_BY_TYPES:
            problems.append(f"A grant cannot be named by an identifier of type “{entry.type}”.")
        if not clean(entry.value):
            problems.append(f"The identifier of type “{entry.type}” is empty.")
        if entry.url and not _is_web_address(entry.url):
            problems.append(f"The address of the identifier “{entry.value}” is not a web address.")
        if entry.type == "handle" and not entry.url:
            problems.append("A handle needs its address: ORCID does not know where handles lead.")
    return problems


def _check_contributor(contributor: Contributor) -> list[str]:
    problems = []
    name = clean(contributor.name)
    if not name:
        problems.append("A contributor has no name.")
    if length(name) > NAME_LIMIT:
        problems.append(f"The name “{name[:40]}…” is longer than ORCID's {NAME_LIMIT} characters.")
    if contributor.role not in vocabulary.CONTRIBUTOR_ROLES:
        problems.append(f"ORCID has no contributor role “{contributor.role}”.")
    if contributor.orcid:
        try:
            ids.normalise(contributor.orcid)
        except ValueError:
            problems.append(f"“{contributor.orcid}” is not a valid ORCID iD.")
    return problems


def to_xml(work: Work, put_code: int | None = None) -> bytes:
    """Return the message, elements in the order of work-3.0.xsd. Raises ``InvalidMessage`` when ORCID would
    refuse it.

    The same work always gives the same bytes. An abstract that is too long is cut; a language that ORCID's
    list does not have is left out.
    """
    if problems := check(work):
        raise InvalidMessage(problems)
    root = etree.Element(f"{{{WORK}}}work", nsmap={"work": WORK, "common": COMMON})
    if put_code is not None:
        root.set("put-code", str(put_code))

    title = etree.SubElement(root, f"{{{WORK}}}title")
    _add(title, COMMON, "title", clean(work.title))
    _add(title, COMMON, "subtitle", clean(work.subtitle))
    _add(root, WORK, "journal-title", clean(work.journal_title))
    _add(root, WORK, "short-description", cut(clean(work.short_description, one_line=False)))
    _add(root, WORK, "type", work.type)
    if work.publication_date:
        date = etree.SubElement(root, f"{{{COMMON}}}publication-date")
        _add(date, COMMON, "year", f"{work.publication_date.year:04d}")
        for name, value in (("month", work.publication_date.month), ("day", work.publication_date.day)):
            _add(date, COMMON, name, f"{value:02d}" if value else "")
    external_ids = etree.SubElement(root, f"{{{COMMON}}}external-ids")
    for entry in work.external_ids:
        node = etree.SubElement(external_ids, f"{{{COMMON}}}external-id")
        _add(node, COMMON, "external-id-type", entry.type)
        _add(node, COMMON, "external-id-value", clean(entry.value))
        _add(node, COMMON, "external-id-url", entry.url)
        _add(node, COMMON, "external-id-relationship", entry.relationship)
    _add(root, COMMON, "url", work.url)
    if work.contributors:
        contributors = etree.SubElement(root, f"{{{WORK}}}contributors")
        for position, contributor in enumerate(work.contributors):
            _add_contributor(contributors, contributor, "additional" if position else "first")
    _add(root, COMMON, "language-code", vocabulary.language(work.language))
    _add(root, COMMON, "country", work.country)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add(parent: etree._Element, namespace: str, name: str, text: str) -> None:
    """Add an element with a text; an empty text adds nothing, since most elements may be absent but none may
    be blank.
    """
    if text:
        etree.SubElement(parent, f"{{{namespace}}}{name}").text = text


def _add_contributor(parent: etree._Element, contributor: Contributor, sequence: str) -> None:
    node = etree.SubElement(parent, f"{{{WORK}}}contributor")
    if contributor.orcid:
        path = ids.normalise(contributor.orcid)
        orcid = etree.SubElement(node, f"{{{COMMON}}}contributor-orcid")
        _add(orcid, COMMON, "uri", ids.uri(path))
        _add(orcid, COMMON, "path", path)
        _add(orcid, COMMON, "host", "orcid.org")
    _add(node, WORK, "credit-name", clean(contributor.name))
    attributes = etree.SubElement(node, f"{{{WORK}}}contributor-attributes")
    _add(attributes, WORK, "contributor-sequence", sequence)
    _add(attributes, WORK, "contributor-role", contributor.role)
