"""The stream: what it is, what it costs, and what becomes of it when a file is not what it was."""

import hashlib
import io
import tracemalloc
import zipfile

import pytest

from submissions.outlets.packages.archive import Entry, zip_stream
from submissions.outlets.packages.errors import PackageBroken
from submissions.outlets.packages.thesis import StoredFile
from tests.records import make_file

from .conftest import stored


def test_names_and_bytes_come_back(read):
    archive = read([Entry("é/潮汐.txt", b"one"), Entry("empty", b""), Entry("two", iter([b"a", b"b"]), 2)])
    assert {name: archive.read(name) for name in archive.namelist()} == {
        "é/潮汐.txt": b"one",
        "empty": b"",
        "two": b"ab",
    }


def test_a_zip_in_the_zip(read):
    inner = zip_stream([Entry("a.txt", b"inside")])
    outer = read([Entry("one.zip", inner, packed=True)])
    assert zipfile.ZipFile(io.BytesIO(outer.read("one.zip"))).read("a.txt") == b"inside"


def test_entries_are_asked_for_one_by_one():
    asked = []

    def entries():
        for name in "abc":
            asked.append(name)
            yield Entry(name, name.encode())

    stream = zip_stream(entries())
    next(stream)
    assert asked == ["a"]


class Endless:
    """A file of ``size`` bytes that is nowhere."""

    def __init__(self, size: int) -> None:
        self.left = size

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        pass

    def read(self, count: int) -> bytes:
        count = min(count, self.left)
        self.left -= count
        return b"\x07" * count


@pytest.mark.parametrize("size", [16 * 2**20, 256 * 2**20])
def test_memory_does_not_grow_with_the_file(size):
    digest = hashlib.sha256()
    file = Endless(size)
    while piece := file.read(2**20):
        digest.update(piece)
    large = StoredFile(make_file(size=size, sha256=digest.hexdigest()), lambda: Endless(size))
    tracemalloc.start()
    try:
        length = sum(len(chunk) for chunk in zip_stream([Entry("large.pdf", large.pieces(), size)]))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert length > size // 2000
    assert peak < 4 * 2**20


@pytest.mark.parametrize("content", [b"other bytes of another length", b"%PDF-1.7 b thesis", b""])
def test_a_file_that_is_another_ends_the_stream_and_leaves_no_zip(content):
    good = stored(b"%PDF-1.7 a thesis")
    bad = StoredFile(good.facts, lambda: io.BytesIO(content))
    entries = [Entry("first", b"fine"), Entry("thesis.pdf", bad.pieces(), good.facts.size)]
    written: list[bytes] = []
    with pytest.raises(PackageBroken, match="not the one that was handed in"):
        written.extend(zip_stream(entries))
    assert written
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(written)))


def test_a_file_that_is_gone_is_said_in_words():
    def gone():
        raise FileNotFoundError(2, "No such file or directory")

    with pytest.raises(PackageBroken, match=r"thesis\.pdf cannot be read from the storage"):
        list(StoredFile(make_file(), gone).pieces())


def test_the_file_is_closed_when_the_reader_leaves():
    file = io.BytesIO(b"x" * 2**20)
    good = stored(b"x" * 2**20)
    stream = zip_stream([Entry("a", StoredFile(good.facts, lambda: file).pieces(), good.facts.size)])
    next(stream), next(stream)
    stream.close()
    del stream
    assert file.closed
