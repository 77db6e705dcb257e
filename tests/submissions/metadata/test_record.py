"""Records hold texts that every format can carry, however they were made."""

from dataclasses import fields, is_dataclass, replace

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from submissions.metadata.record import Abstract, Person, RelatedWork
from tests.records import CONTROLS, full_record, varied_records


def texts(value) -> list[str]:
    """Every text in a record, however deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in texts(one)]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts(getattr(value, field.name))]
    return []


@given(st.text(), st.text())
def test_no_text_of_a_record_is_one_that_xml_refuses(one: str, other: str) -> None:
    record = full_record(
        title=one, abstract=other, keywords=(one, other), author=Person(one, other),
        other_abstracts=(Abstract(one, other),), related=(RelatedWork("HasPart", one, "doi", other),),
    )  # fmt: skip
    for text in texts(record):
        etree.Element("x").text = text
    assert "\n" not in record.title + record.author.display + "".join(record.keywords)


def test_control_characters_go_and_everything_else_stays() -> None:
    for record in varied_records(80):
        assert not set(CONTROLS) & set("".join(texts(record)))
        assert replace(record) == record
    assert Person(f"Jo{CONTROLS}siah", " Car\tberry ").inverted == "Car berry, Jo siah"


def test_empty_keywords_are_none_and_empty_abstracts_too() -> None:
    record = full_record(
        keywords=("\x00", " ", "tide"), other_abstracts=(Abstract("\x01", "nb"),), abstract=" \n"
    )
    assert record.keywords == ("tide",)
    assert record.abstracts == ()


def test_paragraphs_are_on_one_line_each() -> None:
    assert Abstract("One\n two \u2028\n\nthree", "en").paragraphs == ("One", "two", "three")
