"""The XML helpers: what they leave out, and that what they write is XML as another writer writes it."""

from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from submissions.metadata.crosswalks import xml
from submissions.metadata.crosswalks.text import line

NS = "urn:example:a"
OTHER = "urn:example:b"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TEXTS = st.text(max_size=30).map(line)


@pytest.fixture
def root() -> Element:
    return xml.root(NS, "top", {None: NS}, "https://example.org/a.xsd")


def test_root_names_its_schema(root) -> None:
    """OAI-PMH 2.0: the root of a metadata part carries xsi:schemaLocation."""
    assert root.get(f"{{{xml.XSI}}}schemaLocation") == "urn:example:a https://example.org/a.xsd"


def test_empty_text_makes_no_element_and_empty_attributes_none(root) -> None:
    assert xml.add(root, "a", "") is None
    assert len(root) == 0
    assert dict(xml.add(root, "a", "x", kind="", lang="").attrib) == {}


@pytest.mark.parametrize("tag", ["en", "pt-BR", "zh-Hans", "sr-Latn-RS", "x-own"])
def test_language_tags_pass(root, tag: str) -> None:
    assert xml.add(root, "a", "x", lang=tag).get(LANG) == tag


@pytest.mark.parametrize("tag", ["pt_BR", "portuguese", "e n", "-", "中文"])
def test_what_is_no_language_tag_is_left_out(root, tag: str) -> None:
    """xs:language; an xml:lang that breaks it makes the whole record invalid."""
    assert xml.add(root, "a", "x", lang=tag).get(LANG) is None


@given(TEXTS, TEXTS, TEXTS)
def test_bytes_are_those_of_another_writer(text: str, value: str, tail: str) -> None:
    """lxml, given the same elements: namespaces in and under the root, indentation, mixed content, escapes."""
    ours = xml.root(NS, "top", {None: NS, "b": OTHER}, "https://example.org/a.xsd")
    theirs = etree.Element(f"{{{NS}}}top", nsmap={None: NS, "b": OTHER, "xsi": xml.XSI})
    theirs.set(f"{{{xml.XSI}}}schemaLocation", ours.get(f"{{{xml.XSI}}}schemaLocation"))

    def both(parents, name: str, text: str = "", **attributes: str):
        mine = xml.wrap(parents[0], name, namespace=OTHER, lang="en", **attributes)
        other = etree.SubElement(parents[1], f"{{{OTHER}}}{name}", {k: v for k, v in attributes.items() if v})
        other.set(LANG, "en")
        mine.text = other.text = text or None
        return mine, other

    outer = both((ours, theirs), "outer", kind=value)
    both(outer, "leaf", text, kind="x")
    mixed = both(outer, "mixed", f"_{text}")
    for part in both(mixed, "br"):
        part.tail = tail or None
    inner = xml.Scope("{urn:example:c}inner", {"c": "urn:example:c"})
    outer[0].append(inner)
    etree.SubElement(outer[1], "{urn:example:c}inner", nsmap={"c": "urn:example:c"})
    assert xml.to_bytes(ours) == etree.tostring(
        theirs, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
