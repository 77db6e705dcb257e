"""What is too large runs past: neither memory nor disk takes it, and the rest of the form is read."""

import errno
import io
import os
import tempfile
import tracemalloc

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict

from submissions.files.upload import OTHER_FIELDS, ThesisUploadHandler, UnkeptUpload

BOUNDARY = "frontier"


class Body(io.RawIOBase):
    """A multipart body of any length that is made while it is read: nothing of it lies in memory."""

    def __init__(self, size: int) -> None:
        self.head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        self.tail = (
            f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="after"\r\n\r\nstill read\r\n'
            f"--{BOUNDARY}--\r\n"
        ).encode()
        self.size = size
        self.length = len(self.head) + size + len(self.tail)
        self.at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        """Give the next bytes: of the head, of the file, or of the tail."""
        if self.at < len(self.head):
            piece = self.head[self.at : self.at + len(buffer)]
        elif self.at < len(self.head) + self.size:
            piece = b"x" * min(len(buffer), len(self.head) + self.size - self.at)
        else:
            start = self.at - len(self.head) - self.size
            piece = self.tail[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self.at += len(piece)
        return len(piece)


def send(size: int) -> WSGIRequest:
    body = Body(size)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/",
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            "CONTENT_LENGTH": str(body.length),
            "wsgi.input": body,
        }
    )
    request.upload_handlers = [ThesisUploadHandler(request)]
    return request


@pytest.fixture
def limit(settings, tmp_path):
    settings.ETD_MAX_UPLOAD_BYTES = 1_000_000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return settings.ETD_MAX_UPLOAD_BYTES


def test_a_file_within_the_limit_lies_on_disk(limit):
    request = send(limit)
    file = request.FILES["file"]
    assert isinstance(file, TemporaryUploadedFile)
    assert file.size == limit
    assert os.path.getsize(file.temporary_file_path()) == limit
    assert QueryDict("after=still+read") == request.POST


@pytest.mark.parametrize("over", [1, OTHER_FIELDS, 3 * OTHER_FIELDS])
def test_a_file_over_the_limit_is_counted_and_not_kept(limit, tmp_path, over):
    request = send(limit + over)
    file = request.FILES["file"]
    assert isinstance(file, UnkeptUpload)
    assert (file.size, file.no_room, file.name) == (limit + over, False, "big.pdf")
    assert request.POST["after"] == "still read"
    assert os.listdir(tmp_path) == []


def test_300_megabytes_do_not_fill_memory(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.ETD_MAX_UPLOAD_BYTES = 200 * 1024 * 1024
    request = send(300 * 1024 * 1024)
    tracemalloc.start()
    try:
        assert request.FILES["file"].size == 300 * 1024 * 1024
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * 1024 * 1024
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full, a device that is always full")
def test_a_full_disk_is_noted_and_the_form_still_read(limit, monkeypatch):
    real = tempfile.NamedTemporaryFile

    def on_full_disk(*args, **kwargs):
        file = real(*args, **kwargs)
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, file.fileno())
        os.close(full)
        return file

    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", on_full_disk)
    request = send(limit // 2)
    file = request.FILES["file"]
    assert isinstance(file, UnkeptUpload)
    assert (file.size, file.no_room) == (limit // 2, True)
    assert request.POST["after"] == "still read"


def test_a_disk_error_of_another_kind_is_not_hidden(limit, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "missing")
    with pytest.raises(OSError, match="No such file") as error:
        send(1000).FILES  # noqa: B018 - reading it parses the body
    assert error.value.errno == errno.ENOENT
