"""The Simple Archive Format, against DSpace's own registries, and loaded as its import loads it."""

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from lxml import etree

from submissions.metadata.record import Person
from submissions.outlets.packages import saf
from submissions.outlets.packages.saf import Options
from tests.contracts.conftest import schemas  # noqa: F401 - a fixture
from tests.records import embargoed, full_record, make_member, make_orcid, make_record, varied_records

from .conftest import stored, thesis

AUTHOR = make_record().author.orcid.path


def fields(archive, folder: str) -> dict[str, list[str]]:
    """What an import would write: ``dc.title`` -> values (ItemImportServiceImpl.loadDublinCore)."""
    found: dict[str, list[str]] = {}
    for name in archive.namelist():
        path = PurePosixPath(name)
        if str(path.parent) != folder or not re.fullmatch(r"dublin_core\.xml|metadata_\w+\.xml", path.name):
            continue
        root = etree.fromstring(archive.read(name))
        assert root.tag == "dublin_core"
        assert path.name in ("dublin_core.xml", f"metadata_{root.get('schema')}.xml")
        for value in root:
            qualifier = value.get("qualifier")
            key = f"{root.get('schema')}.{value.get('element')}"
            key += "" if qualifier == "none" else f".{qualifier}"
            found.setdefault(key, []).append(value.text)
    return found


def lines(archive, name: str) -> list[str]:
    return archive.read(name).decode().splitlines()


def test_the_authors_id_stays_with_the_name(read):
    archive = read(saf.entries([thesis()]))
    item = fields(archive, "T-00012")
    person = f"person_{AUTHOR}"
    assert item["dspace.entity.type"] == ["Publication"]
    assert lines(archive, "T-00012/relationships") == [f"relation.isAuthorOfPublication folderName:{person}"]
    assert fields(archive, person) == {
        "dc.title": ["Carberry, Josiah"],
        "person.familyName": ["Carberry"],
        "person.givenName": ["Josiah"],
        "person.identifier.orcid": [AUTHOR],
        "dspace.entity.type": ["Person"],
    }
    # Or the name would stand there twice.
    assert "dc.contributor.author" not in item
    assert item["dc.contributor.advisor"] == ["Laud, Ada"]


def test_an_author_without_a_confirmed_id_is_a_plain_name(read):
    record = make_record(author=Person("Josiah", "Carberry", None, AUTHOR))
    archive = read(saf.entries([thesis(record)]))
    assert fields(archive, "T-00012")["dc.contributor.author"] == ["Carberry, Josiah"]
    assert "T-00012/relationships" not in archive.namelist()
    assert not [name for name in archive.namelist() if AUTHOR in name]


def test_one_person_has_one_folder(read):
    some = [thesis(name="T-00001"), thesis(make_record(uuid="7" * 8), name="T-00002")]
    names = read(saf.entries(some)).namelist()
    assert len(names) == len(set(names))
    assert names.count(f"person_{AUTHOR}/dublin_core.xml") == 1


def test_a_person_who_is_there_is_named_by_id(read):
    archive = read(saf.entries([thesis()], Options(known=frozenset({AUTHOR}))))
    assert lines(archive, "T-00012/relationships") == [
        f"relation.isAuthorOfPublication person.identifier.orcid:{AUTHOR}"
    ]
    assert not [name for name in archive.namelist() if name.startswith("person_")]


def test_advisors_where_the_repository_has_a_relationship(read):
    twin = replace(make_member(0), person=Person("Ada", "Laud"))
    record = make_record(committee=(*make_record().committee, twin))
    archive = read(saf.entries([thesis(record)], Options(advisors="isAdvisorOfPublication")))
    advisor = make_orcid(2).path
    assert f"relation.isAdvisorOfPublication folderName:person_{advisor}" in lines(
        archive, "T-00012/relationships"
    )
    # Somebody of the same name without an iD keeps it.
    assert fields(archive, "T-00012")["dc.contributor.advisor"] == ["Laud, Ada"]


