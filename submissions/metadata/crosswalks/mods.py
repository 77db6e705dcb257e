"""MODS 3.8, the Library of Congress' bibliographic elements in XML.

An iD is a ``nameIdentifier`` of type ``orcid`` inside the name (metadata.md §4), never the name's ``valueURI``.

What it cannot carry:

- That an iD was authenticated; here every iD is, because only such are written.
- Checksums, sizes and addresses of files.
- The degree, other than in an ``extension`` of ETD-MS and in a note; grants, other than in a note.
"""

from submissions.metadata.crosswalks import terms, xml
from submissions.metadata.crosswalks.etdms import NAMESPACE as ETD
from submissions.metadata.crosswalks.languages import iso639_2b
from submissions.metadata.record import Person, RelatedWork, Subject, ThesisRecord

NAMESPACE = "http://www.loc.gov/mods/v3"
SCHEMA = "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"
XLINK = "http://www.w3.org/1999/xlink"
_RELATORS = "http://id.loc.gov/vocabulary/relators"
_IDENTIFIERS = "http://id.loc.gov/vocabulary/identifiers"
# DataCite's relation, read from the thesis -> type of relatedItem; the list of MODS has none for data and software.
_RELATIONS = {"HasPart": "constituent", "IsPartOf": "series", "IsVersionOf": "otherVersion"}


def to_element(record: ThesisRecord) -> xml.Element:
    """``record`` as a ``mods``. Elements with nothing to say are left out."""
    root = xml.root(NAMESPACE, "mods", {None: NAMESPACE, "xlink": XLINK}, SCHEMA)
    root.set("version", "3.8")
    language = iso639_2b(record.language)
    main = _wrap(root, "titleInfo", language)
    xml.add(main, "title", record.title)
    xml.add(main, "subTitle", record.subtitle)
    if translated := record.translated_title:
        other = _wrap(root, "titleInfo", iso639_2b(translated.language), type="translated")
        xml.add(other, "title", translated.title)
    institution = record.institution.name
    _person(root, record.author, "aut", "author", institution, usage="primary")
    for member in record.committee:
        relator = ("ths", "thesis advisor") if member.supervises else ("dgc", "degree committee member")
        _person(root, member.person, *relator, member.affiliation, own=member.role_label)
    _institution(root, record)
    xml.add(root, "typeOfResource", "text")
    xml.add(root, "genre", "thesis", authority="marcgt")
    xml.add(root, "genre", terms.thesis_type(record), authority="info:eu-repo/semantics")
    _dates(root, record)
    if language:
        xml.add(xml.wrap(root, "language"), "languageTerm", language, type="code", authority="iso639-2b")
    _physical(root, record)
    for abstract in record.abstracts:
        element = xml.add(root, "abstract", abstract.text)
        if element is not None and (code := iso639_2b(abstract.language)):
            element.set("lang", code)
    _notes(root, record)
    for subject in record.subjects:
        _subject(root, subject)
    for topic in terms.topics(record):
        xml.add(xml.wrap(root, "subject"), "topic", topic)
    for work in record.related:
        _related(root, work)
    identifiers = (
        ("doi", record.doi),
        ("hdl", record.handle),
        ("urn", record.urn),
        ("isbn", record.isbn),
        ("uri", record.url),
        ("local", record.uuid),
        ("local", record.number),
    )
    for kind, value in identifiers:
        xml.add(root, "identifier", value, type=kind)
    url = {"usage": "primary display", "access": "object in context"}
    xml.add(xml.wrap(root, "location"), "url", record.url, **url)
    _rights(root, record)
    _degree(root, record)
    xml.add(xml.wrap(root, "recordInfo"), "recordIdentifier", record.uuid)
    return root


def to_xml(record: ThesisRecord) -> bytes:
    """``to_element`` in UTF-8."""
    return xml.to_bytes(to_element(record))


def _wrap(root: xml.Element, name: str, language: str, **attributes: str) -> xml.Element:
    """An element with MODS' own ``lang``, an ISO 639-2 code."""
    element = xml.wrap(root, name, **attributes)
    if language:
        element.set("lang", language)
    return element


