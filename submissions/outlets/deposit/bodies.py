"""Bodies of requests that are larger than memory should hold: a form with one file, and a package on the disk."""

import hashlib
import secrets
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from typing import BinaryIO, Self
from urllib.parse import quote

from ..delivery.parcel import ParcelFile
from ..packages.names import file_names


def names_of(files: Iterable[ParcelFile], *, plain: bool = False) -> list[str]:
    """A safe name for each file, in their order, no two alike; ``plain`` in ASCII."""
    return file_names((file.name for file in files), plain=plain)


class FileForm:
    """A ``multipart/form-data`` body with one part ``file`` (RFC 7578), read from its file while it is sent.

    ``requests`` asks for its length (``len``) and reads it; it closes it at the end of a ``with``.
    """

    def __init__(self, name: str, file: ParcelFile) -> None:
        """``name`` is what the file is called there."""
        self._edge = secrets.token_hex(16)
        safe = name.replace('"', "_")
        head = (
            f'--{self._edge}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n'
            f"Content-Type: {file.mime or 'application/octet-stream'}\r\n\r\n"
        )
        self._pieces = [head.encode(), b"", f"\r\n--{self._edge}--\r\n".encode()]
        self._length = len(self._pieces[0]) + file.size + len(self._pieces[2])
        self._open = file.open
        self._stack = ExitStack()
        self._stream: BinaryIO | None = None
        self._part = 0

    @property
    def content_type(self) -> str:
        """The Content-Type of the request."""
        return f"multipart/form-data; boundary={self._edge}"

    def __len__(self) -> int:
        return self._length

    def __enter__(self) -> Self:
        self._stream = self._stack.enter_context(self._open())
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most ``size``; b"" at the end."""
        size = size if size and size > 0 else 1 << 20
        while self._part < 3:
            if self._part == 1:
                piece = self._stream.read(size)
            else:
                piece, self._pieces[self._part] = (
                    self._pieces[self._part][:size],
                    self._pieces[self._part][size:],
                )
            if piece:
                return piece
            self._part += 1
        return b""


class Spooled:
    """Pieces in a temporary file: ``stream`` stands at its beginning, ``size`` in bytes, ``md5`` in hexadecimal.

    A server is told the MD5 before it gets the bytes, and a package is made while it is written.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """Raises what ``pieces`` raises; nothing stays on the disk then."""
        digest = hashlib.md5(usedforsecurity=False)
        self.size = 0
        self.stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        try:
            for piece in pieces:
                digest.update(piece)
                self.size += len(piece)
                self.stream.write(piece)
        except BaseException:
            self.stream.close()
            raise
        self.stream.seek(0)
        self.md5 = digest.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stream.close()


def segment(name: str) -> str:
    """``name`` as one segment of a path."""
    return quote(name, safe="")
