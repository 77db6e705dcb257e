"""RIS, for reference managers: one tag a line, ended by CR and LF as its authors laid down.

What it cannot carry: iDs, which have no tag; the licence, the embargo, grants, related works; every date but that of
publication; handle, URN and number; department and ROR; of a subject more than its term, whatever the classification;
of files more than the address. Supervisors are ``A3``, which reference managers read as the advisor of a thesis; the
committee is a note.
"""

from collections.abc import Iterator

from submissions.metadata.crosswalks import terms
from submissions.metadata.crosswalks.xml import language_tag
from submissions.metadata.record import ThesisRecord


def to_text(record: ThesisRecord) -> str:
    """``record`` as one reference. Tags with nothing to say are left out; each text is on one line."""
    lines = [f"{tag}  - {text}" for tag, text in _tags(record) if text]
    return "\r\n".join([*lines, "ER  - ", ""])


def to_bytes(record: ThesisRecord) -> bytes:
    """``to_text`` in UTF-8."""
    return to_text(record).encode()


def _tags(record: ThesisRecord) -> Iterator[tuple[str, str]]:
    day, pages = record.published, terms.pages(record)
    yield "TY", "THES"
    yield "ID", record.uuid
    yield "AU", terms.name(record.author)
    for member in record.committee:
        if member.supervises:
            yield "A3", terms.name(member.person)
    yield "TI", record.full_title
    if record.translated_title:
        yield "TT", record.translated_title.title
    yield "SN", record.isbn
    yield "PY", f"{day.year:04d}"
    yield "DA", f"{day.year:04d}/{day.month:02d}/{day.day:02d}"
    yield "PB", record.institution.name
    yield "CY", record.institution.city
    yield "M3", terms.thesis_label(record)
    yield "SP", str(pages) if pages else ""
    yield "LA", language_tag(record.language)
    for abstract in record.abstracts:
        yield "AB", " ".join(abstract.paragraphs)
    for keyword in (*record.keywords, *(subject.term for subject in record.subjects)):
        yield "KW", keyword
    for member in record.committee:
        if not member.supervises:
            yield "N1", f"{member.role_label}: {terms.spoken_name(member.person)}"
    yield "DO", record.doi
    yield "UR", record.url
    for file in terms.public_files(record):
        yield "L1" if file.mime == "application/pdf" else "L2", file.url
