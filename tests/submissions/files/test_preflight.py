"""Every file that is no whole, open PDF is refused with a sentence that says what it is and what to do."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from submissions.files.preflight import FileRefused, check, clean_name, human_size

from . import pdfs

MB = 1024 * 1024


def checked(content: bytes, name: str = "thesis.pdf", max_bytes: int = 200 * MB):
    return check(SimpleUploadedFile(name, content), max_bytes=max_bytes)


def refusal(content: bytes, **kwargs) -> str:
    with pytest.raises(FileRefused) as refused:
        checked(content, **kwargs)
    return str(refused.value)


def test_facts_of_a_good_file():
    content = pdfs.with_pages(7)
    facts = checked(content, "My thesis.pdf")
    assert facts.size == len(content)
    assert facts.sha256 == hashlib.sha256(content).hexdigest()
    assert facts.pages == 7
    assert facts.mime == "application/pdf"
    assert facts.name == "My thesis.pdf"


def test_the_file_is_left_at_its_beginning():
    upload = SimpleUploadedFile("thesis.pdf", pdfs.GOOD)
    check(upload, max_bytes=MB)
    assert upload.read(5) == b"%PDF-"


def test_a_pdf_under_another_name_is_taken():
    assert checked(pdfs.GOOD, "thesis.docx").name == "thesis.docx.pdf"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0 bytes"),
        (pdfs.NOT_A_PDF, "not a PDF, whatever its name says"),
        (pdfs.WORD, "a Word document or a ZIP archive, not a PDF"),
        (b"\\documentclass{article}" + b" " * 50, "LaTeX source, not a PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a picture, not a PDF"),
        (b"%PDF-1.7\n", "The end of this PDF is missing"),
        (pdfs.CUT_SHORT, "The end of this PDF is missing"),
        (pdfs.BROKEN_TABLE, "This PDF is damaged"),
        (b"%PDF-1.7\nnothing here\n%%EOF\n", "This PDF is damaged"),
        (pdfs.locked(), "protected by a password"),
        (pdfs.locked(user=""), "protected by a password or by restrictions"),
        (pdfs.without_pages(), "has no pages"),
    ],
)
def test_bad_files_get_a_sentence(content, said):
    assert said in refusal(content)


def test_a_file_over_the_limit_names_both_sizes():
    assert "300 MB" in refusal_of_size(300 * MB)
    assert "200 MB" in refusal_of_size(300 * MB)


def test_a_file_one_byte_over_the_limit_is_not_said_to_have_the_limit():
    assert "a little over 200 MB" in refusal_of_size(200 * MB + 1)


def refusal_of_size(size: int) -> str:
    upload = SimpleUploadedFile("thesis.pdf", b"")
    upload.size = size
    with pytest.raises(FileRefused) as refused:
        check(upload, max_bytes=200 * MB)
    return str(refused.value).replace("\xa0", " ")


def test_the_limit_itself_is_allowed():
    assert checked(pdfs.GOOD, max_bytes=len(pdfs.GOOD)).size == len(pdfs.GOOD)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("thesis.pdf", "thesis.pdf"),
        ("THESIS.PDF", "THESIS.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ada\\thesis final.pdf", "thesis final.pdf"),
        ("a\x00b\nc\u202etxt.pdf", "ab ctxt.pdf"),
        ("..", "thesis.pdf"),
        ("", "thesis.pdf"),
        (".pdf", "thesis.pdf"),
        ("論文 – ñandú.pdf", "論文 – ñandú.pdf"),
        ("e\u0301tude.pdf", "étude.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("100% <b>?#&.pdf", "100% <b>?#&.pdf"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert clean_name(given) == kept
    assert clean_name(kept) == kept


def test_sizes_are_words():
    assert human_size(200 * MB) == "200\xa0MB"
    assert human_size(1536) == "1.5\xa0KB"
