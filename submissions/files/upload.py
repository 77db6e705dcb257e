"""Take an upload in without filling memory or disk, and read all of a form even when its file is far too large."""

import errno
from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

#: What the operating system says when there is no room: disk full, quota used up.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
OTHER_FIELDS = 1024 * 1024  # bytes that the rest of a form may take beside its file


class UnkeptUpload(UploadedFile):
    """A file that was read to its end and not kept. ``size`` is its true size in bytes, its content is empty.

    ``no_room`` tells a full disk from a file over the limit.
    """

    def __init__(self, name: str, size: int, *, no_room: bool) -> None:
        super().__init__(file=BytesIO(), name=name, content_type="", size=size)
        self.no_room = no_room


class ThesisUploadHandler(TemporaryFileUploadHandler):
    """Stream every file to disk up to ``settings.ETD_MAX_UPLOAD_BYTES``; let the rest of it run past.

    The body is read to its end in any case: a browser shows our page, and not its own error, only when the server
    has taken all that was sent. Fields of the form that stand behind the file are parsed as usual.
    """

    def handle_raw_input(
        self,
        input_data: HttpRequest,
        META: dict,
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> None:
        """Note whether the request is too long to hold a file within the limit: then nothing is written at all."""
        self.hopeless = (content_length or 0) > settings.ETD_MAX_UPLOAD_BYTES + OTHER_FIELDS

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin a file. Raises nothing: a disk without room is noted."""
        self.seen, self.keeping, self.no_room = 0, not self.hopeless, False
        self.file = None
        if self.keeping:
            self._guarded(super().new_file, *args, **kwargs)
        else:
            super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a chunk, or only count it once the file has become too large."""
        self.seen += len(raw_data)
        if self.keeping and self.seen > settings.ETD_MAX_UPLOAD_BYTES:
            self._let_go()
        if self.keeping:
            self._guarded(super().receive_data_chunk, raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile:
        """Return the file on disk, or an ``UnkeptUpload`` that knows its size."""
        if not self.keeping:
            return UnkeptUpload(self.file_name, self.seen, no_room=self.no_room)
        return super().file_complete(self.seen)

    def upload_interrupted(self) -> None:
        """The connection broke: leave nothing behind."""
        if getattr(self, "file", None):
            self._let_go()

    def _guarded(self, action, *args, **kwargs) -> None:
        try:
            action(*args, **kwargs)
            if self.file:
                self.file.flush()
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            self.no_room = True
            self._let_go()

    def _let_go(self) -> None:
        self.keeping = False
        if self.file:
            try:
                self.file.close()  # a temporary file is deleted when it is closed
            except OSError as error:  # what was buffered could not be written either
                if error.errno not in NO_ROOM:
                    raise
            self.file = None
