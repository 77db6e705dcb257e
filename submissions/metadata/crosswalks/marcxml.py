"""MARC 21 in MARCXML, by RDA's rules as far as a record that no cataloguer saw can keep them.

An iD stands twice in 100 or 700, beside the name: ``$1`` with the address of the person, ``$0`` with the source in
brackets (metadata.md §4). 024 is for authority records and is not used for it.

What it cannot carry:

- That an iD was authenticated; here every iD is, because only such are written.
- The language of each abstract, which 520 has no place for; the code of a subject in its classification.
- Checksums of files; the day of submission; sizes, other than in 347.
- Names of other scripts in 880 fields: text stands as it was typed, in UTF-8.
"""

from submissions.metadata.crosswalks import terms, xml
from submissions.metadata.crosswalks.languages import iso639_2b
from submissions.metadata.record import Access, CommitteePerson, Person, ThesisRecord

NAMESPACE = "http://www.loc.gov/MARC21/slim"
_DATAFIELD, _SUBFIELD = f"{{{NAMESPACE}}}datafield", f"{{{NAMESPACE}}}subfield"
SCHEMA = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"
_RELATORS = "http://id.loc.gov/vocabulary/relators"
_LEADER = "00000nam a2200000 i 4500"
_RDA_TERMS = (
    ("336", "text", "txt", "rdacontent"),
    ("337", "computer", "c", "rdamedia"),
    ("338", "online resource", "cr", "rdacarrier"),
)
# DataCite's relation, read from the thesis -> the words of 787 $i.
_RELATIONS = {
    "HasPart": "Contains:",
    "IsPartOf": "Part of:",
    "IsVersionOf": "Other version:",
    "IsSupplementedBy": "Supplement:",
}
# Classification -> second indicator of 650; any other is 7 and named in $2.
_THESAURI = {"lcsh": "0", "mesh": "2"}
# Beginning of a media type -> RDA's file type (rdaft), the first that fits.
_FILES = (
    ("application/pdf", "text file"),
    ("text/csv", "data file"),
    ("text/", "text file"),
    ("image/", "image file"),
    ("audio/", "audio file"),
    ("video/", "video file"),
)
# Articles at the beginning of a title, which are not filed (MARC 21, 245 second indicator).
_ARTICLES = {
    "en": ("the ", "an ", "a "),
    "fr": ("les ", "le ", "la ", "l'", "l’", "une ", "un "),
    "de": ("der ", "die ", "das ", "eine ", "ein "),
    "es": ("los ", "las ", "el ", "la ", "una ", "un "),
    "pt": ("os ", "as ", "uma ", "um ", "o ", "a "),
    "it": ("gli ", "il ", "lo ", "la ", "i ", "le ", "l'", "l’", "una ", "uno ", "un "),
    "nl": ("de ", "het ", "een "),
}


def to_element(record: ThesisRecord) -> xml.Element:
    """``record`` as a ``record``, fields in the order of their tags."""
    root = xml.root(NAMESPACE, "record", {None: NAMESPACE}, SCHEMA)
    xml.add(root, "leader", _LEADER)
    _control(root, "001", record.uuid)
    _control(root, "006", "m     o  d        ")
    _control(root, "007", "cr |||||||||||")
    _control(root, "008", _fixed(record))
    _field(root, "020", "  ", a=record.isbn)
    for kind, value in (
        ("doi", record.doi),
        ("hdl", record.handle),
        ("urn", record.urn),
        ("uri", f"urn:uuid:{record.uuid}"),
    ):
        _field(root, "024", "7 ", a=value, _2=kind if value else "")
    _person(root, "100", record.author, "author", "aut", record.institution.name)
    _title(root, record)
    institution = record.institution.name
    place = {"a": f"{record.institution.city} :" if record.institution.city else ""}
    _field(root, "264", " 1", **place, b=f"{institution},", c=f"{record.published.year:04d}.")
    pages = terms.pages(record)
    _field(root, "300", "  ", a=f"1 online resource{f' ({pages} pages)' if pages else ''}")
    for tag, words, code, source in _RDA_TERMS:
        _field(root, tag, "  ", a=words, b=code, _2=source)
    for file in record.files:
        kind = next((words for start, words in _FILES if file.mime.startswith(start)), "")
        source = {"_2": "rdaft"} if kind else {}
        _field(root, "347", "  ", a=kind, b=file.mime, c=f"{file.size} bytes", **source)
    _degree(root, record)
    _access(root, record)
    # A note may not hold line breaks, so each paragraph is a field of its own.
    for abstract in record.abstracts:
        for paragraph in abstract.paragraphs:
            _field(root, "520", "3 ", a=paragraph)
    for grant in record.funding:
        _field(root, "536", "  ", a=grant.funder, c=grant.award_number or grant.award_title)
    licence = record.licence
    spdx = {"f": licence.spdx, "_2": "spdx"} if licence.spdx else {}
    _field(root, "540", "  ", a=licence.name or licence.uri, **spdx, u=licence.uri)
    for subject in record.subjects:
        thesaurus = _THESAURI.get(subject.scheme.lower(), "7" if subject.scheme else "4")
        source = {"_2": subject.scheme} if thesaurus == "7" else {}
        _field(root, "650", f" {thesaurus}", a=subject.term, _0=subject.uri, **source)
    for topic in terms.topics(record):
        _field(root, "653", "  ", a=topic)
    _field(root, "655", " 7", a="Academic theses.", _2="lcgft")
    for member in record.committee:
        _member(root, member)
    granting = f"{_RELATORS}/dgg"
    _field(
        root,
        "710",
        "2 ",
        a=f"{institution},",
        e="degree granting institution.",
        _1=record.institution.ror,
        _4=granting,
    )
    for work in record.related:
        label, where = _RELATIONS.get(work.relation, "Related work:"), work.address or work.bare
        _field(root, "787", "08", i=label, t=work.title, o=where)
    _addresses(root, record)
    return root


