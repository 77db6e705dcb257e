"""The XML helpers."""

import pytest
from lxml import etree

from submissions.metadata.crosswalks import xml

NS = "urn:example:a"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def root() -> etree._Element:
    return xml.root(NS, "top", {None: NS}, "https://example.org/a.xsd")


def test_root_names_its_schema(root) -> None:
    """OAI-PMH 2.0: the root of a metadata part carries xsi:schemaLocation."""
    assert root.get(f"{{{xml.XSI}}}schemaLocation") == "urn:example:a https://example.org/a.xsd"


@pytest.mark.parametrize("empty", ["", "  ", "\n", "\x00"])
def test_empty_text_makes_no_element_and_empty_attributes_none(root, empty: str) -> None:
    assert xml.add(root, "a", empty) is None
    assert len(root) == 0
    assert dict(xml.add(root, "a", "x", kind=empty, lang=empty).attrib) == {}


@pytest.mark.parametrize("tag", ["en", "pt-BR", "zh-Hans", "sr-Latn-RS", "x-own"])
def test_language_tags_pass(root, tag: str) -> None:
    assert xml.add(root, "a", "x", lang=tag).get(LANG) == tag


@pytest.mark.parametrize("tag", ["pt_BR", "portuguese", "e n", "-", "中文"])
def test_what_is_no_language_tag_is_left_out(root, tag: str) -> None:
    """xs:language; an xml:lang that breaks it makes the whole record invalid."""
    assert xml.add(root, "a", "x", lang=tag).get(LANG) is None


def test_bytes_are_utf8_and_the_same_each_time(root) -> None:
    xml.add(root, "a", "𠮷 <&>")
    first = xml.to_bytes(root)
    assert first.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert "𠮷 &lt;&amp;&gt;".encode() in first
    assert xml.to_bytes(etree.fromstring(first)) == first
