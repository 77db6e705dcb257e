"""ProQuest's ETD XML (``DISS_submission``, DTD 4.8 with ``DISS_orcid``): made to be sent, with the files.

The DTD that can be had is of 2009 and knows no iD; what ProQuest's own tools write since has the author's as the last
child of ``DISS_author``, bare (metadata.md §4). Everything else keeps to the DTD.

What it cannot carry:

- iDs of advisors and committee; that an iD was authenticated (here every one is).
- Bachelor's theses, the DOI, the handle and the URN, title and abstract in other languages, subjects of a
  classification but ProQuest's, the licence, grants, related works, the day of submission and that of publication, the
  ROR, sizes and checksums of files, roles other than advisor and committee member; more than six keywords.

An address to write to, the subject category and the school's code are ProQuest's own demands: ``Sender`` has them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from submissions.metadata import demands
from submissions.metadata.crosswalks import terms, xml
from submissions.metadata.crosswalks.text import line
from submissions.metadata.record import Access, DegreeLevel, Person, ThesisRecord

TYPES = {DegreeLevel.MASTER: "masters", DegreeLevel.DOCTORAL: "doctoral"}
_KEYWORDS_MAX = 6
# Beginning of a media type -> DISS_file_category (DTD 4.8, comment).
_CATEGORIES = {
    "audio/": "audio",
    "image/": "image",
    "video/": "video",
    "application/pdf": "pdf",
    "text/csv": "data",
    "text/html": "webpage",
    "text/": "text",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the author can be reached. It travels in the file and belongs in no archive. ``country`` is ISO 3166."""

    email: str
    lines: tuple[str, ...]
    city: str
    postcode: str
    country: str
    since: dt.date


@dataclass(frozen=True, slots=True)
class Sender:
    """The school as ProQuest knows it. ``code`` is theirs (0123), ``prefix`` begins ``external_id``; a category is a
    code and its words from their list.
    """

    code: str
    prefix: str
    contact: Contact
    categories: tuple[tuple[str, str], ...]
    open_access: bool = False
    search_engines: bool = True


def to_element(record: ThesisRecord, sender: Sender, *, names: Sequence[str] | None = None) -> xml.Element:
    """``record`` as a ``DISS_submission``. ``names``: the name in the package of each of ``record.files``, in order.

    Raises ``ValueError`` for one that ProQuest refuses (``demands``), without a category, and for a wrong number of
    names.
    """
    demands.refuse(record, "proquest")
    if not sender.categories:
        raise ValueError("ProQuest demands a subject category.")
    root = xml.Element("DISS_submission")
    root.set("publishing_option", "1" if sender.open_access else "0")
    root.set("embargo_code", "4" if record.access is Access.EMBARGOED else "0")
    root.set("third_party_search", "Y" if sender.search_engines else "N")
    root.set("third_party_sales", "N")
    _author(root, record, sender)
    _description(root, record, sender)
    names = [file.name for file in record.files] if names is None else names
    if len(names) != len(record.files):
        raise ValueError(f"{len(record.files)} files have {len(names)} names.")
    _content(root, record, names)
    if record.access is Access.EMBARGOED:
        restriction = _wrap(_wrap(root, "restriction"), "sales_restriction")
        restriction.set("code", "1")
        # Without a day to remove it the work is never released (DTD 4.8, comment on code 4).
        restriction.set("remove", _american(record.embargo_until) if record.embargo_until else "")
    return root


def to_xml(record: ThesisRecord, sender: Sender, *, names: Sequence[str] | None = None) -> bytes:
    """``to_element`` in UTF-8."""
    return xml.to_bytes(to_element(record, sender, names=names))


def _wrap(parent: xml.Element, name: str) -> xml.Element:
    return xml.SubElement(parent, f"DISS_{name}")


def _add(parent: xml.Element, name: str, text: str, *, always: bool = False) -> None:
    """An element with a text; an empty one only where the DTD demands it (``always``)."""
    if text or always:
        _wrap(parent, name).text = text


def _american(day: dt.date) -> str:
    return f"{day:%m/%d/}{day.year:04d}"


def _person(parent: xml.Element, person: Person, affiliation: str = "") -> None:
    name = _wrap(parent, "name")
    family, given = terms.name_parts(person)
    _add(name, "surname", family)
    _add(name, "fname", given)
    _add(name, "affiliation", affiliation)


def _author(root: xml.Element, record: ThesisRecord, sender: Sender) -> None:
    author = _wrap(_wrap(root, "authorship"), "author")
    author.set("type", "primary")
    _person(author, record.author, record.institution.name)
    contact, to = _wrap(author, "contact"), sender.contact
    contact.set("type", "current")
    _add(contact, "contact_effdt", _american(to.since))
    address = _wrap(contact, "address")
    for text in to.lines or ("",):
        _add(address, "addrline", line(text), always=True)
    _add(address, "city", line(to.city), always=True)
    _add(address, "pcode", line(to.postcode), always=True)
    _add(address, "country", line(to.country), always=True)
    _add(contact, "email", line(to.email))
    if record.author.orcid:
        _add(author, "orcid", record.author.orcid.path)


def _description(root: xml.Element, record: ThesisRecord, sender: Sender) -> None:
    about = _wrap(root, "description")
    about.set("page_count", str(terms.pages(record)))
    about.set("type", TYPES[record.degree_level])
    about.set("external_id", f"{sender.prefix}:{record.number or record.uuid}")
    about.set("apply_for_copyright", "no")
    _add(about, "title", record.full_title)
    _dates(_wrap(about, "dates"), record)
    _add(about, "degree", terms.degree_words(record), always=True)
    institution = _wrap(about, "institution")
    _add(institution, "inst_code", sender.code, always=True)
    _add(institution, "inst_name", record.institution.name)
    _add(institution, "inst_contact", record.department)
    for member in record.committee:
        if member.supervises:
            _person(_wrap(about, "advisor"), member.person, member.affiliation)
    for member in record.committee:
        if not member.supervises:
            _person(_wrap(about, "cmte_member"), member.person, member.affiliation)
    subjects = _wrap(about, "categorization")
    for code, words in sender.categories:
        category = _wrap(subjects, "category")
        _add(category, "cat_code", code, always=True)
        _add(category, "cat_desc", line(words), always=True)
    for keyword in record.keywords[:_KEYWORDS_MAX]:
        _add(subjects, "keyword", keyword)
    _add(subjects, "ISBN", record.isbn)
    language = xml.language_tag(record.language).partition("-")[0].upper()
    _add(subjects, "language", language, always=True)


def _dates(dates: xml.Element, record: ThesisRecord) -> None:
    """The year of the degree, and the day of the manuscript: of the defence, else the first of that year, as the DTD
    says for a day that is not known.
    """
    year = (record.conferred or record.published).year
    _add(dates, "comp_date", f"{year:04d}")
    _add(dates, "accept_date", _american(record.defended or dt.date(year, 1, 1)))


def _content(root: xml.Element, record: ThesisRecord, names: Sequence[str]) -> None:
    content = _wrap(root, "content")
    if record.abstract:
        abstract = _wrap(content, "abstract")
        for text in record.abstracts[0].paragraphs:
            _add(abstract, "para", text)
    (main, first), *others = zip(record.files, names, strict=True)
    binary = _wrap(content, "binary")
    binary.set("type", "PDF" if main.mime == "application/pdf" else "other")
    binary.text = first
    for file, name in others:
        attachment = _wrap(content, "attachment")
        _add(attachment, "file_name", name)
        found = (kind for start, kind in _CATEGORIES.items() if file.mime.startswith(start))
        _add(attachment, "file_category", next(found, "other"))