def test_a_repository_without_entities(read):
    archive = read(saf.entries([thesis()], Options(entities=False)))
    item = fields(archive, "T-00012")
    assert item["dc.contributor.author"] == ["Carberry, Josiah"]
    assert "dspace.entity.type" not in item
    assert {name.split("/")[0] for name in archive.namelist()} == {"T-00012"}


def test_files_under_names_that_are_not_ours(read):
    names = ["thesis.pdf", "metadata_x.xml", "contents", "a\tb.pdf", "../../x.pdf", "Thesis.PDF", "潮汐.pdf"]
    archive = read(saf.entries([thesis(files=[stored(name.encode(), name) for name in names])]))
    contents = [line.split("\t") for line in lines(archive, "T-00012/contents")]
    assert [line[0] for line in contents] == [
        "thesis.pdf", "file-metadata_x.xml", "file-contents", "a b.pdf", "_.._x.pdf", "Thesis-2.PDF", "潮汐.pdf",
    ]  # fmt: skip
    assert contents[0][1:] == ["bundle:ORIGINAL", "primary:true"]
    for line, name in zip(contents, names, strict=True):
        assert archive.read(f"T-00012/{line[0]}") == name.encode()


def test_files_of_a_closed_thesis_are_locked(read):
    archive = read(saf.entries([thesis(embargoed())]))
    assert lines(archive, "T-00012/contents") == [
        "thesis.pdf\tbundle:ORIGINAL\tpermissions:-r 'Administrator'\tprimary:true"
    ]
    assert fields(archive, "T-00012")["local.embargo.lift"] == ["2028-05-01"]


def test_collections_and_a_handle_to_keep(read):
    options = Options(collection="1/2", people="1/3", keep_handles=True)
    archive = read(saf.entries([thesis(full_record())], options))
    assert lines(archive, "T-00012/collections") == ["1/2"]
    assert lines(archive, "T-00012/handle") == ["20.500.12345/678"]
    assert lines(archive, f"person_{AUTHOR}/collections") == ["1/3"]


@pytest.mark.schemas
def test_an_unchanged_dspace_knows_every_field(read, schemas: Path):  # noqa: F811
    known = {"dspace.entity.type"}  # DSpace has it in its own registry of entities since 7.0
    for file in (schemas / "dspace" / "registries").glob("*-types.xml"):
        for row in etree.parse(file).iter("dc-type"):
            known.add(
                ".".join(filter(None, (row.findtext(part) for part in ("schema", "element", "qualifier"))))
            )
    assert len(known) > 100
    some = [thesis(record, name=f"T-{number:05d}") for number, record in enumerate(varied_records(120))]
    archive = read(saf.entries(some, Options(stock_only=True)))
    folders = {name.split("/")[0] for name in archive.namelist()}
    assert len(folders) > 120
    for folder in folders:
        found = fields(archive, folder)
        assert set(found) <= known
        assert all(text.strip() for values in found.values() for text in values)
    full = fields(read(saf.entries([thesis()])), "T-00012")
    assert set(full) - known == {
        "dc.contributor.committeeMember", "local.date.defended", "thesis.degree.department",
        "thesis.degree.discipline", "thesis.degree.grantor", "thesis.degree.level", "thesis.degree.name",
    }  # fmt: skip


def test_every_relationship_leads_to_a_folder_with_that_id(read):
    some = [thesis(record, name=f"T-{number:05d}") for number, record in enumerate(varied_records(120))]
    archive = read(saf.entries(some))
    checked = 0
    for one in some:
        folder = f"person_{one.record.author.orcid.path}" if one.record.author.orcid else ""
        item = fields(archive, one.name)
        assert ("dc.contributor.author" in item) is not bool(folder)
        if folder:
            assert lines(archive, f"{one.name}/relationships") == [
                f"relation.{saf.AUTHORS} folderName:{folder}"
            ]
            assert fields(archive, folder)["person.identifier.orcid"] == [one.record.author.orcid.path]
            checked += 1
    assert checked > 40
