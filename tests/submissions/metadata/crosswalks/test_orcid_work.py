"""A thesis as an ORCID work: what goes where, against the official schema and a running registry."""

import datetime as dt
import os
from pathlib import Path

import pytest
import requests
from lxml import etree

from orcid_workflow.messages import work as messages
from submissions.metadata.crosswalks import bibtex
from submissions.metadata.crosswalks.orcid_work import to_work
from submissions.metadata.record import Funding, Person, RelatedWork, ThesisRecord, TranslatedTitle
from tests.orcid_workflow.conftest import (  # noqa: F401 - fixtures
    PASSWORD,
    _registry,
    new_person,
    person,
    registry,
)
from tests.records import full_record, make_record, varied_records
from tests.registry_process import token_for

ROOT = Path(__file__).resolve().parents[4]
SCHEMAS = Path(os.environ.get("ETD_SCHEMAS", ROOT.parent / "shared" / "schemas"))
FAMILY = varied_records(78)


def ids(record: ThesisRecord) -> list[tuple[str, str, str, str]]:
    return [
        (entry.relationship, entry.type, entry.value, entry.url) for entry in to_work(record).external_ids
    ]


def test_a_plain_thesis_is_named_by_its_uuid_alone() -> None:
    record = make_record()
    assert ids(record) == [("self", "source-work-id", record.uuid, record.url)]


def test_every_identifier_has_its_relationship() -> None:
    """§22: a container's ISSN or ISBN is never ``self``; the uuid stays beside DOI and handle."""
    record = full_record()
    assert ids(record) == [
        ("self", "source-work-id", record.uuid, record.url),
        ("self", "doi", "10.5555/tidal.mixing", "https://doi.org/10.5555/tidal.mixing"),
        ("self", "handle", "20.500.12345/678", "https://hdl.handle.net/20.500.12345/678"),
        ("part-of", "issn", "1234-5678", ""),
        ("version-of", "isbn", "978-0-306-40615-7", "https://press.example/book"),
        ("version-of", "handle", "20.500.12345/P1", "https://hdl.handle.net/20.500.12345/P1"),
        ("version-of", "uri", "https://archive.example/a?b=c&d", "https://archive.example/a?b=c&d"),
        ("funded-by", "grant_number", "NS/7 & 8", "https://rcn.example/ns7"),
        ("funded-by", "grant_number", "4711", ""),
        ("funded-by", "uri", "https://foundation.example/g?a=1&b=2", "https://foundation.example/g?a=1&b=2"),
    ]


def test_another_version_with_the_same_doi_does_not_take_it() -> None:
    same = RelatedWork("IsVersionOf", "Itself", "doi", "https://doi.org/10.5555/TIDAL.mixing")
    assert [entry[:2] for entry in ids(full_record(related=(same,), funding=()))] == [
        ("self", "source-work-id"),
        ("self", "doi"),
        ("self", "handle"),
    ]


@pytest.mark.parametrize(
    "grant",
    [
        Funding("Aunt"),
        Funding("Aunt", award_number=" \x00"),
        Funding("Aunt", award_url="ftp://aunt.example/a"),
    ],
)
def test_a_grant_that_orcid_cannot_take_is_left_out(grant: Funding) -> None:
    assert len(to_work(make_record(funding=(grant,))).external_ids) == 1


def test_titles_citation_and_date() -> None:
    record = full_record()
    work = to_work(record)
    assert work.translated_title == messages.TranslatedTitle("Tidevannsblanding i fjorder", "nb")
    assert work.citation == messages.Citation(bibtex.to_text(record), "bibtex")
    assert work.journal_title == "Example University"
    assert work.publication_date == messages.FuzzyDate.of(dt.date(2026, 5, 1))
    assert (work.language, work.country) == ("en", "NO")
    unknown = full_record(translated_title=TranslatedTitle("Titel", "gsw"))
    assert to_work(unknown).translated_title is None


def test_only_the_author_and_the_advisors_with_the_ids_they_confirmed() -> None:
    record = make_record()
    assert [(one.name, one.role, one.orcid) for one in to_work(record).contributors] == [
        ("Josiah Carberry", messages.AUTHOR, record.author.orcid.path),
        ("Ada Laud", messages.SUPERVISION, record.committee[0].person.orcid.path),
    ]
    assert to_work(make_record(author=Person("Una"))).contributors[0].orcid == ""


@pytest.mark.schemas
@pytest.mark.parametrize("record", [full_record(), *FAMILY], ids=range(len(FAMILY) + 1))
def test_every_thesis_makes_a_valid_message(record: ThesisRecord) -> None:
    work = to_work(record)
    assert messages.check(work) == []
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "orcid" / "record_3.0" / "work-3.0.xsd"))
    schema.assertValid(etree.fromstring(messages.to_xml(work)))


def test_the_registry_takes_them_all(registry, person) -> None:  # noqa: F811 - fixtures
    token = token_for(registry, person.orcid, PASSWORD, "/activities/update")["access_token"]
    for record in (full_record(), *FAMILY[:40]):
        answer = requests.post(
            f"{registry.api_url}/{person.orcid}/work",
            data=messages.to_xml(to_work(record)),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/vnd.orcid+xml"},
            timeout=10,
        )
        assert answer.status_code == 201, answer.text
