"""Words come out of a PDF in a process of its own, and what a hostile one does stays there."""

import io
import zlib

import pytest

from submissions.files import words
from tests.factories import make_pdf


def pdf_with_stream(data: bytes) -> bytes:
    """A PDF of one page whose content is ``data`` after inflating."""
    packed = zlib.compress(data, 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(packed), packed),
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)


def test_the_words_of_a_thesis_are_read() -> None:
    found = words.read(io.BytesIO(make_pdf("Tidal mixing in narrow fjords")))
    assert "Tidal mixing in narrow fjords" in " ".join(found.text.split())
    assert found.problem == ""


def test_a_file_on_disk_is_read_where_it_lies(tmp_path) -> None:
    (tmp_path / "a.pdf").write_bytes(make_pdf("Kelp"))
    with (tmp_path / "a.pdf").open("rb") as pdf:
        pdf.read(100)
        assert "Kelp" in words.read(pdf).text


@pytest.mark.parametrize("data", [b"", b"not a PDF at all", b"%PDF-1.7\n%%EOF", make_pdf("x")[:700]])
def test_what_is_no_pdf_gives_no_words_and_says_so(data) -> None:
    found = words.read(io.BytesIO(data))
    assert found.text.strip() == ""
    assert "could not be read" in found.problem


def test_one_that_needs_too_much_memory_is_given_up() -> None:
    bomb = pdf_with_stream(b"BT /F1 9 Tf (a) Tj ET " * 3_000_000)  # 66 MB from 70 kB, and objects for each
    assert words.read(io.BytesIO(bomb), memory=200 * 1024**2).problem


def test_one_that_needs_too_much_time_is_given_up() -> None:
    slow = pdf_with_stream(b"BT /F1 9 Tf (a) Tj ET " * 1_000_000)
    assert words.read(io.BytesIO(slow), seconds=1).problem


def test_no_more_is_kept_than_there_is_room_for() -> None:
    found = words.read(io.BytesIO(make_pdf("Tidal mixing")), most=20)
    assert 0 < len(found.text.encode()) <= 20


def test_the_environment_is_not_handed_on(monkeypatch, tmp_path) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text("import os; print(sorted(os.environ))")
    monkeypatch.setattr(words, "PROGRAM", spy)
    monkeypatch.setenv("SECRET_KEY", "hush")
    seen = words.read(io.BytesIO(b"x")).text
    assert seen.startswith("["), "the spy has run"
    assert "SECRET_KEY" not in seen


def test_words_are_made_whole() -> None:
    assert words.clean("a\x00b") == "a b"
    assert words.clean("con\u00adnec-\nted") == "connected"
    assert words.clean("\ufb01eld") == "field"
    assert words.clean("A\u030angstro\u0308m") == "Ångström"