def to_xml(record: ThesisRecord) -> bytes:
    """``to_element`` in UTF-8."""
    return xml.to_bytes(to_element(record))


def _control(root: xml.Element, tag: str, text: str) -> None:
    """A control field; its blanks are positions and stay."""
    xml.wrap(root, "controlfield", tag=tag).text = text


def _field(root: xml.Element, tag: str, indicators: str, **subfields: str) -> None:
    """A data field with the subfields that have a text, in their order (``_2`` is ``$2``); no field at all when none
    is left but a source (``$2``) or a label (``$i``).
    """
    filled = {code.lstrip("_"): text for code, text in subfields.items() if text}
    if filled.keys() <= {"2", "i"}:
        return
    field = xml.SubElement(root, _DATAFIELD, {"tag": tag, "ind1": indicators[0], "ind2": indicators[1]})
    for code, text in filled.items():
        xml.SubElement(field, _SUBFIELD, {"code": code}).text = text


def _fixed(record: ThesisRecord) -> str:
    """Field 008 for a book: 40 positions; ``|`` is "nobody looked", ``o`` online, ``m`` a thesis."""
    entered, year = f"{record.published:%y%m%d}", f"{record.published.year:04d}"
    language = iso639_2b(record.language) or "und"
    return f"{entered}s{year}    xx |||||om   |00| 0|{language} d"


def _person(root: xml.Element, tag: str, person: Person, role: str, code: str, affiliation: str) -> None:
    """100 or 700. First indicator: 1 for a name filed by its family name, 0 for one filed as it is read."""
    ids = {"_0": f"(orcid){person.orcid.path}", "_1": person.orcid.uri} if person.orcid else {}
    _field(
        root,
        tag,
        "1 " if person.family else "0 ",
        a=f"{terms.name(person)},",
        u=affiliation,
        e=f"{role}.",
        **ids,
        _4=f"{_RELATORS}/{code}",
    )


def _member(root: xml.Element, member: CommitteePerson) -> None:
    role, code = ("thesis advisor", "ths") if member.supervises else ("degree committee member", "dgc")
    _person(root, "700", member.person, role, code, member.affiliation)


def _title(root: xml.Element, record: ThesisRecord) -> None:
    title, subtitle = record.title, record.subtitle
    parts = {"a": f"{title} :", "b": f"{subtitle} /"} if subtitle else {"a": f"{title} /"}
    _field(
        root,
        "245",
        f"1{_not_filed(title, record.language)}",
        **parts,
        c=f"{terms.spoken_name(record.author)}.",
    )
    if record.translated_title:
        _field(root, "246", "31", a=record.translated_title.title)


def _not_filed(title: str, language: str) -> int:
    """How many characters of an article, with its blank, stand at the beginning; 0 when none does."""
    articles = _ARTICLES.get(xml.language_tag(language).partition("-")[0].lower(), ())
    return next((len(article) for article in articles if title.lower().startswith(article)), 0)


def _degree(root: xml.Element, record: ThesisRecord) -> None:
    """502. The year is that of the degree, and left out while nobody knows it."""
    _field(
        root,
        "502",
        "  ",
        b=terms.degree_words(record),
        c=record.institution.name,
        d=f"{record.conferred.year:04d}" if record.conferred else "",
        g=", ".join(
            filter(
                None,
                (
                    record.department,
                    record.programme,
                    f"defended {record.defended.isoformat()}" if record.defended else "",
                ),
            )
        ),
        o=record.number or record.uuid,
    )


def _access(root: xml.Element, record: ThesisRecord) -> None:
    """506: whether the files are open now, and the day on which a closed one opens."""
    is_open, embargoed = record.access is Access.OPEN, record.access is Access.EMBARGOED
    until = f"{record.embargo_until:%Y%m%d}" if record.embargo_until and embargoed else ""
    term = {"f": "Unrestricted online access", "_2": "star"} if is_open else {}
    _field(root, "506", "0 " if is_open else "1 ", a=terms.access_sentence(record), g=until, **term)


def _addresses(root: xml.Element, record: ThesisRecord) -> None:
    """The page, then the files while they are open (``$7`` 0: open to all)."""
    _field(root, "856", "40", u=record.url, q="text/html", z="Landing page")
    for file in terms.public_files(record):
        _field(root, "856", "40", u=file.url, q=file.mime, y=file.name, _7="0")
