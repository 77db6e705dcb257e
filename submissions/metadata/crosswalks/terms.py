"""What a record means in the vocabularies that several formats share. Each rule is said once, here.

The info:eu-repo terms are those of the OpenAIRE guidelines for literature repositories, version 3; harvesters
still read them in ``oai_dc``, and DataCite takes them as ``rightsURI``.
"""

import datetime as dt

from submissions.metadata.record import Access, Funding, Person, RecordFile, ThesisRecord

EU_REPO = "info:eu-repo/semantics/"
EMBARGO_END = "info:eu-repo/date/embargoEnd/"
#: Stands where a format demands a name and there is none to give.
NAME_WITHHELD = "Name withheld"


def name(person: Person) -> str:
    """The name as it is filed, ``Family, Given``. Nobody is left out because their name is hidden."""
    return person.inverted or NAME_WITHHELD


def spoken_name(person: Person) -> str:
    """The name as it is read aloud, given name first; as ``name`` when it is hidden."""
    return person.display or NAME_WITHHELD


def name_parts(person: Person) -> tuple[str, str]:
    """Family and given name for formats that demand a family name: an only name is one."""
    family, given = person.family, person.given
    return (family, given) if family else (given or NAME_WITHHELD, "")


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
    if record.access is Access.CLOSED:
        return "Metadata only: there is no file"
    if record.embargo_until is None:
        return "Closed access: no opening date is set"
    return f"Embargoed access: files open on {record.embargo_until.isoformat()}"


def opens_on(record: ThesisRecord) -> dt.date | None:
    """First day on which anyone can read the files; ``None`` while no such day is set, and without files.

    It does not move when an embargo runs out: a thesis closed until 2028 was available from 2028 for ever
    after (DataCite 4.6 §5, "if an embargo period has been in effect").
    """
    if record.access is Access.CLOSED or (record.access is Access.EMBARGOED and not record.embargo_until):
        return None
    return max(record.published, record.embargo_until or record.published)


def is_embargoed(record: ThesisRecord) -> bool:
    """Whether files were closed when the page went public. It stays true when the embargo has run out."""
    return record.access is not Access.CLOSED and opens_on(record) != record.published


def title_page_date(record: ThesisRecord) -> dt.date:
    """The one date of formats that have one: the day of the degree, else of publication (metadata.md §2 row 17)."""
    return record.conferred or record.published


def public_files(record: ThesisRecord) -> tuple[RecordFile, ...]:
    """The files whose addresses may be told: all of them while open, none while closed."""
    return record.files if record.access is Access.OPEN else ()


def thesis_type(record: ThesisRecord) -> str:
    """URI of the kind of work, such as ``info:eu-repo/semantics/doctoralThesis``."""
    return f"{EU_REPO}{record.degree_level}Thesis"


def thesis_label(record: ThesisRecord) -> str:
    """The kind of work in words: ``PhD thesis``, or by level when the degree has no name."""
    return f"{record.degree_name or record.degree_level.capitalize()} thesis"


def degree_words(record: ThesisRecord) -> str:
    """The degree as it stands after a name, ``PhD``; written out when it has no short form; may be empty."""
    return record.degree_abbreviation or record.degree_name


def pages(record: ThesisRecord) -> int:
    """Pages of all files together; 0 when none is known."""
    return sum(file.pages for file in record.files)


def grant_words(grant: Funding) -> str:
    """``Research Council, NS/7``: a grant on one line."""
    return ", ".join(filter(None, (grant.funder, grant.award_number or grant.award_title)))


def topics(record: ThesisRecord) -> list[str]:
    """Keywords, then department and programme (metadata.md §2 row 22), each once."""
    return _distinct(*record.keywords, record.department, record.programme)


def all_topics(record: ThesisRecord) -> list[str]:
    """``topics`` with the terms of a classification before them, for formats that cannot name the classification."""
    return _distinct(*(subject.term for subject in record.subjects), *topics(record))


def identifiers(record: ThesisRecord) -> tuple[str, ...]:
    """Every identifier for formats that have one repeatable place; the landing page comes first, because harvesters
    link to the first (metadata.md §2 rows 26-31).
    """
    given = (record.url, record.doi_url, record.handle_url, record.urn, record.isbn_urn, record.number)
    return (*filter(None, given), f"urn:uuid:{record.uuid}")


def mime_types(record: ThesisRecord) -> list[str]:
    """Kinds of file, each once, in the order of the files. Said under embargo too."""
    return _distinct(*(file.mime for file in record.files))


def _distinct(*texts: str) -> list[str]:
    return list(dict.fromkeys(filter(None, texts)))
