"""The small pieces of XML that every format is read by. Elements are found by their local name: repositories disagree
about versions of namespaces and agree about names.
"""

from collections.abc import Iterator

from lxml import etree

from .. import reading
from ..building import Building

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Relations to other works that a thesis here can have, in DataCite's words.
RELATIONS = frozenset(("HasPart", "IsPartOf", "IsVersionOf", "IsSupplementedBy"))


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def text_of(element: etree._Element) -> str:
    """Its text with that of what is inside it, ``br`` as line breaks."""
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield (
            "\n" if local(child) == "br" else ("".join(_pieces(child)) if isinstance(child.tag, str) else "")
        )
        yield child.tail or ""


def tag_of(element: etree._Element) -> str:
    """The tag of its language; "" without."""
    return element.get(_XML_LANG) or element.get("lang") or ""


def text_at(element: etree._Element, *names: str) -> str:
    """The text of the first element on the way ``names`` below it; "" without."""
    found = element.find("/".join(f"{{*}}{name}" for name in names))
    return text_of(found) if found is not None else ""


def degree(building: Building, element: etree._Element) -> None:
    """A ``degree`` of ETD-MS, which MODS borrows."""
    building.put("degree", text_at(element, "name"))
    building.put("level", reading.level(text_at(element, "level")))
    building.put("programme", text_at(element, "discipline"))
