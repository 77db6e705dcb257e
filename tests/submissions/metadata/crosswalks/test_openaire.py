"""OpenAIRE 4: its schema demands nothing, so what the guideline calls mandatory is looked for here."""

import datetime as dt

import pytest
from lxml import etree

from submissions.metadata.crosswalks import openaire
from submissions.metadata.crosswalks.datacite_parts import NAMESPACE as DATACITE
from submissions.metadata.record import DegreeLevel, Funding
from tests.records import closed, embargoed, full_record, make_record, varied_records

NS = {"o": openaire.NAMESPACE, "d": DATACITE, "dc": openaire.DC}


def find(record, path: str) -> list:
    return etree.fromstring(openaire.to_xml(record)).xpath(path, namespaces=NS)


def test_the_mandatory_parts_are_always_there() -> None:
    for record in varied_records(120):
        for path in (
            "d:titles/d:title",
            "d:dates/d:date[@dateType='Issued']",
            "o:resourceType[@resourceTypeGeneral='literature']",
            "d:identifier",
            "d:rights/@rightsURI",
            "d:creators/d:creator/d:creatorName",
        ):
            assert find(record, path), path


def test_an_embargo_has_both_its_dates() -> None:
    dates = {date.get("dateType"): date.text for date in find(embargoed(), "d:dates/d:date")}
    assert dates == {
        "Submitted": "2026-03-01",
        "Issued": "2026-06-02",
        "Accepted": "2026-06-02",
        "Available": "2028-05-01",
    }
    assert find(embargoed(), "o:licenseCondition/@startDate") == ["2028-05-01"]


@pytest.mark.parametrize(
    ("record", "right"),
    [
        (make_record(), "c_abf2"),
        (embargoed(), "c_f1cf"),
        (embargoed(None), "c_14cb"),
        (closed(), "c_14cb"),
        (closed(embargo_until=dt.date(2028, 5, 1)), "c_14cb"),
    ],
    ids=["open", "embargoed", "no-end", "no-file", "no-file-embargoed"],
)
def test_the_access_right_is_a_concept_of_coar(record, right: str) -> None:
    (uri,) = find(record, "d:rights/@rightsURI")
    assert uri == f"http://purl.org/coar/access_right/{right}"
    assert find(record, "o:file/@accessRightsURI") == ([uri] if right == "c_abf2" else [])


def test_the_kind_of_thesis() -> None:
    kinds = [find(make_record(degree_level=level), "o:resourceType")[0].text for level in DegreeLevel]
    assert kinds == ["bachelor thesis", "master thesis", "doctoral thesis"]


def test_identifier_language_and_grants() -> None:
    assert find(full_record(), "d:identifier/text()") == ["10.5555/tidal.mixing"]
    assert find(make_record(), "d:identifier/@identifierType") == ["URL"]
    assert find(make_record(language="fr"), "dc:language/text()") == ["fra"]
    (award,) = find(
        make_record(funding=(Funding("A", "", "7", "", "https://a.example/7"),)), "//o:awardNumber"
    )
    assert (award.text, award.get("awardURI")) == ("7", "https://a.example/7")
