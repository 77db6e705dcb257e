"""Small real PDF files for the demo: a title page, an abstract, a chapter and references."""

from io import BytesIO

from anyascii import anyascii
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import cm
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer


def thesis_pdf(*, title: str, author: str, degree: str, university: str, abstract: str, year: int) -> bytes:
    """Return a PDF of a few pages with these words in it."""
    title, author, abstract = _printable(title), _printable(author), _printable(abstract)
    styles = getSampleStyleSheet()
    story = [Spacer(1, 6 * cm), Paragraph(title, styles["Title"]), Paragraph(author, styles["Heading2"])]
    story += [Spacer(1, 2 * cm), Paragraph(f"A thesis for the degree of {degree}", styles["Normal"])]
    story += [Paragraph(f"{university}, {year}", styles["Normal"]), PageBreak()]
    story += [Paragraph("Abstract", styles["Heading1"])]
    story += [Paragraph(part, styles["Normal"]) for part in abstract.split("\n\n")]
    story += [PageBreak(), Paragraph("1 Introduction", styles["Heading1"])]
    story += [
        Paragraph(
            "This file was made for a demonstration. It has the parts of a thesis, so that a reader, a checker and a "
            "search engine find what they expect, and nothing in it was ever studied by anybody.",
            styles["Normal"],
        ),
        PageBreak(),
        Paragraph("References", styles["Heading1"]),
        Paragraph(f"{author}. Notes for a demonstration. {university}, {year}.", styles["Normal"]),
    ]
    buffer = BytesIO()
    # invariant: the same words give the same bytes, so that a second demo run stores no second file.
    document = SimpleDocTemplate(buffer, pagesize=A4, title=title, author=author, lang="en", invariant=1)
    document.build(story)
    return buffer.getvalue()


def _printable(text: str) -> str:
    """The text in letters that the PDF's built-in typefaces have; other scripts are written in Latin letters."""
    return "".join(letter if letter.encode("cp1252", "ignore") else anyascii(letter) for letter in text)
