"""One thesis as packages take it: its record, and its files to be read once each, checked while they are read."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from submissions.metadata.crosswalks.proquest import Sender
from submissions.metadata.record import RecordFile, ThesisRecord

from .errors import PackageBroken

PIECE = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file and the way to its bytes. ``open`` may raise ``OSError``; what it returns is closed after reading."""

    facts: RecordFile
    open: Callable[[], BinaryIO]

    def pieces(self) -> Iterator[bytes]:
        """The bytes, in pieces of 256 KiB. Raises ``PackageBroken`` when they are not those that were handed in: they
        are compared with the size and the SHA-256 of that day, and the last piece comes only after that.
        """
        digest, size, held = hashlib.sha256(), 0, b""
        try:
            with self.open() as file:
                while piece := file.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    if held:
                        yield held
                    held = piece
        except OSError as error:
            raise PackageBroken(
                f"The file {self.facts.name} cannot be read from the storage ({error.strerror or error})."
            ) from error
        if size != self.facts.size or digest.hexdigest() != self.facts.sha256:
            raise PackageBroken(
                f"The file {self.facts.name} in the storage is not the one that was handed in: it has {size} bytes "
                f"and SHA-256 {digest.hexdigest()}, and should have {self.facts.size} and {self.facts.sha256}. "
                "Put it back from a copy before you make the package again."
            )
        if held:
            yield held


@dataclass(frozen=True, slots=True)
class Thesis:
    """A public thesis. ``name`` is short, ASCII and its own among all theses (``T-00012``); ``files`` are those of the
    record, in their order. ``sender`` is who sends it to ProQuest, None while the set-up lacks something; ``lacking``
    says what, in sentences.
    """

    record: ThesisRecord
    name: str
    files: tuple[StoredFile, ...]
    sender: Sender | None = None
    lacking: tuple[str, ...] = ()
