"""Theses with real bytes, and a package read back from its stream."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from submissions.metadata.record import RecordFile, ThesisRecord
from submissions.outlets.packages.archive import Entry, zip_stream
from submissions.outlets.packages.thesis import StoredFile, Thesis
from tests.records import make_file, make_record


def stored(content: bytes, name: str = "thesis.pdf", **facts) -> StoredFile:
    """A file that is what it says."""
    sha256 = hashlib.sha256(content).hexdigest()
    return StoredFile(
        make_file(name=name, size=len(content), sha256=sha256, **facts), lambda: io.BytesIO(content)
    )


def thesis(
    record: ThesisRecord | None = None,
    files: Iterable[StoredFile] | None = None,
    name: str = "T-00012",
    **overrides,
) -> Thesis:
    """A public thesis with one small file, unless ``files`` says others."""
    files = (stored(b"%PDF-1.7 a thesis"),) if files is None else tuple(files)
    facts: tuple[RecordFile, ...] = tuple(file.facts for file in files)
    return Thesis(replace(record or make_record(), files=facts), name, files, **overrides)


@pytest.fixture
def read() -> Callable[[Iterable[Entry]], zipfile.ZipFile]:
    """Entries -> the ZIP that they make, checked entry by entry as ``zipfile`` does."""

    def _read(entries: Iterable[Entry]) -> zipfile.ZipFile:
        archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_stream(entries))))
        assert archive.testzip() is None
        return archive

    return _read
