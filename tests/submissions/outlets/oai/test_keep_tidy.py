"""What is kept for harvesters stays on the disk no longer than it may (``submissions/outlets/oai/keep.py``)."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from submissions.outlets.oai import keep, resumption


@pytest.fixture
def folder(settings, tmp_path):
    """The folder of kept pages, with room for 270 bytes."""
    settings.ETD_OAI_KEEP_MB, folder = 0.0003, tmp_path / "pages"
    settings.ETD_OAI_KEEP = str(folder)
    folder.mkdir()
    return folder


def page_of(folder: Path, number: int, age: float = 0) -> Path:
    """A file of 100 bytes, as old as ``age`` (seconds)."""
    file = Path(keep._path(resumption.Position("oai_dc", "", "", "", number, 1, 5, 25), packed=False))
    file.write_bytes(bytes(100))
    os.utime(file, (timezone.now().timestamp() - age,) * 2)
    assert file.parent == folder
    return file


def test_the_oldest_pages_go_first(folder):
    files = [page_of(folder, number, age=100 - number) for number in range(5)]
    keep.tidy()
    assert sorted(folder.iterdir()) == sorted(files[3:])
    os.utime(files[4], (0, 0))
    keep.tidy()
    assert list(folder.iterdir()) == [files[3]]


@pytest.mark.parametrize(
    ("name", "value"), [("ETD_OAI_REPOSITORY_ID", "archive.example.edu"), ("ETD_OAI_PAGE_SIZE", 7)]
)
def test_pages_of_other_settings_go(folder, settings, name, value):
    page_of(folder, 1)
    setattr(settings, name, value)
    mine = page_of(folder, 1)
    keep.tidy()
    assert list(folder.iterdir()) == [mine]


def test_pages_of_older_code_go(folder, monkeypatch):
    page_of(folder, 1)
    (folder / ("0123456789abcdef" * 4)).write_bytes(b"before names told whose they are")
    monkeypatch.setattr(keep, "_CODE", "that of the next version")
    mine = page_of(folder, 1)
    keep.tidy()
    assert list(folder.iterdir()) == [mine]


def test_what_is_no_page_is_left_alone(folder):
    """Somebody may have named a folder that holds other things."""
    (folder / "thesis.pdf").write_bytes(bytes(1000))
    os.utime(folder / "thesis.pdf", (0, 0))
    (folder / "theses").mkdir()
    keep.tidy()
    assert sorted(os.listdir(folder)) == ["theses", "thesis.pdf"]


@pytest.mark.parametrize("name", ["", "/proc/no-such-folder"])
def test_there_is_nothing_to_tidy_without_a_folder(settings, name, caplog):
    settings.ETD_OAI_KEEP = name
    keep.tidy()
    assert caplog.text == ""


@pytest.mark.django_db
def test_the_daily_command_removes_what_nobody_asked_for(folder):
    """A site that is hardly harvested writes no pages, and so never looks by itself."""
    page_of(folder, 1, age=(keep.DAYS + 1) * 86_400)
    young = page_of(folder, 2, age=(keep.DAYS - 1) * 86_400)
    call_command("refresh_records", verbosity=0)
    assert list(folder.iterdir()) == [young]
