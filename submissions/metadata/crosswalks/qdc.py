"""Qualified Dublin Core: DCMI's refinements in the container that harvesters of OCLC's and DSpace's lineage read.

DCMI's schema has a container without a namespace, to be put into an application's own; OAI-PMH needs one with a
namespace, and OCLC's is the one with an XSD at its address.

What it cannot carry:

- ORCID iDs: the elements allow no attribute but ``xml:lang`` and ``xsi:type`` (metadata.md §4), and an iD written as a
  second creator is read as a second author. Whoever wants iDs takes ``oai_datacite``, ``mods`` or ``marcxml``.
- The day of conferral (``dateAccepted`` is the defence), and the end of an embargo other than as ``available``.
- The classification of a subject, of which term and address are given; the affiliation.
- Roles, other than as words behind a name; the degree, other than as words among the types; the institution's ROR;
  checksums and sizes of files.
"""

from submissions.metadata.crosswalks import terms, xml
from submissions.metadata.crosswalks.oai_dc import contributor, grant
from submissions.metadata.record import ThesisRecord

NAMESPACE = "http://worldcat.org/xmlschemas/qdc-1.0/"
SCHEMA = "http://worldcat.org/xmlschemas/qdc/1.0/qdc-1.0.xsd"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
_TYPE = f"{{{xml.XSI}}}type"
# DataCite's relation, read from the thesis -> DCMI's refinement; DCMI has none for data and software.
_RELATIONS = {"HasPart": "hasPart", "IsPartOf": "isPartOf", "IsVersionOf": "isVersionOf"}


def to_element(record: ThesisRecord) -> xml.Element:
    """``record`` as a ``qualifieddc``. Elements with nothing to say are left out."""
    nsmap = {"oai_qdc": NAMESPACE, "dc": DC, "dcterms": DCTERMS}
    root = xml.root(NAMESPACE, "qualifieddc", nsmap, SCHEMA)

    def put(name: str, *texts: str, lang: str = "", kind: str = "") -> None:
        namespace = DCTERMS if name in _REFINEMENTS else DC
        encoding = {_TYPE: f"dcterms:{kind}"} if kind else {}
        for text in texts:
            xml.add(root, name, text, namespace=namespace, lang=lang, **encoding)

    put("title", record.full_title, lang=record.language)
    if record.translated_title:
        put("alternative", record.translated_title.title, lang=record.translated_title.language)
    put("creator", terms.name(record.author))
    put("contributor", *map(contributor, record.committee))
    put("subject", *terms.all_topics(record))
    put("subject", *(subject.uri for subject in record.subjects), kind="URI")
    for abstract in record.abstracts:
        put("abstract", abstract.text, lang=abstract.language)
    put("publisher", record.institution.name)
    days = {
        "dateSubmitted": record.submitted,
        "dateAccepted": record.defended,
        "issued": record.published,
        "available": terms.opens_on(record),
    }
    for name, day in days.items():
        put(name, day.isoformat() if day else "", kind="W3CDTF")
    put("type", terms.thesis_type(record), terms.thesis_label(record))
    put("type", "Text", kind="DCMIType")
    put("medium", *terms.mime_types(record))
    put("extent", *(f"{file.pages} pages" for file in record.files if file.pages))
    put("identifier", *terms.identifiers(record))
    put("language", xml.language_tag(record.language))
    for work in record.related:
        put(_RELATIONS.get(work.relation, "relation"), work.address or work.title)
    put("relation", *map(grant, record.funding))
    put("accessRights", terms.access_term(record), terms.access_sentence(record))
    put("license" if record.licence.uri else "rights", record.licence.uri or record.licence.name)
    return root


_REFINEMENTS = frozenset(
    ("alternative", "abstract", "dateSubmitted", "dateAccepted", "issued", "available", "medium", "extent",
     "accessRights", "license", *_RELATIONS.values())
)  # fmt: skip


def to_xml(record: ThesisRecord) -> bytes:
    """``to_element`` in UTF-8."""
    return xml.to_bytes(to_element(record))
