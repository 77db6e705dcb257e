"""Look at an uploaded file before it is kept: is it a whole, open PDF of a size we take?

Knows no database and no settings: a file and a limit in, facts or a sentence out.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat

NAME_MAX = 120  # letters of a file name that we keep: it becomes part of an address and of a header
HEAD = 1024  # "%PDF-" stands in the first 1024 bytes, "%%EOF" in the last (ISO 32000-1, Annex H.3, notes 13 and 18)

#: How files begin that people take for their PDF, and what they are (each beginning is the format's own signature).
TAKEN_FOR_PDF: list[tuple[bytes, str]] = [
    (b"PK\x03\x04", "a Word document or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"%!PS", "a PostScript file"),
    (b"\\document", "LaTeX source"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
]


class FileRefused(Exception):
    """The file was not taken. ``str()`` is the sentence that says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What is known of an accepted PDF: cleaned name, size in bytes, checksums in hexadecimal, pages, media type."""

    name: str
    size: int
    sha256: str
    pages: int
    mime: str = "application/pdf"
    md5: str = ""


def check(upload: File, *, max_bytes: int) -> PdfFacts:
    """Return the facts of an open uploaded file, or raise ``FileRefused``. The file is left at its beginning.

    ``upload`` is read in pieces. What counts is the content; the name and the browser's media type are not asked.
    """
    size = upload.size or 0
    if getattr(upload, "no_room", False):
        raise FileRefused(NO_ROOM_SENTENCE)
    if size > max_bytes:
        raise FileRefused(
            f"This file has {_over(size, max_bytes)}. The largest file we can take has {human_size(max_bytes)}. "
            "Make it smaller (look for “Reduce file size” or “Optimise” where you made the PDF), or write to us."
        )
    if size == 0:
        raise FileRefused(
            "This file is empty: it has 0 bytes. Open it on your machine to see whether it was saved, and choose it "
            "again."
        )
    _refuse_other_formats(upload, size)
    pages = _pages(upload)
    upload.seek(0)
    sha256, md5 = checksums(upload.chunks())
    upload.seek(0)
    return PdfFacts(name=clean_name(upload.name or ""), size=size, sha256=sha256, pages=pages, md5=md5)


def checksums(pieces: Iterable[bytes]) -> tuple[str, str]:
    """SHA-256, by which we know a file, and MD5, with which DSpace and InvenioRDM reckon; both in hexadecimal."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    for piece in pieces:
        sha256.update(piece)
        md5.update(piece)
    return sha256.hexdigest(), md5.hexdigest()


NO_ROOM_SENTENCE = (
    "We have no room to store your file at the moment; it is our fault, not yours. Nothing you sent before is lost. "
    "Please tell us, and try again later."
)


def human_size(size: int) -> str:
    """``200 MB`` for 209715200: 1 MB is 1024 × 1024 bytes, as file managers count."""
    return filesizeformat(size).replace(".0\xa0", "\xa0")


def clean_name(name: str) -> str:
    """Return a name that is safe in an address, a header and a list: no path, no control characters, ends in .pdf.

    Letters of every script stay. What is over ``NAME_MAX`` is cut before the extension.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if character.isspace() else character for character in name)
    # Cc, Cf (also the marks that turn the reading direction), Cs, Co, Cn.
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    name = " ".join(name.split())
    stem = name[:-4] if name.lower().endswith(".pdf") else name
    return (stem.strip(" .")[: NAME_MAX - 4].rstrip(" .") or "thesis") + ".pdf"


def _over(size: int, limit: int) -> str:
    words = human_size(size)
    return words if words != human_size(limit) else f"a little over {words}"


def _refuse_other_formats(upload: BinaryIO, size: int) -> None:
    """Tell a file of another kind and one that was cut short from a PDF, by its first and last bytes."""
    upload.seek(0)
    head = upload.read(HEAD)
    if b"%PDF-" not in head:
        start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
        kind = next((words for signature, words in TAKEN_FOR_PDF if start.startswith(signature)), None)
        what = f"This file is {kind}, not a PDF" if kind else "This file is not a PDF, whatever its name says"
        raise FileRefused(f"{what}. Save or export your thesis as PDF, and choose that file.")
    upload.seek(max(0, size - HEAD))
    if b"%%EOF" not in upload.read(HEAD):
        raise FileRefused(
            "The end of this PDF is missing: it was not saved or downloaded completely. Make the PDF again, open it "
            "to see that the last page is there, and choose it again."
        )


def _pages(upload: BinaryIO) -> int:
    """Count the pages with qpdf, which does not repair anything here: a file that needs repair is no archive copy."""
    upload.seek(0)
    try:
        with pikepdf.open(upload, attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise FileRefused(_LOCKED)
            pages = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise FileRefused(_LOCKED) from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise FileRefused(
            "This PDF is damaged, so we cannot read it. Open it where you wrote your thesis, save it as PDF once "
            "more, and choose the new file."
        ) from error
    if pages == 0:
        raise FileRefused("This PDF has no pages. Make it again, and choose the new file.")
    return pages


_LOCKED = (
    "This PDF is protected by a password or by restrictions. Save it without protection (in the dialogue where you "
    "make the PDF, under “Security”), and choose that file. Readers and archives must be able to open it for ever."
)
