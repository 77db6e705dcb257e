"""Pieces come out as the bytes that went in, and leave no file open."""

import os
from io import FileIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from submissions.outlets.oai.pieces import PART, Document, Stored

from .asking import later

PIECES = st.lists(st.tuples(st.integers(0, 3 * PART), st.booleans()), max_size=6)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("pieces") / "page"
    path.write_bytes(os.urandom(4 * PART))
    return path


@given(PIECES)
def test_a_document_is_its_pieces_in_order(file, pieces):
    whole = file.read_bytes()
    document = Document(
        Stored(FileIO(file), 7, length) if stored else whole[7 : 7 + length] for length, stored in pieces
    )
    parts = list(document)
    document.close()
    assert b"".join(parts) == b"".join(whole[7 : 7 + length] for length, _ in pieces)
    assert len(document) == sum(map(len, parts))
    assert all(len(a) + len(b) > PART for a, b in pairwise(parts))


def test_a_file_that_became_shorter_is_no_page(tmp_path):
    path = tmp_path / "page"
    path.write_bytes(b"x" * 10)
    with pytest.raises(OSError, match="shorter"):
        list(Stored(FileIO(path), 0, 11))


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_no_file_stays_open(library, db, settings, tmp_path, method, coding):
    settings.ETD_OAI_KEEP, settings.ETD_OAI_PAGE_SIZE = str(tmp_path), 5
    later()
    left_open = []
    for _ in range(2):
        address, headers = "/oai?verb=ListRecords&metadataPrefix=oai_dc", {"Accept-Encoding": coding}
        getattr(Client(), method)(address, headers=headers).getvalue()  # closes it
        left_open.append([link for link in _open_files() if link.startswith(str(tmp_path))])
    assert len(list(tmp_path.iterdir())) == 1  # the second answer was read from it
    assert left_open == [[], []]


def _open_files() -> list[str]:
    links = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(descriptor.readlink()))
        except FileNotFoundError:
            continue
    return links
