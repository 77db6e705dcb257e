"""messages/checking.py: a message read back. What our own modules write passes; what is broken has its reason."""

import os
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from orcid_workflow import messages
from orcid_workflow.messages import checking, education, shapes, work

from . import test_education, test_work
from .broken import BROKEN, DEGREE, THESIS

ROOT = Path(__file__).resolve().parents[3]
SCHEMAS = Path(os.environ.get("ETD_SCHEMAS", ROOT.parent / "shared" / "schemas"))
WORKS = [
    test_work.FULL,
    test_work.SHORT,
    replace(test_work.SHORT, title="k" * 1000, short_description="word " * 2000),
    replace(test_work.SHORT, title="\x00On\x0b \ud800Kelp\ufffe", short_description="\x07"),
    replace(test_work.SHORT, publication_date=work.FuzzyDate(2026, 5)),
    replace(test_work.SHORT, language="zh-Hant-TW"),
]


@pytest.mark.parametrize("written", WORKS, ids=range(len(WORKS)))
def test_our_works_pass_and_say_the_same(written) -> None:
    message = work.to_xml(written)
    assert checking.problems("work", message) == []
    assert work.to_xml(checking.read_work(messages.parse(message))) == message


@pytest.mark.parametrize("written", test_education.GOOD, ids=range(len(test_education.GOOD)))
def test_our_degrees_pass_and_say_the_same(written) -> None:
    message = education.to_xml(written)
    assert checking.problems("education", message) == []
    assert education.to_xml(checking.read_education(messages.parse(message))) == message


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_has_its_reason(name) -> None:
    case = BROKEN[name]
    found = checking.problems(case.kind, case.message)
    assert found
    assert case.reason in " ".join(found)
    assert all(sentence.endswith(".") for sentence in found)


def test_everything_that_is_wrong_is_said_once() -> None:
    twice = THESIS.replace(work.SUPERVISION.encode(), b"supervisor").replace(b"dissertation-", b"")
    assert checking.problems("work", twice) == [
        "ORCID has no work type “thesis”.",
        "ORCID has no contributor role “supervisor”.",
    ]


def test_what_changes_nothing_is_no_problem() -> None:
    """Line breaks between elements, remarks, another prefix, a hint at the schema, no declaration."""
    pretty = etree.tostring(messages.parse(THESIS), pretty_print=True)
    remark = THESIS.replace(b"dissertation-thesis", b"disser<!-- a remark -->tation-<?and more?>thesis")
    prefixed = THESIS.replace(b"work:", b"w:").replace(b"xmlns:work", b"xmlns:w")
    hint = b'<work:work xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" '
    for message in (pretty, remark, prefixed, THESIS.replace(b"<work:work ", hint)):
        assert message != THESIS
        assert checking.problems("work", message) == []


def test_a_kind_we_do_not_write() -> None:
    with pytest.raises(KeyError):
        checking.problems("employment", DEGREE)


@pytest.mark.schemas
@pytest.mark.parametrize("kind", ["work", "education"])
def test_the_order_is_that_of_the_schema(kind) -> None:
    """Any two neighbours of the table stand in the schema in this order and in no other."""
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "orcid" / "record_3.0" / f"{kind}-3.0.xsd"))
    root = messages.parse({"work": THESIS, "education": DEGREE}[kind])
    schema.assertValid(root)
    shape = {"work": shapes.WORK_SHAPE, "education": shapes.EDUCATION_SHAPE}[kind]
    assert [child.tag for child in root] == [child.tag for child in shape.children]
    for place in range(len(root) - 1):
        changed = deepcopy(root)
        changed.insert(place, changed[place + 1])
        assert not schema.validate(changed)
        assert "stands too late" in " ".join(checking.problems(kind, etree.tostring(changed)))


@pytest.mark.schemas
@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(["work", "education"]), chance=st.randoms(use_true_random=False))
def test_what_passes_is_valid_whatever_was_done_to_it(kind, chance) -> None:
    """Elements are dropped, doubled, moved and filled with other texts at random."""
    schema = _SCHEMAS.setdefault(
        kind, etree.XMLSchema(etree.parse(SCHEMAS / "orcid" / "record_3.0" / f"{kind}-3.0.xsd"))
    )
    root = messages.parse({"work": THESIS, "education": DEGREE}[kind])
    for _ in range(chance.randint(1, 3)):
        node = chance.choice([one for one in root.iter() if one is not root])
        match chance.randrange(4):
            case 0:
                node.getparent().remove(node)
            case 1:
                node.getparent().insert(chance.randint(0, 4), deepcopy(node))
            case 2:
                node.getparent().insert(chance.randint(0, 4), node)
            case 3:
                node.text = chance.choice(["", " ", "x", "12", "2026", "k" * 1001, "ca", "CA", "http://x.y/"])
    message = etree.tostring(root)
    if not checking.problems(kind, message):
        schema.assertValid(messages.parse(message))


_SCHEMAS: dict[str, etree.XMLSchema] = {}
