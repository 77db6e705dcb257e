"""Files as students upload them: good, bad and odd."""

from io import BytesIO

import pikepdf

from tests.factories import make_pdf

GOOD = make_pdf()
WORD = b"PK\x03\x04" + b"\x00" * 600
NOT_A_PDF = b"This is a text.\n" * 50
CUT_SHORT = GOOD[: len(GOOD) // 2]
BROKEN_TABLE = GOOD.replace(b"startxref\n", b"startxref\n9")


def locked(*, user: str = "secret", owner: str = "owner") -> bytes:
    """A PDF with a password to open it, or (``user=""``) one with restrictions only."""
    out = BytesIO()
    with pikepdf.open(BytesIO(GOOD)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user=user, owner=owner))
    return out.getvalue()


def without_pages() -> bytes:
    """A PDF that opens and has nothing in it."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.save(out)
    return out.getvalue()


def with_pages(count: int) -> bytes:
    """A PDF of empty pages."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()
