"""The bytes of an answer in the pieces in which they are sent.

A long piece that is on the disk is read while it is sent, a part at a time. Memory for a whole page, which the system
has to find anew for each answer, takes longer than all else together, and many harvesters at once would need much.
"""

import os
from collections.abc import Iterable, Iterator
from io import FileIO

#: Bytes. Up to here pieces are joined, because each one is sent by itself; beyond it that would copy the page.
PART = 65_536


class Stored:
    """``length`` bytes of an open file, from ``begin`` on. Has to be closed."""

    __slots__ = ("_begin", "_file", "_length")

    def __init__(self, file: FileIO, begin: int, length: int) -> None:
        self._file, self._begin, self._length = file, begin, length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes, ``PART`` at a time. Raises ``OSError`` when they cannot be read."""
        position, end = self._begin, self._begin + self._length
        while position < end:
            part = os.pread(self._file.fileno(), min(PART, end - position), position)
            if not part:
                raise OSError("A kept page became shorter while it was sent.")
            position += len(part)
            yield part

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Document:
    """An answer, to be sent once and closed. Its ``len`` is that of all its bytes."""

    def __init__(self, pieces: Iterable[bytes | Stored]) -> None:
        self._pieces = list(pieces)

    def __len__(self) -> int:
        return sum(map(len, self._pieces))

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes, in parts that are neither many nor long."""
        waiting = b""
        for piece in self._pieces:
            for part in (piece,) if isinstance(piece, bytes) else piece:
                if waiting and len(waiting) + len(part) > PART:
                    yield waiting
                    waiting = part
                else:
                    waiting += part
        yield waiting

    def close(self) -> None:
        """Close the files of its pieces."""
        for piece in self._pieces:
            if isinstance(piece, Stored):
                piece.close()
