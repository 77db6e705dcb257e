"""DataCite's JSON says what the XML says, which has a schema: property by property, for every record."""

import json

import pytest
from lxml import etree

from submissions.metadata.crosswalks import datacite, datacite_json
from submissions.metadata.crosswalks.text import clean
from tests.records import embargoed, full_record, make_record, varied_records

RECORDS = [make_record(), full_record(), embargoed(), embargoed(None), *varied_records(500)]
NS = {"d": datacite.NAMESPACE}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Attribute of the XML -> key of the JSON, where it is not the same.
_KEYS = {
    "schemeURI": "schemeUri",
    "rightsURI": "rightsUri",
    "awardURI": "awardUri",
    "valueURI": "valueUri",
    _LANG: "lang",
}


def row(element: etree._Element, text_key: str) -> dict[str, str]:
    """An element with its text and attributes as the object that the JSON has for it."""
    pairs = {_KEYS.get(name, name): value for name, value in element.attrib.items()}
    return {text_key: element.text, **pairs}


def rows(root, path: str, text_key: str) -> list[dict[str, str]]:
    return [row(element, text_key) for element in root.xpath(path, namespaces=NS)]


def person(element: etree._Element) -> dict:
    (name,) = element.xpath("d:creatorName|d:contributorName", namespaces=NS)
    found = {"name": name.text, "nameType": name.get("nameType")}
    for part in ("givenName", "familyName"):
        if (text := element.findtext(f"d:{part}", namespaces=NS)) is not None:
            found[part] = text
    if ids := rows(element, "d:nameIdentifier", "nameIdentifier"):
        found["nameIdentifiers"] = ids
    if places := rows(element, "d:affiliation", "name"):
        found["affiliation"] = places
    if kind := element.get("contributorType"):
        found["contributorType"] = kind
    return found


def grant(element: etree._Element) -> dict:
    found = {}
    for child in element:
        found |= row(child, etree.QName(child).localname)
    return found


def from_xml(record) -> dict:
    """The object that the XML amounts to."""
    root = etree.fromstring(datacite.to_xml(record))
    one = {
        "creators": [person(e) for e in root.xpath("d:creators/d:creator", namespaces=NS)],
        "contributors": [person(e) for e in root.xpath("d:contributors/d:contributor", namespaces=NS)],
        "titles": rows(root, "d:titles/d:title", "title"),
        "publisher": rows(root, "d:publisher", "name")[0],
        "publicationYear": int(root.findtext("d:publicationYear", namespaces=NS)),
        "types": rows(root, "d:resourceType", "resourceType")[0],
        "subjects": rows(root, "d:subjects/d:subject", "subject"),
        "dates": rows(root, "d:dates/d:date", "date"),
        "language": root.findtext("d:language", namespaces=NS),
        "alternateIdentifiers": rows(root, "d:alternateIdentifiers/*", "alternateIdentifier"),
        "relatedIdentifiers": rows(root, "d:relatedIdentifiers/*", "relatedIdentifier"),
        "sizes": root.xpath("d:sizes/d:size/text()", namespaces=NS),
        "formats": root.xpath("d:formats/d:format/text()", namespaces=NS),
        "rightsList": rows(root, "d:rightsList/d:rights", "rights"),
        "fundingReferences": [grant(e) for e in root.xpath("d:fundingReferences/*", namespaces=NS)],
    }
    return {key: value for key, value in one.items() if value not in ([], None)}


def test_every_property_is_that_of_the_xml() -> None:
    for record in RECORDS:
        found = json.loads(datacite_json.to_bytes(record))
        apart = {
            key: found.pop(key, None)
            for key in ("doi", "url", "descriptions", "relatedItems", "schemaVersion")
        }
        assert found == from_xml(record)
        assert apart["doi"] == (record.doi or None)
        assert apart["url"] == record.url
        root = etree.fromstring(datacite.to_xml(record))
        described = ["\n".join(e.itertext()) for e in root.xpath("d:descriptions/*", namespaces=NS)]
        # Empty lines are "br" beside "br" in the XML, which no text stands between.
        texts = [
            "\n".join(filter(None, item["description"].split("\n"))) for item in apart["descriptions"] or []
        ]
        assert ["\n".join(filter(None, map(clean, text.split("\n")))) for text in described] == [
            "\n".join(map(clean, text.split("\n"))) for text in texts
        ]
        titles = root.xpath("d:relatedItems/d:relatedItem/d:titles/d:title/text()", namespaces=NS)
        assert titles == [item["titles"][0]["title"] for item in apart["relatedItems"] or []]


def test_a_draft_a_doi_to_be_made_and_a_findable_one() -> None:
    draft = datacite_json.payload(full_record())
    assert draft["data"]["type"] == "dois"
    assert "event" not in draft["data"]["attributes"]
    assert draft["data"]["attributes"]["doi"] == "10.5555/tidal.mixing"
    made = datacite_json.payload(make_record(), prefix="10.5555", event="publish")["data"]["attributes"]
    assert (made["prefix"], made["event"], "doi" in made) == ("10.5555", "publish", False)
    with pytest.raises(ValueError, match="needs a DOI"):
        datacite_json.payload(make_record())


def test_the_year_of_an_embargoed_thesis_is_that_of_its_end() -> None:
    """Metadata.md §11: publicationYear 2028."""
    assert datacite_json.to_dict(embargoed())["publicationYear"] == 2028
