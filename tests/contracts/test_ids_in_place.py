"""Every authenticated iD stands beside its own person, in the form of the format, and nowhere else.

The schemas leave this unchecked (metadata.md §5). Readers here look where the format's own documents say (§4).
"""

import json
import re

import pytest
from lxml import etree

from submissions.metadata import demands, record_json
from submissions.metadata.crosswalks.registry import FORMATS
from tests.writers import WRITERS

from .family import RECORDS, ids

D = "{http://datacite.org/schema/kernel-4}"
M = "{http://www.loc.gov/mods/v3}"
MARC = "{http://www.loc.gov/MARC21/slim}"
E = "{http://www.ndltd.org/standards/metadata/etdms/1.0/}"
_ID = re.compile(r"(?<![\w-])\d{4}-\d{4}-\d{4}-\d{3}[\dX](?![\w-])")  # no part of a uuid
_ORDER = ["creatorName", "contributorName", "givenName", "familyName", "nameIdentifier", "affiliation"]


def datacite_people(tree, form: str = "https://orcid.org/") -> list[str | None]:
    """The creators, then the contributors but for the institution; their children in the order of the schema."""
    people = [*tree.iter(f"{D}creator"), *tree.iter(f"{D}contributor")]
    people = [person for person in people if person.get("contributorType") != "HostingInstitution"]
    for person in people:
        names = [etree.QName(child).localname for child in person]
        assert names == sorted(names, key=_ORDER.index)
    return [
        only(person.findall(f"{D}nameIdentifier"), form, nameIdentifierScheme="ORCID") for person in people
    ]


def mods_people(tree) -> list[str | None]:
    names = [name for name in tree.findall(f"{M}name") if name.get("type") == "personal"]
    return [only(name.findall(f"{M}nameIdentifier"), "https://orcid.org/", type="orcid") for name in names]


def marc_people(tree) -> list[str | None]:
    """``$1`` with the address, and ``$0`` the same with its source in brackets."""
    fields = [field for field in tree.iter(f"{MARC}datafield") if field.get("tag") in ("100", "700")]
    found = []
    for field in fields:
        values = {code: [s.text for s in field if s.get("code") == code] for code in "01"}
        uri = values["1"][0] if values["1"] else None
        assert values["0"] == ([f"(orcid){uri.removeprefix('https://orcid.org/')}"] if uri else [])
        found.append(uri.removeprefix("https://orcid.org/") if uri else None)
    return found


def etdms_people(tree) -> list[str | None]:
    people = [*tree.findall(f"{E}creator"), *tree.findall(f"{E}contributor")]
    uris = [person.get("resource") for person in people]
    assert all(uri is None or uri.startswith("https://orcid.org/") for uri in uris)
    return [uri and uri.removeprefix("https://orcid.org/") for uri in uris]


def only(elements, form: str, **attributes: str) -> str | None:
    """The one iD among ``elements``, without its address; None when there is no element."""
    assert len(elements) <= 1
    for element in elements:
        assert attributes.items() <= dict(element.attrib).items()
        assert element.text.startswith(form)
        return element.text.removeprefix(form)
    return None


def json_people(content: bytes) -> list[str | None]:
    """DataCite's JSON: the iD with its address, in ``nameIdentifiers``."""
    data = json.loads(content)
    people = [*data["creators"], *data["contributors"]]
    people = [person for person in people if person["nameType"] == "Personal"]
    found = []
    for person in people:
        (*others, last) = [None, *person.get("nameIdentifiers", [])]
        assert len(others) <= 1
        assert last is None or (last["nameIdentifierScheme"], last["schemeUri"]) == (
            "ORCID",
            "https://orcid.org",
        )
        found.append(last and last["nameIdentifier"].removeprefix("https://orcid.org/"))
    return found


def csl_people(content: bytes) -> list[str | None]:
    """CSL-JSON keeps iDs apart from names: only those that are there, in order."""
    (item,) = json.loads(content)
    return [
        one["orcid"].removeprefix("https://orcid.org/") for one in item.get("custom", {}).get("orcid", [])
    ]


