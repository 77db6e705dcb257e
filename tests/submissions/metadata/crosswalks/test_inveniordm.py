"""InvenioRDM: what its records demand, iDs bare, access as it is."""

import json

import pytest

from submissions.metadata.crosswalks import inveniordm
from submissions.metadata.record import Funding, Licence, Person
from tests.records import embargoed, full_record, make_record, varied_records

RECORDS = [make_record(), full_record(), embargoed(), embargoed(None), *varied_records(500)]


def test_what_is_demanded_is_always_there_and_nothing_is_empty() -> None:
    def check(value) -> None:
        assert value not in ("", [], {}, None)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(inner)

    for record in RECORDS:
        body = json.loads(inveniordm.to_bytes(record, thesis_fields=True))
        check({key: value for key, value in body.items() if key not in ("files", "access")})
        assert {"title", "publication_date", "resource_type", "creators"} <= body["metadata"].keys()
        for person in (*body["metadata"]["creators"], *body["metadata"].get("contributors", ())):
            assert person["person_or_org"]["type"] == "personal"
            assert person["person_or_org"]["family_name"]


def test_each_id_stands_with_its_own_person() -> None:
    for record in RECORDS:
        metadata = inveniordm.to_dict(record)["metadata"]
        people = [*metadata["creators"], *metadata.get("contributors", ())]
        expected = [record.author, *(member.person for member in record.committee)]
        found = [one["person_or_org"].get("identifiers") for one in people]
        assert found == [
            [{"scheme": "orcid", "identifier": person.orcid.path}] if person.orcid else None
            for person in expected
        ]


def test_files_are_as_open_as_they_are() -> None:
    assert inveniordm.to_dict(make_record())["access"] == {"record": "public", "files": "public"}
    embargo = inveniordm.to_dict(embargoed())["access"]
    assert (embargo["files"], embargo["embargo"]["active"], embargo["embargo"]["until"]) == (
        "restricted",
        True,
        "2028-05-01",
    )
    closed = inveniordm.to_dict(embargoed(None))["access"]
    assert closed == {"record": "public", "files": "restricted", "embargo": {"active": False}}


def test_the_description_is_html() -> None:
    metadata = inveniordm.to_dict(make_record(abstract="a < b\n\n<i>c</i>"))["metadata"]
    assert metadata["description"] == "<p>a &lt; b</p><p>&lt;i&gt;c&lt;/i&gt;</p>"


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        (Funding("A", "https://ror.org/00epmv149", "7"), {"funder": {"id": "00epmv149"}, "award": {"number": "7"}}),
        (Funding("A", "https://doi.org/10.13039/1"), {"funder": {"name": "A"}}),
        (Funding("A", "", "", "", "https://a.example/7"), {"funder": {"name": "A"}}),
    ],
)  # fmt: skip
def test_grants(grant: Funding, expected: dict) -> None:
    assert inveniordm.to_dict(make_record(funding=(grant,)))["metadata"]["funding"] == [expected]


def test_rights_doi_and_custom_fields() -> None:
    body = inveniordm.to_dict(full_record(), thesis_fields=True)
    assert body["metadata"]["rights"] == [{"id": "cc-by-4.0"}]
    assert body["pids"] == {"doi": {"identifier": "10.5555/tidal.mixing", "provider": "external"}}
    assert body["custom_fields"]["thesis:thesis"]["date_defended"] == "2026-04-15"
    other = inveniordm.to_dict(make_record(licence=Licence("House rules", "https://example.edu/r")))
    assert other["metadata"]["rights"] == [{"title": {"en": "House rules"}, "link": "https://example.edu/r"}]
    assert "pids" not in other
    assert "custom_fields" not in other


def test_an_only_name_is_a_family_name() -> None:
    (creator,) = inveniordm.to_dict(make_record(author=Person("Suharto")))["metadata"]["creators"]
    assert creator["person_or_org"] == {"type": "personal", "family_name": "Suharto"}
