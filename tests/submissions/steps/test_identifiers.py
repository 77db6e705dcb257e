"""Identifiers as people paste them; check digits by the standards' own examples."""

import pytest

from submissions.steps.identifiers import SCHEMES, funder, guess, read, same


@pytest.mark.parametrize(
    ("kind", "typed", "bare"),
    [
        ("doi", "10.5555/12345678", "10.5555/12345678"),
        ("doi", " https://doi.org/10.1000/182 ", "10.1000/182"),
        (
            "doi",
            "http://dx.doi.org/10.1002/(SICI)1096-8644(199601)99:1<1::AID-AJPA1>3.0.CO;2-1",
            "10.1002/(sici)1096-8644(199601)99:1<1::aid-ajpa1>3.0.co;2-1",
        ),
        ("doi", "doi: 10.1038/S41586-020-2649-2", "10.1038/s41586-020-2649-2"),
        ("doi", "10.5555", None),
        ("doi", "https://example.org/10.5555/1", None),
        ("handle", "https://hdl.handle.net/20.500.12345/678", "20.500.12345/678"),
        ("handle", "hdl:1721.1/7582", "1721.1/7582"),
        ("handle", "hdl.handle.net/1721.1/7582", "1721.1/7582"),
        ("handle", "20.500.12345", None),
        ("isbn", "ISBN 978-3-16-148410-0", "978-3-16-148410-0"),
        ("isbn", "ISBN-13: 9783161484100", "9783161484100"),
        ("isbn", "978–3–16–148410–0", "978-3-16-148410-0"),
        ("isbn", "0-8044-2957-X", "0-8044-2957-X"),
        ("isbn", "978-3-16-148410-1", None),
        ("isbn", "1234567890123", None),
        ("isbn", "0-8044-2957-1", None),
        ("issn", "2049-3630", "2049-3630"),
        ("issn", "eISSN: 0317-8471", "0317-8471"),
        ("issn", "2434-561X", "2434-561X"),
        ("issn", "2049-3631", None),
        ("arxiv", "https://arxiv.org/abs/2301.01234v2", "2301.01234v2"),
        ("arxiv", "arXiv:hep-th/9901001", "hep-th/9901001"),
        ("arxiv", "2301", None),
        ("pmid", "PMID: 12345678", "12345678"),
        ("pmid", "12a", None),
        ("pmc", "PMC1234567", "PMC1234567"),
        ("urn", "urn:nbn:de:101-2019010100", "urn:nbn:de:101-2019010100"),
        ("urn", "urn:x", None),
        ("ark", "https://n2t.net/ark:/12345/abc", "ark:/12345/abc"),
        ("wosuid", "000123 456", "000123 456"),
    ],
)
def test_what_is_typed_becomes_bare_or_nothing(kind, typed, bare):
    assert read(kind, typed) == bare


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("https://doi.org/10.1000/182", "doi"),
        ("10.1000/182", "doi"),
        ("9783161484100", "isbn"),
        ("2049-3630", "issn"),
        ("hdl:1721.1/7582", "handle"),
        ("hdl.handle.net/1721.1/7582", "handle"),
        ("PMID: 12345678", "pmid"),
        ("urn:nbn:de:101-2019010100", "urn"),
        ("12345678", ""),
        ("my notes", ""),
        ("", ""),
    ],
)
def test_a_kind_is_guessed_only_where_it_shows(typed, kind):
    assert guess(typed) == kind


def test_spellings_of_one_identifier_are_the_same():
    assert same("doi", "https://doi.org/10.1000/ABC") == same("doi", "10.1000/abc")
    assert same("isbn", "978-3-16-148410-0") == same("isbn", "9783161484100")
    assert same("doi", "10.1000/abc") != same("handle", "10.1000/abc")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://ror.org/0472cxd90", "https://ror.org/0472cxd90"),
        ("http://dx.doi.org/10.13039/501100000780", "https://doi.org/10.13039/501100000780"),
        ("grid.270680.b", None),
        ("https://ror.org/short", None),
    ],
)
def test_funders(typed, address):
    assert funder(typed) == address


def test_every_kind_says_how_it_is_mended_and_is_one_of_orcids():
    from orcid_workflow.messages.vocabulary import IDENTIFIER_TYPES

    assert set(SCHEMES) <= IDENTIFIER_TYPES
    assert all(scheme.wrong.endswith((".", "?")) for scheme in SCHEMES.values())
