"""Identifiers as people paste them."""

import pytest

from submissions.metadata import identifiers


@pytest.mark.parametrize(
    "text",
    [
        "10.5555/abc",
        " 10.5555/ABC ",
        "https://doi.org/10.5555/abc",
        "http://dx.doi.org/10.5555/Abc",
        "https://www.doi.org/10.5555/abc",
        "doi.org/10.5555/abc",
        "dx.doi.org/10.5555/%61bc",
        "doi:10.5555/abc",
        "DOI: 10.5555/abc",
        "info:doi/10.5555/abc",
        "\u200b10.5555/abc\u202c\n",
    ],
)
def test_a_doi_in_any_usual_form(text: str) -> None:
    assert identifiers.doi(text) == "10.5555/abc"


def test_percent_signs_are_undone_in_an_address_and_nowhere_else() -> None:
    assert identifiers.doi("https://doi.org/10.1002/(SICI)1%3C1::AID%3E2") == "10.1002/(sici)1<1::aid>2"
    assert identifiers.doi("10.5555/a%3Cb") == "10.5555/a%3cb"


@pytest.mark.parametrize(
    "text",
    ["", "abc", "10.5555", "10.5555/", "10.55/abc", "10.5555/a b", "https://example.org/10.5555/abc", "11.5555/abc",
     "https://doi.org/10.5555/a%00b", "https://doi.org/10.5555/a%20b", "10.5555/a\x00b"],
)  # fmt: skip
def test_what_is_no_doi(text: str) -> None:
    with pytest.raises(ValueError, match="begins with 10"):
        identifiers.doi(text)


@pytest.mark.parametrize(
    "text",
    [
        "20.500.12345/Ab-1",
        "hdl:20.500.12345/Ab-1",
        "https://hdl.handle.net/20.500.12345/Ab-1",
        "http://hdl.handle.net/20.500.12345/Ab%2D1",
        "hdl.handle.net/20.500.12345/Ab%2D1",
        "info:hdl/20.500.12345/Ab-1",
    ],
)
def test_a_handle_in_any_usual_form(text: str) -> None:
    assert identifiers.handle(text) == "20.500.12345/Ab-1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a slash and a name"),
        ("20.500.12345", "a slash and a name"),
        ("20.500.12345/a b", "a slash and a name"),
        ("https://example.org/1/2", "a slash and a name"),
        ("10.5555/abc", "This is a DOI"),
        ("https://doi.org/10.5555/abc", "This is a DOI"),
    ],
)
def test_what_is_no_handle(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        identifiers.handle(text)


@pytest.mark.parametrize(
    ("kind", "value", "address"),
    [
        ("doi", "10.1002/1<1::aid>2", "https://doi.org/10.1002/1%3C1::aid%3E2"),
        ("handle", "20.500.12345/678", "https://hdl.handle.net/20.500.12345/678"),
        ("arxiv", "2101.00001", "https://arxiv.org/abs/2101.00001"),
        ("uri", "https://example.org/a", "https://example.org/a"),
        ("uri", "javascript:alert(1)", ""),
        ("urn", "urn:nbn:de:1", "https://nbn-resolving.org/urn:nbn:de:1"),
        ("urn", "urn:isbn:1", ""),
        ("isbn", "9780306406157", ""),
        ("doi", "", ""),
        ("", "", ""),
    ],
)
def test_where_an_identifier_leads(kind: str, value: str, address: str) -> None:
    assert identifiers.address(kind, value) == address


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("ISBN 978-0-306-40615-7", "978-0-306-40615-7"),
        ("urn:isbn:9780306406157", "9780306406157"),
        ("ISBN-13: 978 0 306 40615 7", "9780306406157"),
        ("0\u20118044\u20112957\u2011x", "0-8044-2957-X"),
    ],
)
def test_an_isbn_in_any_usual_form(text: str, bare: str) -> None:
    assert identifiers.isbn(text) == bare


@pytest.mark.parametrize("text", ["", "978-0-306-40615-8", "0-8044-2957-1", "1234567890123", "97803064O6157"])
def test_what_is_no_isbn(text: str) -> None:
    with pytest.raises(ValueError, match="last one must fit"):
        identifiers.isbn(text)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("urn:nbn:de:101-2019", "urn:nbn:de:101-2019"),
        ("https://nbn-resolving.org/urn:nbn:de:101-2019", "urn:nbn:de:101-2019"),
        (" URN:NBN:no-1 ", "URN:NBN:no-1"),
    ],
)
def test_a_urn_in_any_usual_form(text: str, whole: str) -> None:
    assert identifiers.urn(text) == whole


@pytest.mark.parametrize(
    "text", ["", "nbn:de:101", "urn:x", "urn:nbn:", "urn:nbn:a b", "https://example.org/"]
)
def test_what_is_no_urn(text: str) -> None:
    with pytest.raises(ValueError, match="begins with urn:"):
        identifiers.urn(text)