def invenio_people(content: bytes) -> list[str | None]:
    """InvenioRDM: bare, in the identifiers of the person, one of the scheme at most."""
    data = json.loads(content)["metadata"]
    people = [one["person_or_org"] for one in (*data["creators"], *data.get("contributors", []))]
    found = [person.get("identifiers", [{"scheme": "orcid", "identifier": None}]) for person in people]
    assert all(len(one) == 1 and one[0]["scheme"] == "orcid" for one in found)
    return [one[0]["identifier"] for one in found]


def json_ld_people(content: bytes) -> list[str | None]:
    """schema.org: the ``@id`` of a person; members of the committee stand in a role."""
    data = json.loads(content)
    people = [data["author"], *(role["contributor"] for role in data.get("contributor", []))]
    return [one.get("@id") and one["@id"].removeprefix("https://orcid.org/") for one in people]


# Format -> the iD of each person in order; and how often each is written.
READERS = {
    "datacite": (datacite_people, 1),
    "mets": (datacite_people, 1),
    "oai_openaire": (lambda tree: datacite_people(tree, ""), 1),
    "mods": (mods_people, 1),
    "marcxml": (marc_people, 2),
    "oai_etdms": (etdms_people, 1),
    "datacite_json": (json_people, 1),
    "csl": (csl_people, 1),
    "inveniordm": (invenio_people, 1),
    "json_ld": (json_ld_people, 1),
}
# Crossref, ProQuest and the meta tags name the author's alone: each has a test of its own.
AUTHORS_ALONE = {"crossref", "proquest", "meta"}
# Formats with no place for an iD: none of them may turn up there in another guise (metadata.md §4).
WITHOUT = {"oai_dc", "qdc", "dim", "bibtex", "ris"}


def test_every_format_is_one_or_the_other() -> None:
    assert READERS.keys() | WITHOUT | AUTHORS_ALONE == WRITERS.keys()


@pytest.mark.parametrize("name", READERS)
def test_ids_stand_beside_their_people(name: str) -> None:
    read, times = READERS[name]
    for number, record in enumerate(RECORDS):
        content = WRITERS[name](record)
        source = etree.fromstring(content) if content.startswith(b"<") else content
        people = [orcid for orcid in ids(record) if orcid or name != "csl"]
        assert read(source) == people, f"record {number}"
        expected = sorted(orcid for orcid in ids(record) if orcid for _ in range(times))
        assert sorted(_ID.findall(content.decode())) == expected, f"record {number}"


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_formats_without_a_place_have_none(name: str) -> None:
    for record in RECORDS:
        assert not _ID.findall(FORMATS[name].to_bytes(record).decode())


def claims(record) -> list[str]:
    """The iDs in a record that nobody confirmed."""
    people = [record.author, *(member.person for member in record.committee)]
    return [person.unconfirmed_orcid for person in people if person.unconfirmed_orcid]


@pytest.mark.parametrize("name", WRITERS)
def test_an_unconfirmed_id_is_never_promoted(name: str) -> None:
    write = WRITERS[name]
    met = 0
    for record in RECORDS:
        # What Crossref and ProQuest refuse is never written.
        refused = name in ("crossref", "proquest") and demands.missing(record, name)
        if not refused and (found := claims(record)):
            # Crossref alone has words for it.
            text = re.sub(r'<ORCID authenticated="false">[^<]*</ORCID>', "", write(record).decode())
            assert not [claim for claim in found if claim in text]
            met += 1
    assert met > 100


def test_the_whole_record_keeps_it_apart() -> None:
    """Under a key of its own, beside an ``orcid`` that is null: nobody can take it for an authenticated one."""
    for record in RECORDS:
        data = record_json.to_dict(record)
        people = [data["author"], *(member["person"] for member in data["committee"])]
        assert [one["unconfirmed_orcid"] for one in people if one["unconfirmed_orcid"]] == claims(record)
        assert all(one["orcid"] is None for one in people if one["unconfirmed_orcid"])
        assert all(one["orcid"]["authenticated"] is True for one in people if one["orcid"])
