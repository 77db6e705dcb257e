"""ETD-MS: the resource of a name, one date, at least one subject."""

from lxml import etree

from submissions.metadata.crosswalks import etdms
from tests.records import make_record

NS = {"e": etdms.NAMESPACE}


def find(record, path: str) -> list:
    return etree.fromstring(etdms.to_xml(record)).xpath(path, namespaces=NS)


def test_people_have_their_ids_and_roles() -> None:
    record = make_record()
    assert find(record, "e:creator/@resource") == [record.author.orcid.uri]
    found = [(one.text, one.get("role"), one.get("resource")) for one in find(record, "e:contributor")]
    assert found == [
        ("Laud, Ada", "advisor", record.committee[0].person.orcid.uri),
        ("Reader, Max", "chair", record.committee[1].person.orcid.uri),
        ("Plain, Una", "committee member", None),
    ]


def test_the_date_is_that_of_the_degree_or_of_publication() -> None:
    assert find(make_record(), "e:date/text()") == ["2026-05-01"]
    assert find(make_record(conferred=None), "e:date/text()") == ["2026-06-02"]


def test_without_keywords_and_programme_there_is_still_a_subject() -> None:
    bare = make_record(keywords=(), department="", programme="")
    assert find(bare, "e:subject/text()") == ["PhD thesis"]


def test_the_degree() -> None:
    degree = find(make_record(), "e:degree/*")
    assert [(etree.QName(part).localname, part.text) for part in degree] == [
        ("name", "PhD"),
        ("level", "doctoral"),
        ("discipline", "Physical Oceanography"),
        ("grantor", "Example University"),
    ]
    assert degree[-1].get("resource") == "https://ror.org/05dxps055"


def test_the_language_is_a_code_or_the_tag_itself() -> None:
    assert find(make_record(language="de"), "e:language/text()") == ["ger"]
    assert find(make_record(language="gsw"), "e:language/text()") == ["gsw"]