def _person(
    root: xml.Element,
    person: Person,
    code: str,
    words: str,
    affiliation: str,
    *,
    usage: str = "",
    own: str = "",
) -> None:
    """A name, its iD and role; ``own`` is the role in the university's words. An only name has no type."""
    name = xml.wrap(root, "name", type="personal", usage=usage)
    family, given = person.family, person.given
    if family and given:
        xml.add(name, "namePart", family, type="family")
        xml.add(name, "namePart", given, type="given")
    else:
        xml.add(name, "namePart", terms.name(person))
    if person.orcid:
        scheme = {"type": "orcid", "typeURI": f"{_IDENTIFIERS}/orcid"}
        xml.add(name, "nameIdentifier", person.orcid.uri, **scheme)
    xml.add(name, "affiliation", affiliation)
    _role(name, code, words, own)


def _role(name: xml.Element, code: str, words: str, own: str = "") -> None:
    role = xml.wrap(name, "role")
    authority = {"authority": "marcrelator", "authorityURI": _RELATORS, "valueURI": f"{_RELATORS}/{code}"}
    xml.add(role, "roleTerm", code, type="code", **authority)
    xml.add(role, "roleTerm", words, type="text", **authority)
    if own and own.lower() != words:
        xml.add(xml.wrap(name, "role"), "roleTerm", own, type="text")


def _institution(root: xml.Element, record: ThesisRecord) -> None:
    name = xml.wrap(root, "name", type="corporate")
    xml.add(name, "namePart", record.institution.name)
    xml.add(name, "namePart", record.department)
    xml.add(name, "nameIdentifier", record.institution.ror, type="ror", typeURI=f"{_IDENTIFIERS}/ror")
    _role(name, "dgg", "degree granting institution")


def _dates(root: xml.Element, record: ThesisRecord) -> None:
    origin = xml.wrap(root, "originInfo")
    xml.add(origin, "publisher", record.institution.name)
    xml.add(origin, "dateIssued", record.published.isoformat(), encoding="w3cdtf", keyDate="yes")
    others = {
        "submission": record.submitted,
        "defence": record.defended,
        "conferral": record.conferred,
        "available": terms.opens_on(record),
    }
    for kind, day in others.items():
        xml.add(origin, "dateOther", day.isoformat() if day else "", type=kind, encoding="w3cdtf")


def _physical(root: xml.Element, record: ThesisRecord) -> None:
    physical = xml.wrap(root, "physicalDescription")
    for mime in terms.mime_types(record):
        xml.add(physical, "internetMediaType", mime)
    for file in record.files:
        xml.add(physical, "extent", f"{file.pages} pages" if file.pages else "")
    xml.add(physical, "digitalOrigin", "born digital")


def _notes(root: xml.Element, record: ThesisRecord) -> None:
    degree, year = terms.degree_words(record), f", {record.conferred.year}" if record.conferred else ""
    note = f"Thesis{f' ({degree})' if degree else ''}--{record.institution.name}{year}."
    xml.add(root, "note", note, type="thesis")
    for grant in record.funding:
        xml.add(root, "note", terms.grant_words(grant), type="funding")


def _subject(root: xml.Element, subject: Subject) -> None:
    """A subject of a classification. Its code is no part of a subject: it stands in ``classification``."""
    place = {"authority": subject.scheme, "authorityURI": subject.scheme_uri, "valueURI": subject.uri}
    xml.add(xml.wrap(root, "subject", **place), "topic", subject.term)
    xml.add(root, "classification", subject.code, authority=subject.scheme)


def _related(root: xml.Element, work: RelatedWork) -> None:
    kind = _RELATIONS.get(work.relation)
    item = xml.wrap(root, "relatedItem", **({"type": kind} if kind else {"otherType": work.relation}))
    if title := work.title:
        xml.add(xml.wrap(item, "titleInfo"), "title", title)
    xml.add(item, "identifier", work.bare, type=work.identifier_type)
    if address := work.address:
        xml.add(xml.wrap(item, "location"), "url", address)
    if work.year:
        xml.add(xml.wrap(item, "originInfo"), "dateIssued", f"{work.year:04d}")


def _rights(root: xml.Element, record: ThesisRecord) -> None:
    licence = record.licence
    link = {f"{{{XLINK}}}href": licence.uri}
    xml.add(root, "accessCondition", licence.name or licence.uri, type="use and reproduction", **link)
    link = {f"{{{XLINK}}}href": terms.access_term(record)}
    xml.add(root, "accessCondition", terms.access_sentence(record), type="restriction on access", **link)


def _degree(root: xml.Element, record: ThesisRecord) -> None:
    extension = xml.wrap(root, "extension")
    degree = xml.Scope(f"{{{ETD}}}degree", {"etd": ETD})
    extension.append(degree)
    xml.add(degree, "name", record.degree_name)
    xml.add(degree, "level", record.degree_level)
    xml.add(degree, "discipline", record.programme or record.department)
