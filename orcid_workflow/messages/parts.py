"""What messages of every kind are made of: identifiers, dates and texts, their rules and their XML.

Sources: common-3.0.xsd, and orcid.md §11, §13 and §21 for what the schema does not say.
"""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from . import COMMON, clean, length, vocabulary

FIRST_YEAR, LAST_YEAR = 1900, 2100  # common-3.0.xsd, "year"


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

    @property
    def known(self) -> tuple[int, ...]:
        """The parts that are known, largest first."""
        return tuple(part for part in (self.year, self.month, self.day) if part)


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

    @property
    def key(self) -> tuple[str, str]:
        """Type and value as ORCID compares them (orcid.md §11): equal keys are one identifier."""
        value = clean(self.value)
        if self.type == "doi" and (found := re.search(r"10\.\d+(?:\.\d+)*/\S+", value)):
            value = found.group()
        elif self.type == "isbn":
            value = re.sub(r"[\s-]", "", value)
        elif self.type == "uri":
            return self.type, value if "://" in value else f"http://{value}"
        return self.type, value.lower()


def is_web_address(address: str) -> bool:
    """Whether ``address`` is a web address that a message can hold as it is."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = address == clean(address) and " " not in address
    return parts.scheme in ("http", "https") and bool(parts.netloc) and plain


def check_length(name: str, text: str, limit: int) -> list[str]:
    """Return a sentence when ``text``, cleaned, has more than ``limit`` UTF-16 units. ``name`` is for people."""
    if length(clean(text)) <= limit:
        return []
    return [f"The {name} is longer than ORCID's {limit:,} characters."]


def check_date(name: str, date: FuzzyDate | None) -> list[str]:
    """Return what is wrong with a date (9020, 9049 and the bounds of the schema); ``name`` as in "publication"."""
    if date is None:
        return []
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        return [f"The year of {name} must be between {FIRST_YEAR} and {LAST_YEAR}."]
    if date.day and not date.month:
        return [f"The date of {name} has a day and no month."]
    try:
        dt.date(date.year, date.month or 1, date.day or 1)
    except ValueError:
        return [f"The date of {name} does not exist."]
    return []


def check_external_ids(entries: tuple[ExternalId, ...], *, no_self: str) -> list[str]:
    """Return what is wrong with identifiers (9020, 9023); ``no_self`` is the sentence when none is ``self``.

    One identifier twice in a message is refused here whatever its relationships: it cannot name this thing
    and another one (orcid.md §22, a container's ISSN as ``self``).
    """
    problems = []
    if not any(entry.relationship == "self" for entry in entries):
        problems.append(no_self)
    for entry in entries:
        if entry.type not in vocabulary.IDENTIFIER_TYPES:
            problems.append(f"ORCID has no identifier type “{entry.type}”.")
        if entry.relationship not in vocabulary.RELATIONSHIPS:
            problems.append(f"ORCID has no relationship “{entry.relationship}”.")
        if entry.relationship == "funded-by" and entry.type not in vocabulary.FUNDED_BY_TYPES:
            problems.append(f"A grant cannot be named by an identifier of type “{entry.type}”.")
        if not clean(entry.value):
            problems.append(f"The identifier of type “{entry.type}” is empty.")
        if entry.url and not is_web_address(entry.url):
            problems.append(f"The address of the identifier “{entry.value}” is not a web address.")
        if entry.type == "handle" and not entry.url:
            problems.append("A handle needs its address: ORCID does not know where handles lead.")
    twice = [key for key, count in Counter(entry.key for entry in entries).items() if count > 1]
    return problems + [
        f"The identifier “{value}” of type “{kind}” stands in it twice." for kind, value in twice
    ]


def add(parent: etree._Element, namespace: str, name: str, text: str) -> etree._Element | None:
    """Add an element with a text and return it. An empty text adds nothing: most elements may be absent, but
    none may be blank.
    """
    if not text:
        return None
    element = etree.SubElement(parent, f"{{{namespace}}}{name}")
    element.text = text
    return element


def add_date(parent: etree._Element, name: str, date: FuzzyDate | None) -> None:
    """Add ``common:<name>`` with a year of four digits, month and day of two (9020)."""
    if date is None:
        return
    node = etree.SubElement(parent, f"{{{COMMON}}}{name}")
    for part, value, digits in (("year", date.year, 4), ("month", date.month, 2), ("day", date.day, 2)):
        add(node, COMMON, part, f"{value:0{digits}d}" if value else "")


def add_external_ids(parent: etree._Element, entries: tuple[ExternalId, ...]) -> None:
    """Add ``common:external-ids``, elements in the order of the schema."""
    if not entries:
        return
    wrapper = etree.SubElement(parent, f"{{{COMMON}}}external-ids")
    for entry in entries:
        node = etree.SubElement(wrapper, f"{{{COMMON}}}external-id")
        add(node, COMMON, "external-id-type", entry.type)
        add(node, COMMON, "external-id-value", clean(entry.value))
        add(node, COMMON, "external-id-url", entry.url)
        add(node, COMMON, "external-id-relationship", entry.relationship)
