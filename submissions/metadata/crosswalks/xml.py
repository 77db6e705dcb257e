"""The few XML helpers that the crosswalks share: elements without empty ones, ``xml:lang``, and bytes.

lxml escapes text; characters that XML 1.0 forbids are taken out first (``text.py``), because lxml refuses
them.
"""

import re

from lxml import etree

from submissions.metadata.crosswalks.text import clean, line

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def language_tag(tag: str) -> str:
    """``tag`` when it has the form of ``xs:language`` (which holds every BCP 47 tag), else nothing."""
    tag = line(tag)
    return tag if _LANGUAGE.fullmatch(tag) else ""


def root(namespace: str, name: str, nsmap: dict[str | None, str], schema: str) -> etree._Element:
    """The root element, with ``xsi:schemaLocation`` naming ``schema``, the address of the XSD."""
    element = etree.Element(f"{{{namespace}}}{name}", nsmap={**nsmap, "xsi": XSI})
    element.set(f"{{{XSI}}}schemaLocation", f"{namespace} {schema}")
    return element


def add(
    parent: etree._Element, name: str, text: str, *, namespace: str = "", lang: str = "", **attributes: str
) -> etree._Element | None:
    """Put ``<name>`` with ``text`` into ``parent``; nothing at all when the text is empty.

    ``namespace`` is the parent's unless given. Line breaks of ``text`` are kept, so one-line fields go
    through ``text.line`` first. Empty attributes are left out, and so is a ``lang`` that is no language tag.
    """
    text = clean(text)
    if not text:
        return None
    element = wrap(parent, name, namespace=namespace, lang=lang, **attributes)
    element.text = text
    return element


def wrap(
    parent: etree._Element, name: str, *, namespace: str = "", lang: str = "", **attributes: str
) -> etree._Element:
    """Put an empty ``<name>`` into ``parent`` and return it, to be filled. Attributes as in ``add``."""
    namespace = namespace or parent.tag.rpartition("}")[0][1:]
    element = etree.SubElement(parent, f"{{{namespace}}}{name}")
    for key, value in attributes.items():
        if value := line(value):
            element.set(key, value)
    if tag := language_tag(lang):
        element.set(_XML_LANG, tag)
    return element


def to_bytes(element: etree._Element) -> bytes:
    """The document in UTF-8 with its declaration, indented. The same tree always gives the same bytes."""
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", pretty_print=True)
