"""Qualified Dublin Core: refinements instead of guesses."""

from lxml import etree

from submissions.metadata.crosswalks import qdc
from submissions.metadata.record import Licence
from tests.records import embargoed, full_record, make_record

NS = {"dc": qdc.DC, "t": qdc.DCTERMS}


def find(record, path: str) -> list:
    return etree.fromstring(qdc.to_xml(record)).xpath(path, namespaces=NS)


def test_the_dates_are_told_apart() -> None:
    record = embargoed()
    days = ("dateSubmitted", "dateAccepted", "issued", "available")
    assert [find(record, f"t:{name}/text()") for name in days] == [
        ["2026-03-01"],
        ["2026-04-15"],
        ["2026-06-02"],
        ["2028-05-01"],
    ]
    assert not find(embargoed(None), "t:available")


def test_relations_and_rights() -> None:
    record = full_record()
    assert find(record, "t:hasPart/text()")[0] == "https://doi.org/10.5555/part.1"
    assert len(find(record, "t:isPartOf")) == 2
    assert find(record, "t:license/text()") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert find(record, "t:accessRights/text()")[0] == "info:eu-repo/semantics/openAccess"


def test_a_licence_without_an_address_is_rights_and_no_licence_document() -> None:
    """DCMI's ``license`` is a refinement for a legal document; a name alone is none that anybody could open."""
    record = make_record(licence=Licence("All rights reserved", ""))
    assert find(record, "dc:rights/text()") == ["All rights reserved"]
    assert not find(record, "t:license")


def test_roles_are_words_behind_a_name() -> None:
    assert find(make_record(), "dc:contributor/text()")[0] == "Laud, Ada (Advisor)"
