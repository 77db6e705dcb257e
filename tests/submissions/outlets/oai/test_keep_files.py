"""Files of kept pages: damaged, refused, cut off by a full disk, written by two at once, compressed."""

import os
import resource
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.outlets.oai import keep, packing
from tests.conftest import ROOT


@pytest.mark.parametrize("damage", [b"", b"{", b"{}\n", b"[]\nabc", None])
def test_a_damaged_file_is_none(keeper, damage):
    keeper.harvest()
    for file in Path(keeper.folder).iterdir():
        file.write_bytes(file.read_bytes()[:-1] if damage is None else damage)
    keeper.harvest()
    assert keeper.kept == 0
    keeper.harvest()
    assert keeper.kept == 4  # written anew


def test_a_folder_that_cannot_be_written_is_no_harm(keeper, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    keeper.folder = str(tmp_path / "file")
    assert len(keeper.harvest()) == 5
    keeper.folder = "/proc/no-such-folder"
    assert len(keeper.harvest()) == 5
    assert keeper.kept == 0


def test_nothing_half_written_stays_when_the_disk_is_full(keeper):
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
        keeper.settings.ETD_OAI_KEEP = keeper.folder
        with pytest.raises(OSError, match="too large"):
            keep._write(f"{keeper.folder}/page", [b"x" * 1000])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, former)
    assert list(Path(keeper.folder).iterdir()) == []


TWO = """
import sys, django; django.setup()
from django.conf import settings
from submissions.outlets.oai import keep
settings.ETD_OAI_KEEP = sys.argv[1]
path, letter = sys.argv[1] + "/page", sys.argv[2].encode()
for _ in range(300):
    keep._write(path, [letter * 5000, b" ", letter * 5000])
    with open(path, "rb") as file: seen = file.read()
    assert len(seen) == 10001 and len(set(seen)) == 2, seen[:50]
"""


def test_two_processes_that_keep_the_same_page_leave_a_whole_one(tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "etd_site.settings.test"}
    both = [
        subprocess.Popen([sys.executable, "-c", TWO, str(tmp_path), letter], cwd=ROOT, env=environment)
        for letter in "ab"
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    assert os.listdir(tmp_path) == ["page"]


@given(st.lists(st.tuples(st.binary(max_size=400), st.booleans(), st.integers(1, 30))))
def test_pieces_that_were_compressed_before_make_one_member(pieces):
    plain = [content * times for content, _, times in pieces]
    sent = [packing.pack(p) if packed else p for p, (_, packed, _) in zip(plain, pieces, strict=True)]
    reader = zlib.decompressobj(31)
    assert reader.decompress(b"".join(packing.gzip(sent))) == b"".join(plain)
    assert reader.eof
    assert reader.unused_data == b""
