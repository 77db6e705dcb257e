"""What a record means in the vocabularies that several formats share. Each rule is said once, here.

The info:eu-repo terms are those of the OpenAIRE guidelines for literature repositories, version 3; harvesters
still read them in ``oai_dc``, and DataCite takes them as ``rightsURI``.
"""

import datetime as dt

from submissions.metadata.crosswalks.text import line
from submissions.metadata.record import Access, RecordFile, ThesisRecord

EU_REPO = "info:eu-repo/semantics/"
EMBARGO_END = "info:eu-repo/date/embargoEnd/"


def access_term(record: ThesisRecord) -> str:
    """URI of the access right.

    ``embargoedAccess`` demands an end date (OpenAIRE v3, "Embargo End Date"), so an embargo whose end nobody
    knows is ``closedAccess``.
    """
    if record.access is Access.EMBARGOED and record.embargo_until is None:
        return f"{EU_REPO}closedAccess"
    return f"{EU_REPO}{record.access}"


def access_sentence(record: ThesisRecord) -> str:
    """The access right in words, with the first open day where there is one."""
    if record.access is Access.OPEN:
        return "Open access"
    if record.embargo_until is None:
        return "Closed access: no opening date is set"
    return f"Embargoed access: files open on {record.embargo_until.isoformat()}"


def opens_on(record: ThesisRecord) -> dt.date | None:
    """First day on which anyone can read the files; ``None`` while no such day is set.

    It does not move when an embargo runs out: a thesis closed until 2028 was available from 2028 for ever
    after (DataCite 4.6 §5, "if an embargo period has been in effect").
    """
    if record.access is Access.EMBARGOED and record.embargo_until is None:
        return None
    return max(record.published, record.embargo_until or record.published)


def public_files(record: ThesisRecord) -> tuple[RecordFile, ...]:
    """The files whose addresses may be told: all of them while open, none while closed."""
    return record.files if record.access is Access.OPEN else ()


def thesis_type(record: ThesisRecord) -> str:
    """URI of the kind of work, such as ``info:eu-repo/semantics/doctoralThesis``."""
    return f"{EU_REPO}{record.degree_level}Thesis"


def thesis_label(record: ThesisRecord) -> str:
    """The kind of work in words: ``PhD thesis``, or by level when the degree has no name."""
    return f"{line(record.degree_name) or record.degree_level.capitalize()} thesis"


def topics(record: ThesisRecord) -> list[str]:
    """Keywords, then department and programme (metadata.md §2 row 22), each once."""
    return _distinct(*record.keywords, record.department, record.programme)


def mime_types(record: ThesisRecord) -> list[str]:
    """Kinds of file, each once, in the order of the files. Said under embargo too."""
    return _distinct(*(file.mime for file in record.files))


def _distinct(*texts: str) -> list[str]:
    return list(dict.fromkeys(text for text in map(line, texts) if text))
