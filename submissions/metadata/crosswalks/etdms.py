"""ETD-MS 1.0 (prefix ``oai_etdms``), the standard of the Networked Digital Library of Theses and Dissertations.

Version 1.0, because its schema can be had and checked. An iD is the ``resource`` of the name beside it: the standard's
place for "an authoritative record for that individual" (etdms.xsd, ``authorityType``).

What it cannot carry:

- That an iD was authenticated; here every iD is, because only such are written.
- All dates but one (metadata.md §2 row 17): the day of the degree, else of publication.
- The code of a subject in its classification.
- Affiliations, grants, related works, the embargo other than in words, checksums and sizes of files.
"""

from submissions.metadata.crosswalks import terms, xml
from submissions.metadata.crosswalks.languages import iso639_2b
from submissions.metadata.record import CommitteePerson, Person, ThesisRecord

NAMESPACE = "http://www.ndltd.org/standards/metadata/etdms/1.0/"
SCHEMA = "http://www.ndltd.org/standards/metadata/etdms/1.0/etdms.xsd"


def to_element(record: ThesisRecord) -> xml.Element:
    """``record`` as a ``thesis``, in the order of the schema."""
    root = xml.root(NAMESPACE, "thesis", {None: NAMESPACE}, SCHEMA)

    def put(name: str, *texts: str, **attributes: str) -> None:
        for text in texts:
            xml.add(root, name, text, **attributes)

    put("title", record.full_title, lang=record.language)
    if record.translated_title:
        put("alternativeTitle", record.translated_title.title, lang=record.translated_title.language)
    put("creator", terms.name(record.author), resource=_uri(record.author))
    # At least one subject is mandatory, and a thesis without keywords is still about its own discipline.
    topics = terms.topics(record)
    for subject in record.subjects:
        put("subject", subject.term, scheme=subject.scheme or subject.scheme_uri, resource=subject.uri)
    put("subject", *(topics or ([] if record.subjects else [terms.thesis_label(record)])))
    for abstract in record.abstracts:
        put("description", abstract.text, lang=abstract.language)
    put("publisher", record.institution.name, resource=record.institution.ror)
    for member in record.committee:
        put("contributor", terms.name(member.person), role=_role(member), resource=_uri(member.person))
    put("date", terms.title_page_date(record).isoformat())
    put("type", "Electronic Thesis or Dissertation", "Text")
    put("format", *terms.mime_types(record), *(f"{file.pages} pages" for file in record.files if file.pages))
    put("identifier", *terms.identifiers(record))
    put("language", iso639_2b(record.language) or xml.language_tag(record.language))
    put("rights", terms.access_sentence(record), record.licence.uri or record.licence.name)
    degree = xml.wrap(root, "degree")
    xml.add(degree, "name", record.degree_name)
    xml.add(degree, "level", record.degree_level)
    xml.add(degree, "discipline", record.programme or record.department)
    xml.add(degree, "grantor", record.institution.name, resource=record.institution.ror)
    return root


def to_xml(record: ThesisRecord) -> bytes:
    """``to_element`` in UTF-8."""
    return xml.to_bytes(to_element(record))


def _uri(person: Person) -> str:
    return person.orcid.uri if person.orcid else ""


def _role(member: CommitteePerson) -> str:
    """The role in the words of §2 rows 5 and 7: harvesters look for "advisor" and "committee member"."""
    if member.supervises:
        return "advisor"
    return "committee member" if member.role == "member" else member.role_label.lower()
