"""A work for an ORCID record: ``work:work`` of API 3.0 (work-3.0.xsd; orcid.md §10–13 and §21)."""

from dataclasses import dataclass

from lxml import etree

from .. import ids
from . import COMMON, WORK, InvalidMessage, clean, length, parts, vocabulary
from .parts import ExternalId, FuzzyDate, add
from .vocabulary import AUTHOR, SUPERVISION

__all__ = [
    "AUTHOR",
    "SUPERVISION",
    "Citation",
    "Contributor",
    "ExternalId",
    "FuzzyDate",
    "TranslatedTitle",
    "Work",
    "check",
    "cut",
    "to_xml",
]

TITLE_LIMIT = 1000
DESCRIPTION_LIMIT = 5000
NAME_LIMIT = 150
_NO_SELF = "The work has no identifier of its own, such as a DOI, a handle or an identifier from this site."


@dataclass(frozen=True, slots=True)
class TranslatedTitle:
    """The title in another language, a BCP 47 tag of which ORCID's list must have a code."""

    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Citation:
    """How the work is cited. ``type`` is one of ORCID's, ``value`` plain text that is not empty."""

    value: str
    type: str = "bibtex"


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
    translated_title: TranslatedTitle | None = None
    journal_title: str = ""
    short_description: str = ""
    citation: Citation | None = None
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
    if not clean(work.title):
        problems.append("The title is missing.")
    for name, text in (
        ("title", work.title),
        ("subtitle", work.subtitle),
        ("institution", work.journal_title),
        ("translated title", work.translated_title.title if work.translated_title else ""),
    ):
        problems += parts.check_length(name, text, TITLE_LIMIT)
    if work.type not in vocabulary.WORK_TYPES:
        problems.append(f"ORCID has no work type “{work.type}”.")
    if work.url and not parts.is_web_address(work.url):
        problems.append(f"The address “{work.url}” is not a web address.")
    if work.country and work.country not in vocabulary.COUNTRIES:
        problems.append(f"“{work.country}” is not a country code of two capital letters.")
    problems += _check_translated_title(work.translated_title)
    problems += _check_citation(work.citation)
    problems += parts.check_date("publication", work.publication_date)
    problems += parts.check_external_ids(work.external_ids, no_self=_NO_SELF)
    for contributor in work.contributors:
        problems += _check_contributor(contributor)
    return problems


def _check_translated_title(translated: TranslatedTitle | None) -> list[str]:
    if translated is None:
        return []
    problems = []
    if not clean(translated.title):
        problems.append("The translated title is empty.")
    if not translated.language:
        problems.append("The translated title needs its language.")
    elif not vocabulary.language(translated.language):
        problems.append(
            f"ORCID has no code for “{translated.language}”, the language of the translated title."
        )
    return problems


def _check_citation(citation: Citation | None) -> list[str]:
    if citation is None:
        return []
    problems = []
    if citation.type not in vocabulary.CITATION_TYPES:
        problems.append(f"ORCID has no citation type “{citation.type}”.")
    if not clean(citation.value):
        problems.append("The citation is empty.")
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
    add(title, COMMON, "title", clean(work.title))
    add(title, COMMON, "subtitle", clean(work.subtitle))
    if work.translated_title:
        translated = add(title, COMMON, "translated-title", clean(work.translated_title.title))
        translated.set("language-code", vocabulary.language(work.translated_title.language))
    add(root, WORK, "journal-title", clean(work.journal_title))
    add(root, WORK, "short-description", cut(clean(work.short_description, one_line=False)))
    if work.citation:
        citation = etree.SubElement(root, f"{{{WORK}}}citation")
        add(citation, WORK, "citation-type", work.citation.type)
        add(citation, WORK, "citation-value", clean(work.citation.value, one_line=False))
    add(root, WORK, "type", work.type)
    parts.add_date(root, "publication-date", work.publication_date)
    parts.add_external_ids(root, work.external_ids)
    add(root, COMMON, "url", work.url)
    if work.contributors:
        contributors = etree.SubElement(root, f"{{{WORK}}}contributors")
        for position, contributor in enumerate(work.contributors):
            _add_contributor(contributors, contributor, "additional" if position else "first")
    add(root, COMMON, "language-code", vocabulary.language(work.language))
    add(root, COMMON, "country", work.country)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add_contributor(parent: etree._Element, contributor: Contributor, sequence: str) -> None:
    node = etree.SubElement(parent, f"{{{WORK}}}contributor")
    if contributor.orcid:
        path = ids.normalise(contributor.orcid)
        orcid = etree.SubElement(node, f"{{{COMMON}}}contributor-orcid")
        add(orcid, COMMON, "uri", ids.uri(path))
        add(orcid, COMMON, "path", path)
        add(orcid, COMMON, "host", "orcid.org")
    add(node, WORK, "credit-name", clean(contributor.name))
    attributes = etree.SubElement(node, f"{{{WORK}}}contributor-attributes")
    add(attributes, WORK, "contributor-sequence", sequence)
    add(attributes, WORK, "contributor-role", contributor.role)
