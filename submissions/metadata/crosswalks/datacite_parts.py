"""Elements of the DataCite namespace that the ``datacite`` and ``oai_openaire`` formats have in common."""

from submissions.metadata.crosswalks import datacite_terms, terms, xml
from submissions.metadata.record import CommitteePerson, Organisation, Person, ThesisRecord

NAMESPACE = "http://datacite.org/schema/kernel-4"


def texts(root: xml.Element, outer: str, inner: str, values: list[str]) -> None:
    """A wrapper with one element for each text; no wrapper when there is none."""
    if values:
        wrapper = xml.wrap(root, outer, namespace=NAMESPACE)
        for value in values:
            xml.add(wrapper, inner, value)


def titles(root: xml.Element, record: ThesisRecord) -> None:
    """Title, subtitle and the title in another language."""
    wrapper = xml.wrap(root, "titles", namespace=NAMESPACE)
    xml.add(wrapper, "title", record.title, lang=record.language)
    xml.add(wrapper, "title", record.subtitle, lang=record.language, titleType="Subtitle")
    if translated := record.translated_title:
        title = translated.title
        xml.add(wrapper, "title", title, lang=translated.language, titleType="TranslatedTitle")


def creator(root: xml.Element, record: ThesisRecord, *, bare_id: bool = False) -> None:
    """The author with the institution as affiliation. ``bare_id``: the iD without its address."""
    element = xml.wrap(xml.wrap(root, "creators", namespace=NAMESPACE), "creator")
    _person(element, "creatorName", record.author, bare_id)
    affiliation(element, record.institution)


def committee(parent: xml.Element, member: CommitteePerson, *, bare_id: bool = False) -> None:
    """One contributor."""
    kind = datacite_terms.contributor_type(member)
    element = xml.wrap(parent, "contributor", contributorType=kind)
    _person(element, "contributorName", member.person, bare_id)
    xml.add(element, "affiliation", member.affiliation)


def affiliation(parent: xml.Element, institution: Organisation) -> None:
    """The institution as the affiliation of the person in ``parent``."""
    ror = {"affiliationIdentifierScheme": "ROR", "schemeURI": datacite_terms.ROR} if institution.ror else {}
    xml.add(parent, "affiliation", institution.name, affiliationIdentifier=institution.ror, **ror)


def host(parent: xml.Element, institution: Organisation) -> None:
    """The institution as the one that hosts the thesis."""
    element = xml.wrap(parent, "contributor", contributorType="HostingInstitution")
    xml.add(element, "contributorName", institution.name, nameType="Organizational")
    scheme = {"nameIdentifierScheme": "ROR", "schemeURI": datacite_terms.ROR}
    xml.add(element, "nameIdentifier", institution.ror, **scheme)


def dates(root: xml.Element, record: ThesisRecord, *, without: frozenset[str] = frozenset()) -> None:
    """The dates, but for types that the format does not know."""
    wrapper = xml.wrap(root, "dates", namespace=NAMESPACE)
    for kind, information, day in datacite_terms.dates(record):
        if kind not in without:
            xml.add(wrapper, "date", day.isoformat(), dateType=kind, dateInformation=information)


def alternates(root: xml.Element, record: ThesisRecord) -> None:
    """All identifiers but the first one."""
    wrapper = xml.wrap(root, "alternateIdentifiers", namespace=NAMESPACE)
    for kind, value in datacite_terms.alternates(record):
        xml.add(wrapper, "alternateIdentifier", value, alternateIdentifierType=kind)


def subjects(root: xml.Element, record: ThesisRecord, *, coded: bool = True) -> None:
    """Subjects of a classification with its name and addresses, then keywords, department and programme. ``coded``:
    with their codes, which a schema older than 4.4 does not know.

    No xml:lang: keywords of a thesis in one language are often in another, and nobody is asked.
    """
    topics = terms.topics(record)
    if not topics and not record.subjects:
        return
    wrapper = xml.wrap(root, "subjects", namespace=NAMESPACE)
    for subject in record.subjects:
        place = {
            "subjectScheme": subject.scheme,
            "schemeURI": subject.scheme_uri,
            "valueURI": subject.uri,
            "classificationCode": subject.code if coded else "",
        }
        xml.add(wrapper, "subject", subject.term, **place)
    for topic in topics:
        xml.add(wrapper, "subject", topic)


def identifier(root: xml.Element, record: ThesisRecord) -> None:
    """The DOI, else the landing page."""
    if record.doi:
        xml.add(root, "identifier", record.doi, namespace=NAMESPACE, identifierType="DOI")
    else:
        xml.add(root, "identifier", record.url, namespace=NAMESPACE, identifierType="URL")


def _person(parent: xml.Element, name_element: str, person: Person, bare_id: bool) -> None:
    """Name, its parts and the iD, in the order the XSD wants. One-name people get one part."""
    xml.add(parent, name_element, terms.name(person), nameType="Personal")
    xml.add(parent, "givenName", person.given)
    xml.add(parent, "familyName", person.family)
    if person.orcid:
        value = person.orcid.path if bare_id else person.orcid.uri
        scheme = {"nameIdentifierScheme": "ORCID", "schemeURI": datacite_terms.ORCID}
        xml.add(parent, "nameIdentifier", value, **scheme)
