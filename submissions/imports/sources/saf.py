"""DSpace Simple Archive Format: a folder or a ZIP with one folder an item (metadata.md §2 C and §4).

A Person entity is no thesis: its name and iD go to the theses that name it in ``relationships``. Nothing is unpacked:
files are read where they are, and none outside its own item's folder.
"""

import hashlib
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from lxml import etree

from ..building import Building
from ..imported import ImportedFile, ImportedThesis
from . import dim
from .dim import Field
from .errors import SourceBroken

XML_BYTES = 20 * 1024 * 1024
FILE_BYTES = 2 * 1024 * 1024 * 1024
#: What an archive may hold at most. A ZIP of a few MB can name millions of files, or inflate to any size; a real
#: archive that is larger can be brought as a folder that was unpacked by hand, or in parts.
MOST_FILES = 500_000
INFLATED_BYTES = 500 * 1024 * 1024 * 1024
#: What reading a member can raise: bytes that are gone or changed, a password (RuntimeError), a method of compression
#: that Python does not know (NotImplementedError, which is a RuntimeError too), a file that cannot be opened.
_DAMAGED = (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_METADATA = re.compile(r"dublin_core\.xml|metadata_[^/]+\.xml")


class Archive(Protocol):
    """Files by name, with forward slashes."""

    def names(self) -> list[str]:
        """Every file."""

    def open(self, name: str) -> BinaryIO:
        """One file, for reading. Raises what there is in ``_DAMAGED``, and so does reading from it."""


class Folder:
    """An archive as a folder. Links that lead out of it are not followed."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    def names(self) -> list[str]:
        """Every file below the folder."""
        files = (
            file
            for file in self.path.rglob("*")
            if file.is_file() and file.resolve().is_relative_to(self.path)
        )
        return sorted(file.relative_to(self.path).as_posix() for file in files)

    def open(self, name: str) -> BinaryIO:
        """One file, for reading."""
        return (self.path / name).open("rb")


class Zip:
    """An archive as a ZIP."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self.file = file

    def names(self) -> list[str]:
        """Every file in the ZIP."""
        return sorted(name for name in self.file.namelist() if not name.endswith("/"))

    def open(self, name: str) -> BinaryIO:
        """One file, for reading."""
        return self.file.open(name)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive at ``path``. Raises ``SourceBroken``."""
    if path.is_dir():
        yield Folder(path)
        return
    try:
        file = zipfile.ZipFile(path)
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        raise SourceBroken(
            f"{path.name} is neither a folder nor a ZIP that can be opened ({error})."
        ) from error
    with file:  # what the caller does meanwhile may fail for reasons of its own
        inflated = sum(member.file_size for member in file.infolist())
        if len(file.infolist()) > MOST_FILES or inflated > INFLATED_BYTES:
            raise SourceBroken(
                f"{path.name} holds {len(file.infolist())} files of {inflated // 1024**3} GB. At most {MOST_FILES} "
                f"files of {INFLATED_BYTES // 1024**3} GB are read from a ZIP: bring it in parts, or as a folder."
            )
        yield Zip(file)


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    orcid: str


def read(archive: Archive) -> Iterator[ImportedThesis]:
    """Yield the theses in the order of their folders. Raises ``SourceBroken`` when there is no item at all."""
    folders: dict[str, set[str]] = {}
    for name in archive.names():
        folder, _, file = name.rpartition("/")
        folders.setdefault(folder, set()).add(file)
    items = {folder: files for folder, files in folders.items() if "dublin_core.xml" in files}
    if not items:
        raise SourceBroken("No folder with a dublin_core.xml was found: this is no Simple Archive Format.")
    people: dict[str, _Person] = {}
    theses: list[tuple[str, set[str]]] = []
    for folder, files in items.items():
        try:
            person = _person(archive, folder, files)
        except (etree.XMLSyntaxError, SourceBroken):
            person = None  # said when its turn comes
        if person is None:
            theses.append((folder, files))
        else:
            people[f"folderName:{PurePosixPath(folder).name}"] = person
            if person.orcid:
                people[f"person.identifier.orcid:{person.orcid}"] = person
    for folder, files in theses:
        yield _thesis(archive, folder, files, people)


def _person(archive: Archive, folder: str, files: set[str]) -> _Person | None:
    if "metadata_dspace.xml" not in files:
        return None
    kinds = [
        field.text
        for field in _fields(archive, folder, {"metadata_dspace.xml"})
        if field.name == "dspace.entity.type"
    ]
    if kinds != ["Person"]:
        return None
    said = {field.name: field.text for field in _fields(archive, folder, files)}
    parts = (said.get("person.familyName", ""), said.get("person.givenName", ""))
    return _Person(
        ", ".join(part for part in parts if part) or said.get("dc.title", ""),
        said.get("person.identifier.orcid", ""),
    )


def _thesis(archive: Archive, folder: str, files: set[str], people: dict[str, _Person]) -> ImportedThesis:
    building = Building("", f"folder {folder or '.'}")
    fields: list[Field] = []
    try:
        _related(building, archive, folder, files, people)
        fields = list(_fields(archive, folder, files))
        dim.read(building, fields)
        if "handle" in files:
            building.identifier_of("handle", _text(archive, folder, "handle"))
        _files(building, archive, folder, files)
    except (etree.XMLSyntaxError, SourceBroken) as error:
        building.problems.append(f"The folder cannot be read: {error}")
    uuids = [field.text for field in fields if field.text.lower().startswith("urn:uuid:")]
    handle = str(building.values.get("handle", ""))
    building.identifier = (
        next(iter(uuids), "") or (f"hdl:{handle}" if handle else "") or PurePosixPath(folder).name
    )
    return building.build()


def _related(
    building: Building, archive: Archive, folder: str, files: set[str], people: dict[str, _Person]
) -> None:
    if "relationships" not in files:
        return
    for entry in _text(archive, folder, "relationships").splitlines():
        relation, _, target = entry.strip().partition(" ")
        relation = relation.removeprefix("relation.").lower()
        if not relation or "publication" not in relation:
            continue
        person = people.get(target.strip())
        if person is None:
            building.notes.append(f"The relationship “{entry.strip()}” leads to nobody in this archive.")
            continue
        role = "author" if "author" in relation else "advisor" if "advis" in relation else "member"
        building.person(person.name, role, person.orcid)


def _fields(archive: Archive, folder: str, files: set[str]) -> Iterator[Field]:
    for name in sorted(file for file in files if _METADATA.fullmatch(file)):
        root = etree.fromstring(_bytes(archive, folder, name), _PARSER)
        schema = root.get("schema", "dc")
        for value in root.iter("dcvalue"):
            qualifier = value.get("qualifier") or ""
            yield Field(
                schema,
                value.get("element", ""),
                "" if qualifier == "none" else qualifier,
                "".join(value.itertext()),
                value.get("language") or "",
            )


def _files(building: Building, archive: Archive, folder: str, files: set[str]) -> None:
    if "contents" not in files:
        return
    building.files = []
    for entry in _text(archive, folder, "contents").splitlines():
        name, *facts = entry.split("\t")
        if not name.strip() or (
            "bundle:ORIGINAL" not in facts and any(fact.startswith("bundle:") for fact in facts)
        ):
            continue
        if name not in files:
            building.notes.append(f"The file “{name}” is named in contents and is not in the folder.")
            continue
        if any(fact.startswith("permissions:") and "Anonymous" not in fact for fact in facts):
            building.closed = True
        path = f"{folder}/{name}" if folder else name
        digest, size = _digest(archive, path)
        building.files.append(
            ImportedFile(name=name, sha256=digest, size=size, open=partial(archive.open, path))
        )


def _digest(archive: Archive, path: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with _readable(archive, path) as file:
        while piece := file.read(1024 * 1024):
            size += len(piece)
            if size > FILE_BYTES:
                raise SourceBroken(f"{path} is larger than {FILE_BYTES // 1024**3} GB.")
            digest.update(piece)
    return digest.hexdigest(), size


@contextmanager
def _readable(archive: Archive, path: str) -> Iterator[BinaryIO]:
    """One file, for reading. Raises ``SourceBroken`` with its name when it is damaged."""
    try:
        with archive.open(path) as file:
            yield file
    except _DAMAGED as error:
        raise SourceBroken(f"{path} is damaged or has a password ({error}). Pack it again.") from error


def _text(archive: Archive, folder: str, name: str) -> str:
    return _bytes(archive, folder, name).decode("utf-8-sig", "replace").strip()


def _bytes(archive: Archive, folder: str, name: str) -> bytes:
    with _readable(archive, f"{folder}/{name}" if folder else name) as file:
        content = file.read(XML_BYTES + 1)
    if len(content) > XML_BYTES:
        raise SourceBroken(f"{name} is larger than {XML_BYTES // 1024**2} MB.")
    return content
