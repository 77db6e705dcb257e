"""METS packages, against the official schema and unpacked as a repository unpacks them."""

import hashlib
import io
import zipfile

import pytest
from lxml import etree

from submissions.metadata.crosswalks.mets import NAMESPACE, XLINK
from submissions.outlets.packages import sip
from tests.contracts.conftest import load_xsd, schemas  # noqa: F401 - fixtures
from tests.records import embargoed, make_record, varied_records

from .conftest import stored, thesis

METS = {"m": NAMESPACE, "x": XLINK}


def test_the_manifest_names_every_file_as_it_is(read):
    names = ["thesis.pdf", "mets.xml", "潮汐 data.csv", "Thesis.pdf"]
    archive = read(sip.entries(thesis(files=[stored(name.encode(), name) for name in names])))
    tree = etree.fromstring(archive.read("mets.xml"))
    assert tree.get("PROFILE").startswith("DSpace METS SIP Profile")
    listed = tree.findall(".//m:file", METS)
    assert len(listed) == 4
    for file in listed:
        content = archive.read(file.find("m:FLocat", METS).get(f"{{{XLINK}}}href"))
        assert file.get("SIZE") == str(len(content))
        assert (file.get("CHECKSUM"), file.get("CHECKSUMTYPE")) == (
            hashlib.sha256(content).hexdigest(),
            "SHA-256",
        )
    assert len(archive.namelist()) == 5


def test_every_id_is_in_its_place(read):
    tree = etree.fromstring(read(sip.entries(thesis())).read("mets.xml"))
    found = [node.text for node in tree.iter("{http://datacite.org/schema/kernel-4}nameIdentifier")]
    record = make_record()
    people = [record.author, *(seat.person for seat in record.committee)]
    assert set(found) >= {person.orcid.uri for person in people if person.orcid}


def test_a_closed_thesis_goes_without_its_files(read):
    archive = read(sip.entries(thesis(embargoed())))
    assert archive.namelist() == ["mets.xml"]
    assert etree.fromstring(archive.read("mets.xml")).findall(".//m:file", METS) == []


@pytest.mark.schemas
def test_every_manifest_is_valid(read, load_xsd):  # noqa: F811
    schema = load_xsd("mets/1.12.1/mets.xsd")
    for number, record in enumerate(varied_records(80)):
        files = [stored(b"1", f"{number} {facts.name}") for facts in record.files]
        tree = etree.fromstring(read(sip.entries(thesis(record, files))).read("mets.xml"))
        assert schema.validate(tree), schema.error_log


def test_several_are_a_zip_of_zips(read):
    outer = read(sip.many([thesis(name="T-00001"), thesis(name="T-00002")]))
    assert outer.namelist() == ["T-00001.zip", "T-00002.zip"]
    for name in outer.namelist():
        inner = zipfile.ZipFile(io.BytesIO(outer.read(name)))
        assert inner.namelist() == ["mets.xml", "files/thesis.pdf"]
