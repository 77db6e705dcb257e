"""What may stand where in a message: elements, their order, and what a text in them must look like.

The order and the lengths are those of work-3.0.xsd and common-3.0.xsd; what a closed list, a date or a contributor
must look like beyond them is of orcid.md §10–13, §17 and §21. A message holds what our own messages hold, and nothing
more: what only ORCID fills in (``source``, ``external-id-normalized``), what its owner decides (``visibility``) and
what ORCID asks not to be sent (``contributor-email``) is no part of one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from . import COMMON, EDUCATION, WORK, length, vocabulary
from .work import DESCRIPTION_LIMIT, NAME_LIMIT, TITLE_LIMIT

_HINTS = "{http://www.w3.org/2001/XMLSchema-instance}"  # attributes that say where a schema lies


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a message: its ``children`` in their order, or a text when it has none.

    ``limit`` counts UTF-16 units; ``looks`` is what the whole text must match and ``like`` says that in words;
    ``among`` is a closed list. ``attributes`` are required, each with its closed list.
    """

    namespace: str
    name: str
    children: tuple["Element", ...] = ()
    required: bool = False
    many: bool = False
    limit: int = 0
    looks: str = ""
    like: str = ""
    among: frozenset[str] = frozenset()
    attributes: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The name as lxml writes it."""
        return f"{{{self.namespace}}}{self.name}"


def _common(name: str, *children: Element, **rules) -> Element:
    return Element(COMMON, name, children, **rules)


def _work(name: str, *children: Element, **rules) -> Element:
    return Element(WORK, name, children, **rules)


def _date(name: str) -> Element:
    return _common(
        name,
        _common("year", required=True, looks="[0-9]{4}", like="four digits"),
        _common("month", looks="0[1-9]|1[0-2]", like="two digits from 01 to 12"),
        _common("day", looks="0[1-9]|[12][0-9]|3[01]", like="two digits from 01 to 31"),
    )


_ORCID = "[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]"
_URI = rf"https://([a-z]+\.)?orcid\.org/{_ORCID}"
_LONG = 4000  # common-3.0.xsd, "long-text"
_EXTERNAL_IDS = _common(
    "external-ids",
    _common(
        "external-id",
        _common("external-id-type", required=True),
        _common("external-id-value", required=True),
        _common("external-id-url"),
        _common("external-id-relationship", required=True),
        many=True,
    ),
)
_CONTRIBUTOR = _work(
    "contributor",
    _common(
        "contributor-orcid",
        _common("uri", looks=_URI, like="https://orcid.org/ and the iD"),
        _common("path", looks=_ORCID, like="four groups of four characters"),
        _common("host"),
    ),
    _work("credit-name", required=True, limit=NAME_LIMIT),
    _work(
        "contributor-attributes",
        _work("contributor-sequence", among=frozenset(("first", "additional"))),
        _work("contributor-role"),
    ),
    many=True,
)
WORK_SHAPE = _work(
    "work",
    _work(
        "title",
        _common("title", required=True, limit=TITLE_LIMIT),
        _common("subtitle", limit=TITLE_LIMIT),
        _common("translated-title", limit=TITLE_LIMIT, attributes={"language-code": vocabulary.LANGUAGES}),
        required=True,
    ),
    _work("journal-title", limit=TITLE_LIMIT),
    _work("short-description", limit=DESCRIPTION_LIMIT),
    _work(
        "citation",
        _work("citation-type", required=True),
        _work("citation-value", required=True),
    ),
    _work("type", required=True),
    _date("publication-date"),
    _EXTERNAL_IDS,
    _common("url"),
    _work("contributors", _CONTRIBUTOR),
    _common("language-code", among=vocabulary.LANGUAGES),
    _common("country"),
)
EDUCATION_SHAPE = Element(
    EDUCATION,
    "education",
    (
        _common("department-name", limit=_LONG),
        _common("role-title", limit=_LONG),
        _date("start-date"),
        _date("end-date"),
        _common(
            "organization",
            _common("name", required=True, limit=_LONG),
            _common(
                "address",
                _common("city", required=True, limit=_LONG),
                _common("region", limit=_LONG),
                _common("country", required=True),
                required=True,
            ),
            _common(
                "disambiguated-organization",
                _common("disambiguated-organization-identifier", required=True),
                _common("disambiguation-source", required=True),
                required=True,
            ),
            required=True,
        ),
        _common("url"),
        _EXTERNAL_IDS,
    ),
)


def misfits(node: etree._Element, shape: Element) -> Iterator[str]:
    """Give a sentence for everything in ``node``, which has the name of ``shape``, that does not fit."""
    yield from _attributes(node, shape)
    inside = [child for child in node if isinstance(child.tag, str)]
    if not shape.children:
        if inside:
            yield f"“{shape.name}” has elements in it, and may have a text only."
        yield from _text(node.text or "", shape)
        return
    if (node.text or "").strip() or any((child.tail or "").strip() for child in node):
        yield f"“{shape.name}” has a text between its elements."
    places = {child.tag: place for place, child in enumerate(shape.children)}
    reached, seen = 0, set()
    for child in inside:
        name = etree.QName(child).localname
        place = places.get(child.tag)
        if place is None:
            yield f"“{shape.name}” has “{name}” in it, which ORCID does not take from us there."
            continue
        if child.tag in seen and not shape.children[place].many:
            yield f"“{shape.name}” has “{name}” twice."
        elif place < reached:
            yield f"“{name}” stands too late in “{shape.name}”: ORCID wants one order."
        reached = max(reached, place)
        seen.add(child.tag)
        yield from misfits(child, shape.children[place])
    for child in shape.children:
        if child.required and child.tag not in seen:
            yield f"“{shape.name}” has no “{child.name}”."


def _attributes(node: etree._Element, shape: Element) -> Iterator[str]:
    for name in node.attrib:
        if name == "put-code":
            yield "The message has a put-code, which is ours to add."
        elif name not in shape.attributes and not name.startswith(_HINTS):
            yield f"“{shape.name}” has the attribute “{name}”, which ORCID does not take from us there."
    for name, allowed in shape.attributes.items():
        value = node.get(name, "")
        if not value:
            yield f"“{shape.name}” has no “{name}”."
        elif value not in allowed:
            yield f"ORCID's list for “{name}” does not have “{value}”."


def _text(text: str, shape: Element) -> Iterator[str]:
    if not text.strip():
        yield f"“{shape.name}” is empty."
    elif shape.limit and length(text) > shape.limit:
        yield f"“{shape.name}” is longer than ORCID's {shape.limit:,} characters."
    elif shape.looks and not re.fullmatch(shape.looks, text):
        yield f"“{shape.name}” must be {shape.like}, and is “{text[:60]}”."
    elif shape.among and text not in shape.among:
        yield f"ORCID's list for “{shape.name}” does not have “{text[:60]}”."
