"""MODS: names, dates and languages in their places."""

from lxml import etree

from submissions.metadata.crosswalks import mods
from submissions.metadata.record import Person
from tests.records import embargoed, full_record, make_record

NS = {"m": mods.NAMESPACE, "x": mods.XLINK}


def find(record, path: str) -> list:
    return etree.fromstring(mods.to_xml(record)).xpath(path, namespaces=NS)


def test_the_author_is_first_and_primary() -> None:
    record = make_record()
    assert find(record, "m:name[1]/@usage") == ["primary"]
    assert find(record, "m:name[1]/m:namePart/text()") == ["Carberry", "Josiah"]
    assert find(record, "m:name[1]/m:nameIdentifier/text()") == [record.author.orcid.uri]
    assert find(record, "m:name[1]/m:role/m:roleTerm/text()") == ["aut", "author"]


def test_roles_of_the_committee_and_the_words_of_the_university() -> None:
    record = make_record()
    assert find(record, "m:name[2]/m:role/m:roleTerm/text()") == ["ths", "thesis advisor", "Advisor"]
    assert find(record, "m:name[3]/m:role/m:roleTerm/text()") == [
        "dgc",
        "degree committee member",
        "Chair",
    ]
    assert find(record, "m:name[2]/m:affiliation/text()") == ["Tromsø Museum"]


def test_an_only_name_is_one_part_without_a_type() -> None:
    (part,) = find(make_record(author=Person("Suharto")), "m:name[1]/m:namePart")
    assert (part.text, dict(part.attrib)) == ("Suharto", {})


def test_languages_are_codes_of_iso_639_2() -> None:
    record = full_record(language="fr")
    assert find(record, "m:titleInfo/@lang") == ["fre", "nob"]
    assert find(record, "m:abstract/@lang") == ["fre", "nob", "spa"]
    assert find(record, "m:language/m:languageTerm/text()") == ["fre"]
    assert not find(make_record(language=""), "//@lang")


def test_the_dates_are_kept_apart() -> None:
    record = embargoed()
    assert find(record, "m:originInfo[1]/m:dateIssued/text()") == ["2026-06-02"]
    others = {date.get("type"): date.text for date in find(record, "m:originInfo[1]/m:dateOther")}
    assert others == {
        "submission": "2026-03-01",
        "defence": "2026-04-15",
        "conferral": "2026-05-01",
        "available": "2028-05-01",
    }


def test_rights_by_uri() -> None:
    assert find(embargoed(), "m:accessCondition/@x:href") == [
        "https://creativecommons.org/licenses/by/4.0/",
        "info:eu-repo/semantics/embargoedAccess",
    ]


def test_related_works() -> None:
    record = full_record()
    kinds = [item.get("type") or item.get("otherType") for item in find(record, "m:relatedItem")]
    assert kinds[:3] == ["constituent", "constituent", "series"]
    assert kinds[-1] == "IsSupplementedBy"
    assert find(record, "m:relatedItem[1]/m:identifier/text()") == ["10.5555/part.1"]
