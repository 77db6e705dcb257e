"""What is brought to a place: the thesis as it is public at this moment, and its files."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import BinaryIO

from submissions.files.store import open_bytes
from submissions.metadata.record import Access, ThesisRecord
from submissions.models import Submission
from submissions.models.deliveries import Wish

_PIECE = 1 << 20


@dataclass(frozen=True)
class ParcelFile:
    """One file: ``size`` in bytes, ``sha256`` and ``md5`` in hexadecimal.

    ``open_from`` is the first day on which readers may open it, None when they may now. A place that knows embargoes
    is given the day with the file; one that does not gets no file before it.
    """

    name: str
    mime: str
    size: int
    sha256: str
    open: Callable[[], BinaryIO]
    open_from: dt.date | None = None
    known_md5: str = ""

    @cached_property
    def md5(self) -> str:
        """The MD5, read from the bytes where nobody wrote it down."""
        if self.known_md5:
            return self.known_md5
        digest = hashlib.md5(usedforsecurity=False)
        with self.open() as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
        return digest.hexdigest()


@dataclass(frozen=True)
class Parcel:
    """``record`` is None when the public cannot see the thesis; then there are no ``files``."""

    submission: Submission
    record: ThesisRecord | None
    wish: Wish
    files: tuple[ParcelFile, ...] = field(default=())


def parcel_of(submission: Submission, record: ThesisRecord | None, wish: Wish) -> Parcel:
    """The parcel of a thesis as its live page says. Nothing is opened yet."""
    files: tuple[ParcelFile, ...] = ()
    if record is not None:
        closed = record.access is Access.EMBARGOED
        stored = {item.sha256: item for item in submission.page.files.all()}
        files = tuple(
            ParcelFile(
                name=facts.name,
                mime=facts.mime,
                size=facts.size,
                sha256=facts.sha256,
                open=partial(open_bytes, stored[facts.sha256]),
                open_from=record.embargo_until if closed else None,
                known_md5=facts.md5 or stored[facts.sha256].md5,
            )
            for facts in record.files
            if facts.sha256 in stored
        )
    return Parcel(submission, record, wish, files)
