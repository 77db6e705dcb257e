"""METS: one group of two sections, the files and their checksums."""

from dataclasses import replace

import pytest
from lxml import etree

from submissions.metadata.crosswalks import mets, xml
from tests.records import embargoed, make_file, make_record

NS = {"m": mets.NAMESPACE}
HREF = f"{{{mets.XLINK}}}href"


def written(*args, **kwargs) -> etree._Element:
    return etree.fromstring(xml.to_bytes(mets.to_element(*args, **kwargs)))


def find(root, path: str) -> list[etree._Element]:
    return root.xpath(path, namespaces=NS)


def test_dim_comes_first_and_datacite_is_in_the_same_group() -> None:
    """So that a DSpace reads the first and does not add the second (metadata.md §5)."""
    root = written(make_record())
    assert [section.get("GROUPID") for section in find(root, "m:dmdSec")] == ["dmd", "dmd"]
    kinds = [wrapper.get("OTHERMDTYPE") for wrapper in find(root, "m:dmdSec/m:mdWrap")]
    assert kinds == ["DIM", "DATACITE"]


def test_files_with_the_checksum_that_is_known() -> None:
    record = make_record(files=(make_file(md5="cd" * 16), make_file(name="data.csv", mime="text/csv")))
    first, second = find(written(record), "//m:file")
    assert (first.get("CHECKSUMTYPE"), first.get("CHECKSUM")) == ("MD5", "cd" * 16)
    assert (second.get("CHECKSUMTYPE"), second.get("CHECKSUM")) == ("SHA-256", "ab" * 32)
    assert (first.get("SIZE"), second.get("MIMETYPE")) == ("2101345", "text/csv")
    assert first[0].get(HREF) == record.files[0].url


def test_closed_files_are_named_in_a_package_only() -> None:
    record = embargoed()
    assert not find(written(record), "//m:file")
    assert not find(written(record), "//m:fptr")
    (place,) = find(written(record, names=["thesis.pdf"]), "//m:FLocat")
    assert place.get(HREF) == "thesis.pdf"


def test_every_file_has_its_name_in_a_package() -> None:
    with pytest.raises(ValueError, match="1 files have 0 names"):
        mets.to_element(make_record(), names=[])


def test_the_structure_points_at_files_that_are_there() -> None:
    record = make_record(files=tuple(replace(make_file(), name=f"{n}.pdf") for n in range(3)))
    root = written(record)
    ids = [file.get("ID") for file in find(root, "//m:file")]
    assert [pointer.get("FILEID") for pointer in find(root, "//m:fptr")] == [ids[0], *ids]


def test_no_key_stands_in_two_theses_and_every_pointer_leads_somewhere() -> None:
    """One OAI-PMH answer is one document, in which an ID stands once (XML 1.0, xs:ID)."""
    roots = [written(make_record()), written(make_record(uuid="0c7f2f0e-0000-4000-8000-000000000001"))]
    keys = [set(root.xpath("//@ID")) for root in roots]
    assert not keys[0] & keys[1]
    for root, own in zip(roots, keys, strict=True):
        pointers = " ".join(root.xpath("//@DMDID | //@FILEID")).split()
        assert len(own) == len(root.xpath("//@ID")) == 3
        assert set(pointers) == own
