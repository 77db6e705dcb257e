"""Bags, read by the Library of Congress' ``bagit``."""

import datetime as dt
import io
from pathlib import Path

import bagit
import pytest

from submissions.metadata.record_json import from_json
from submissions.outlets.packages import bag
from submissions.outlets.packages.archive import zip_stream
from submissions.outlets.packages.errors import PackageBroken
from submissions.outlets.packages.thesis import StoredFile
from tests.contracts.family import FAMILY, ids
from tests.records import embargoed

from .conftest import stored, thesis

DAY = dt.date(2026, 6, 3)


@pytest.fixture
def unpacked(read, tmp_path):
    """Theses -> their bag, on the disk."""

    def _unpacked(*theses) -> bagit.Bag:
        read(bag.entries(theses, "the-bag", DAY)).extractall(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["the-bag"]
        return bagit.Bag(str(tmp_path / "the-bag"))

    return _unpacked


def test_a_bag_is_valid_and_says_what_is_in_it(unpacked):
    one = thesis()
    found = unpacked(one)
    found.validate()
    assert found.version_info == (1, 0)
    assert found.info["External-Identifier"] == f"urn:uuid:{one.record.uuid}"
    assert found.info["Bagging-Date"] == "2026-06-03"
    assert found.entries["data/T-00012/files/thesis.pdf"]["sha256"] == one.files[0].facts.sha256
    kept = from_json(Path(found.path, "data/T-00012/metadata/record.json").read_bytes())
    assert kept == one.record


def test_names_that_break_careless_readers(unpacked):
    names = [
        "潮汐 100%.pdf",
        "a\nb\r.pdf",
        "../../up.pdf",
        "A.PDF",
        "a.pdf",
        "",
        "é.pdf",
        "e\u0301.pdf",
        "x" * 400,
    ]
    found = unpacked(thesis(files=[stored(name.encode() + b"!", name) for name in names]))
    found.validate()
    assert len([path for path in found.entries if "/files/" in path]) == len(names)


def test_many_theses_of_all_kinds_in_one_bag(unpacked):
    some = [thesis(record, name=f"T-{number:05d}") for number, record in enumerate(FAMILY)]
    found = unpacked(*some)
    found.validate()
    assert len(found.info["External-Identifier"]) == len(FAMILY)
    for number, record in enumerate(FAMILY):
        path = f"data/T-{number:05d}/metadata/record.json"
        assert path in found.entries  # so the bag answers for its bytes
        kept = from_json(Path(found.path, path).read_bytes())
        assert ids(kept) == ids(record)


def test_a_bag_with_a_changed_byte_is_not_valid(unpacked):
    found = unpacked(thesis())
    with open(f"{found.path}/data/T-00012/files/thesis.pdf", "ab") as file:
        file.write(b"!")
    with pytest.raises(bagit.BagValidationError):
        found.validate()


def test_no_bag_is_made_of_a_file_that_was_changed():
    good = stored(b"%PDF-1.7 a thesis")
    bad = StoredFile(good.facts, lambda: io.BytesIO(b"%PDF-1.7 b thesis"))
    with pytest.raises(PackageBroken, match="Put it back from a copy"):
        list(zip_stream(bag.entries([thesis(files=[bad])], "b", DAY)))


def test_a_closed_thesis_is_kept_with_its_files_and_says_so(unpacked):
    found = unpacked(thesis(embargoed()))
    found.validate()
    assert "data/T-00012/files/thesis.pdf" in found.entries
    assert found.info["Access-Restriction"] == "T-00012: the files are under embargo until 2028-05-01"
