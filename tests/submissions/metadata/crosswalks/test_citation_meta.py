"""Meta tags by Google Scholar's rules (metadata.md §2 table D, §9)."""

import pytest

from submissions.metadata.crosswalks import citation_meta
from submissions.metadata.record import Person
from tests.records import SCRIPTS, embargoed, full_record, make_file, make_record, varied_records


def test_a_whole_record() -> None:
    record = make_record()
    assert citation_meta.to_pairs(record) == [
        ("citation_title", "Tidal mixing in fjords: a field study"),
        ("citation_author", "Carberry, Josiah"),
        ("citation_author_orcid", record.author.orcid.uri),
        ("citation_author_institution", "Example University"),
        ("citation_publication_date", "2026/06/02"),
        ("citation_dissertation_institution", "Example University"),
        ("citation_language", "en"),
        ("citation_keywords", "fjords"),
        ("citation_keywords", "mixing, tidal"),
        ("citation_abstract_html_url", "https://theses.example.edu/theses/2026/tidal-mixing/"),
        ("citation_pdf_url", "https://theses.example.edu/files/1/thesis.pdf"),
    ]


def test_one_author_and_never_a_committee_member() -> None:
    """Google Scholar: only real authors; three tags without which a record is not taken are always there."""
    for record in varied_records(60):
        pairs = citation_meta.to_pairs(record)
        names = [name for name, _ in pairs]
        assert names.count("citation_author") == 1
        assert {"citation_title", "citation_publication_date"} <= set(names)
        ids = [text for _, text in pairs if "orcid.org" in text]
        assert ids == ([record.author.orcid.uri] if record.author.orcid else [])
        assert all(text for _, text in pairs)


def test_id_stands_right_after_its_author() -> None:
    names = [name for name, _ in citation_meta.to_pairs(make_record())]
    assert names.index("citation_author_orcid") == names.index("citation_author") + 1
    plain = citation_meta.to_pairs(make_record(author=Person("Suharto")))
    assert ("citation_author", "Suharto") in plain
    assert "citation_author_orcid" not in dict(plain)


def test_pdf_is_named_only_while_open_and_only_once() -> None:
    assert "citation_pdf_url" not in dict(citation_meta.to_pairs(embargoed()))
    files = (
        make_file(mime="text/csv", url="https://x.example/a"),
        make_file(),
        make_file(url="https://x.example/b"),
    )
    pairs = citation_meta.to_pairs(make_record(files=files))
    assert [text for name, text in pairs if name == "citation_pdf_url"] == [make_file().url]
    assert "citation_pdf_url" not in dict(citation_meta.to_pairs(make_record(files=files[:1])))


@pytest.mark.parametrize(("language", "words"), SCRIPTS)
def test_every_script_survives(language: str, words: str) -> None:
    pairs = dict(citation_meta.to_pairs(make_record(language=language, title=words, subtitle="")))
    assert (pairs["citation_title"], pairs["citation_language"]) == (words, language)


def test_the_doi_is_bare() -> None:
    assert ("citation_doi", "10.5555/tidal.mixing") in citation_meta.to_pairs(full_record())
