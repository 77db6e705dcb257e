"""Highwire Press meta tags for the landing page: what Google Scholar and Zotero read.

What they cannot carry: supervisors and committee (anybody named in ``citation_author`` becomes an author,
metadata.md §9), their iDs, the licence, the embargo, every date but one, titles in other languages, abstracts,
grants and related works, the degree and the department, ROR, handle, URN and number, the classification of a subject,
pages, and of files more than the address of an open PDF. ``citation_author_orcid`` is read by some tools and documented
by none; it stands right after its author.
"""

from submissions.metadata.crosswalks import terms
from submissions.metadata.record import ThesisRecord


def to_pairs(record: ThesisRecord) -> list[tuple[str, str]]:
    """``(name, content)`` for one ``<meta>`` each, in order. Contents are plain text; the template escapes.

    Title, author and date are always there, because Google Scholar takes no record without them. The PDF is
    named only while it is open.
    """
    author, day = record.author, record.published
    pairs = [
        ("citation_title", record.full_title),
        ("citation_author", terms.name(author)),
        ("citation_author_orcid", author.orcid.uri if author.orcid else ""),
        ("citation_author_institution", record.institution.name),
        ("citation_publication_date", f"{day.year:04d}/{day.month:02d}/{day.day:02d}"),
        ("citation_dissertation_institution", record.institution.name),
        ("citation_doi", record.doi),
        ("citation_isbn", record.isbn),
        ("citation_language", record.language),
        *(("citation_keywords", keyword) for keyword in _keywords(record)),
        ("citation_abstract_html_url", record.url),
        ("citation_pdf_url", _pdf_url(record)),
    ]
    return [(name, text) for name, text in pairs if text]


def _keywords(record: ThesisRecord) -> list[str]:
    """The keywords, then the terms of a classification."""
    return [*record.keywords, *(subject.term for subject in record.subjects)]


def _pdf_url(record: ThesisRecord) -> str:
    """Address of the first PDF; one only, and none while closed."""
    pdfs = (file.url for file in terms.public_files(record) if file.mime == "application/pdf")
    return next(pdfs, "")
