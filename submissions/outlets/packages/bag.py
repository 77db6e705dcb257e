"""BagIt 1.0 (RFC 8493): theses for keeping, each with its files and what is known of it, in one folder.

The lists of checksums stand behind what they list, because nothing is read twice: a file's SHA-256 is the one of the
day on which it was handed in, and the bytes are compared with it on their way into the bag (``StoredFile.pieces``).
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator

from submissions.metadata.crosswalks import datacite, marcxml, mods
from submissions.metadata.crosswalks.text import line
from submissions.metadata.record import ThesisRecord
from submissions.metadata.record_json import to_json

from .archive import Entry
from .embargo import Kind, carries_files, is_closed
from .names import file_names
from .thesis import Thesis

#: What is known of a thesis, in the one form that loses nothing and in three that others read.
METADATA: dict[str, Callable[[ThesisRecord], bytes]] = {
    "record.json": to_json,
    "datacite.xml": datacite.to_xml,
    "mods.xml": mods.to_xml,
    "marcxml.xml": marcxml.to_xml,
}
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def entries(theses: Iterable[Thesis], folder: str, day: dt.date) -> Iterator[Entry]:
    """The files of the bag, in ``folder`` (RFC 8493 §4.2.1: a serialised bag is one folder). ``day`` is when it is
    made, in the site's time zone.
    """
    tags = {"bagit.txt": DECLARATION}
    yield Entry(f"{folder}/bagit.txt", DECLARATION)
    manifest: list[str] = []
    info: list[tuple[str, str]] = []
    size = 0
    for thesis in theses:
        if not info:
            info.append(("Source-Organization", thesis.record.institution.name))
        info += _about(thesis)
        for entry, checksum, length in _payload(thesis):
            manifest.append(f"{checksum}  {entry.path}\n")
            size += length
            yield Entry(f"{folder}/{entry.path}", entry.data, entry.size)
    info += [("Bagging-Date", day.isoformat()), ("Payload-Oxum", f"{size}.{len(manifest)}")]
    tags["manifest-sha256.txt"] = "".join(manifest).encode()
    tags["bag-info.txt"] = "".join(f"{label}: {line(value)}\n" for label, value in info).encode()
    tags["tagmanifest-sha256.txt"] = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in tags.items()
    ).encode()
    for name, content in tags.items():
        if name != "bagit.txt":
            yield Entry(f"{folder}/{name}", content)


def _payload(thesis: Thesis) -> Iterator[tuple[Entry, str, int]]:
    """Each file of a thesis with its SHA-256 and its size in bytes."""
    for name, write in METADATA.items():
        content = write(thesis.record)
        checksum = hashlib.sha256(content).hexdigest()
        yield Entry(f"data/{thesis.name}/metadata/{name}", content), checksum, len(content)
    files = thesis.files if carries_files(Kind.BAG, thesis.record) else ()
    names = file_names(file.facts.name for file in files)
    for file, name in zip(files, names, strict=True):
        entry = Entry(f"data/{thesis.name}/files/{name}", file.pieces(), file.facts.size)
        yield entry, file.facts.sha256, file.facts.size


def _about(thesis: Thesis) -> Iterator[tuple[str, str]]:
    record = thesis.record
    yield "External-Identifier", f"urn:uuid:{record.uuid}"
    yield "External-Description", f"{thesis.name}: {record.author.inverted}, {record.full_title}"
    if is_closed(record):
        until = f"until {record.embargo_until.isoformat()}" if record.embargo_until else "with no end set"
        yield "Access-Restriction", f"{thesis.name}: the files are under embargo {until}"
