"""messages/parts.py: what works and degrees share."""

import datetime as dt

import pytest

from orcid_workflow.messages import parts
from orcid_workflow.messages.parts import ExternalId, FuzzyDate


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("doi", "10.5555/ABC"), ("doi", "https://doi.org/10.5555/abc"), True),
        (("doi", "10.5555/abc"), ("uri", "10.5555/abc"), False),
        (("isbn", "978-0-00 1"), ("isbn", "9780001"), True),
        (("handle", "1/2"), ("handle", "hdl:1/2"), False),
        (("handle", "1/AB"), ("handle", "1/ab"), True),
        (("uri", "example.org/a"), ("uri", "http://example.org/a"), True),
        (("uri", "http://example.org/a"), ("uri", "https://example.org/a"), False),
        (("uri", "http://example.org/a"), ("uri", "http://example.org/A"), False),
        (("source-work-id", "ABC"), ("source-work-id", "abc"), True),
    ],
)
def test_identifiers_are_compared_as_orcid_compares_them(one, other, same) -> None:
    """orcid.md §11, the table of normalised values."""
    assert (ExternalId(*one).key == ExternalId(*other).key) is same


@pytest.mark.parametrize("relationship", ["self", "version-of", "part-of"])
def test_one_identifier_stands_once_in_a_message(relationship: str) -> None:
    entries = (ExternalId("doi", "10.5555/1"), ExternalId("doi", "10.5555/1", "", relationship))
    assert parts.check_external_ids(entries, no_self="none") == [
        "The identifier “10.5555/1” of type “doi” stands in it twice."
    ]


@pytest.mark.parametrize(
    ("date", "words"),
    [
        (FuzzyDate(1899), "between 1900 and 2100"),
        (FuzzyDate(2101), "between 1900 and 2100"),
        (FuzzyDate(26, 5, 1), "between 1900 and 2100"),
        (FuzzyDate(2023, 2, 29), "does not exist"),
        (FuzzyDate(2024, -1), "does not exist"),
        (FuzzyDate(2024, 0, 1), "has a day and no month"),
    ],
)
def test_dates_that_are_refused(date: FuzzyDate, words: str) -> None:
    (problem,) = parts.check_date("publication", date)
    assert words in problem


@pytest.mark.parametrize(
    "date", [None, FuzzyDate(1900), FuzzyDate(2100, 12), FuzzyDate.of(dt.date(2024, 2, 29))]
)
def test_dates_that_are_taken(date: FuzzyDate | None) -> None:
    assert parts.check_date("publication", date) == []


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://example.org/ü?a=1&b=[2]", True),
        ("http://example.org", True),
        ("example.org", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://example.org/a b", False),
        ("https://example.org/\x00", False),
        ("https://example.org/\n", False),
        ("http://[1", False),
    ],
)
def test_web_addresses(address: str, good: bool) -> None:
    assert parts.is_web_address(address) is good
