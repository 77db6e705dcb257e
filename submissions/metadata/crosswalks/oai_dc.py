"""Simple Dublin Core as OAI-PMH asks for it (``oai_dc``, schema of 2002-12-19).

What it cannot carry:

- ORCID iDs. The elements allow no attribute but ``xml:lang``, and an iD written as a second ``dc:creator`` is
  read as a second author (metadata.md §4). Whoever wants iDs takes the ``datacite`` format.
- Which date is which. Only the day of publication is written; submission, defence and conferral would look
  the same.
- How a work is related to the thesis: ``dc:relation`` says only that it is.
- The classification of a subject: its term and its address stand among the keywords.
- The affiliation; the degree, other than as words among the types.
- The region or script of a language: harvesters ask for ISO 639-1 (metadata.md §7, "What the validators check").
- Roles, other than as words behind a name; the files' addresses, sizes and checksums; the institution's ROR.
"""

from urllib.parse import quote

from submissions.metadata.crosswalks import terms, xml
from submissions.metadata.crosswalks.languages import iso639_1
from submissions.metadata.record import CommitteePerson, Funding, ThesisRecord

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
DC = "http://purl.org/dc/elements/1.1/"


def to_xml(record: ThesisRecord) -> bytes:
    """Write ``record`` as an ``oai_dc:dc`` document in UTF-8. Elements with nothing to say are left out."""
    root = xml.root(NAMESPACE, "dc", {"oai_dc": NAMESPACE, "dc": DC}, SCHEMA)

    def put(name: str, *texts: str, lang: str = "") -> None:
        for text in texts:
            xml.add(root, name, text, namespace=DC, lang=lang)

    put("title", record.full_title, lang=record.language)
    if record.translated_title:
        put("title", record.translated_title.title, lang=record.translated_title.language)
    put("creator", terms.name(record.author))
    put("contributor", *map(contributor, record.committee))
    put("subject", *terms.all_topics(record))
    put("subject", *(subject.uri for subject in record.subjects))
    for abstract in record.abstracts:
        put("description", abstract.text, lang=abstract.language)
    put("publisher", record.institution.name)
    put("date", *_dates(record))
    put("type", terms.thesis_type(record), terms.thesis_label(record))
    put("format", *terms.mime_types(record), *(f"{file.pages} pages" for file in record.files if file.pages))
    put("identifier", *terms.identifiers(record))
    put("language", iso639_1(record.language) or xml.language_tag(record.language))
    put("relation", *map(grant, record.funding))
    put("relation", *(work.address or work.title for work in record.related))
    put("rights", terms.access_term(record), record.licence.uri or record.licence.name)
    return xml.to_bytes(root)


def contributor(member: CommitteePerson) -> str:
    """``Laud, Ada (Supervisor)``: there is no other place for a role (metadata.md §2 rows 5 and 7)."""
    name, role = terms.name(member.person), member.role_label
    return f"{name} ({role})" if role else name


def grant(grant: Funding) -> str:
    """The grant as OpenAIRE v3 ("Project Identifier") writes it, the programme open because nobody is asked for it;
    without a number its address or the funder's name.
    """
    number = grant.award_number
    if not number:
        return grant.award_url or grant.funder
    return f"info:eu-repo/grantAgreement/{quote(grant.funder, safe='')}//{quote(number, safe='')}"


def _dates(record: ThesisRecord) -> list[str]:
    """The day of publication, and the end of an embargo while it lasts (OpenAIRE v3, "Embargo End Date")."""
    dates = [record.published.isoformat()]
    if terms.access_term(record) == f"{terms.EU_REPO}embargoedAccess" and record.embargo_until:
        dates.append(f"{terms.EMBARGO_END}{record.embargo_until.isoformat()}")
    return dates
