"""A ZIP that is written while it is sent: nothing of it lies on a disk, and one piece of a file at a time in memory.

zipstream-ng writes the headers: it is kept, has no dependencies, and can be fed one entry after another. Python's own
``zipfile`` writes to a file object, and would have to be turned round by a buffer and a thread. stream-zip does the
same as zipstream-ng but demands a mode and a day for each entry.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED

from zipstream import ZipStream


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a ZIP. ``data`` is all of it, or an iterable of its pieces; ``size`` (bytes) is that of an iterable,
    None when unknown; ``packed`` says that it is a ZIP itself and need not be made smaller again.
    """

    path: str
    data: bytes | Iterable[bytes]
    size: int | None = None
    packed: bool = False


def zip_stream(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The bytes of a ZIP with ``entries``, which are asked for one by one.

    What an entry raises ends the stream before the directory at the end of the ZIP, without which no reader opens it.
    Entries are compressed, lightly: readers that take a ZIP as it comes (Java's ``ZipInputStream``) refuse one that is
    streamed and stored.
    """
    archive = ZipStream(compress_type=ZIP_DEFLATED, compress_level=1)
    for entry in entries:
        how = ZIP_STORED if entry.packed else ZIP_DEFLATED
        archive.add(entry.data, entry.path, size=entry.size, compress_type=how)
        yield from filter(None, archive.all_files())
    yield from archive.finalize()
