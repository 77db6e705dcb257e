"""The other tests here prove little if all records are alike."""

from submissions.metadata.record import Access, DegreeLevel
from tests.records import MIMES, SCRIPTS

from .family import FAMILY, ids


def test_the_family_is_varied() -> None:
    assert {record.language for record in FAMILY} == {language for language, _ in SCRIPTS} | {""}
    assert {len(record.committee) for record in FAMILY} == set(range(13))
    assert {record.degree_level for record in FAMILY} == set(DegreeLevel)
    kinds = {(record.access, record.embargo_until is None) for record in FAMILY}
    assert {bool(record.files) for record in FAMILY if record.access is not Access.CLOSED} == {True}
    assert {bool(record.files) for record in FAMILY if record.access is Access.CLOSED} == {False}
    assert kinds == {(access, empty) for access in Access for empty in (True, False)}
    assert {file.mime for record in FAMILY for file in record.files} == set(MIMES)
    assert any(len(record.abstract) > 5_000 and "\n\n" in record.abstract for record in FAMILY)
    assert {record.translated_title.language for record in FAMILY if record.translated_title} == {
        language for language, _ in SCRIPTS
    }


def test_everything_optional_is_missing_somewhere_and_all_of_it_at_once() -> None:
    optional = (
        "subtitle",
        "abstract",
        "keywords",
        "files",
        "submitted",
        "defended",
        "conferred",
        "department",
        "translated_title",
        "doi",
        "handle",
        "urn",
        "isbn",
        "number",
        "subjects",
        "other_abstracts",
        "funding",
        "related",
        "degree_name",
        "committee",
        "language",
    )
    for name in optional:
        assert {bool(getattr(record, name)) for record in FAMILY} == {True, False}, name
    assert any(not any(getattr(record, name) for name in optional) for record in FAMILY)


def test_people_differ() -> None:
    people = [record.author for record in FAMILY]
    people += [member.person for record in FAMILY for member in record.committee]
    names = {(bool(person.given.strip()), bool(person.family.strip())) for person in people}
    assert names == {(True, True), (True, False), (False, True), (False, False)}
    found = {orcid for record in FAMILY for orcid in ids(record)}
    assert None in found
    assert any(orcid and orcid.endswith("X") for orcid in found)
    assert any(person.unconfirmed_orcid for person in people)
    assert any(member.affiliation for record in FAMILY for member in record.committee)
