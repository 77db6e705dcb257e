"""DataCite 3 and 4 in XML, as ``oai_datacite`` has it (metadata.md §2)."""

from lxml import etree

from .. import reading
from ..building import Building
from .xml_pieces import RELATIONS, local, tag_of, text_at, text_of

_WORKS = {"DOI": "doi", "Handle": "handle", "ISBN": "isbn", "arXiv": "arxiv", "PMID": "pmid", "URN": "urn"}
_SUPERVISORS = frozenset(("Supervisor", "RelatedPerson", "Other", "ProjectLeader", "WorkPackageLeader"))


def datacite(building: Building, root: etree._Element) -> None:
    """DataCite 3 and 4, also inside the envelope that ``oai_datacite`` of some servers has around it."""
    inner = root if local(root) == "resource" else root.find(".//{*}resource")
    root = root if inner is None else inner
    for creator in root.iterfind("{*}creators/{*}creator"):
        _datacite_person(building, creator, "creatorName", "author")
    for contributor in root.iterfind("{*}contributors/{*}contributor"):
        kind, name = contributor.get("contributorType", ""), contributor.find("{*}contributorName")
        if kind in _SUPERVISORS and (name is None or name.get("nameType") != "Organizational"):
            role = "advisor" if kind == "Supervisor" else "member"
            _datacite_person(building, contributor, "contributorName", role)
    for title in root.iterfind("{*}titles/{*}title"):
        kind = title.get("titleType")
        if kind == "Subtitle":
            building.put("subtitle", text_of(title))
        elif kind in (None, "TranslatedTitle", "AlternativeTitle"):
            building.title(text_of(title), tag_of(title), translated=kind is not None)
    for subject in root.iterfind("{*}subjects/{*}subject"):
        if not subject.get("subjectScheme"):
            building.keyword(text_of(subject))
    for element in root.iterfind("{*}dates/{*}date"):
        _datacite_day(building, element)
    building.day("published", text_at(root, "publicationYear"))
    building.put("language", text_at(root, "language"))
    building.kind(text_at(root, "resourceType"))
    for element in (
        *root.iterfind("{*}identifier"),
        *root.iterfind("{*}alternateIdentifiers/{*}alternateIdentifier"),
    ):
        kind = (element.get("identifierType") or element.get("alternateIdentifierType") or "").lower()
        if kind in ("doi", "handle", "urn", "isbn"):
            building.identifier_of(kind, text_of(element))
    for right in root.iterfind("{*}rightsList/{*}rights"):
        building.right(right.get("rightsURI", ""))
        building.right(text_of(right))
    for description in root.iterfind("{*}descriptions/{*}description"):
        if description.get("descriptionType") == "Abstract":
            building.abstract(text_of(description), tag_of(description))
    for grant in root.iterfind("{*}fundingReferences/{*}fundingReference"):
        award = grant.find("{*}awardNumber")
        address = award.get("awardURI", "") if award is not None else ""
        number = "" if (number := text_at(grant, "awardNumber")) == address else number
        parts = (
            text_at(grant, "funderName"),
            text_at(grant, "funderIdentifier"),
            number,
            text_at(grant, "awardTitle"),
        )
        building.funding.append((*map(reading.line, parts), address))
    for related in root.iterfind("{*}relatedIdentifiers/{*}relatedIdentifier"):
        _datacite_work(building, related)
    for item in root.iterfind("{*}relatedItems/{*}relatedItem"):
        if item.get("relationType") in RELATIONS and (
            title := reading.line(text_at(item, "titles", "title"))
        ):
            building.related.append((item.get("relationType"), title, "", "", ""))


def _datacite_person(building: Building, element: etree._Element, name: str, role: str) -> None:
    orcid = next(
        (text_of(each) for each in element.iterfind("{*}nameIdentifier")
         if "orcid" in (each.get("nameIdentifierScheme") or "").lower()), "",
    )  # fmt: skip
    given, family = text_at(element, "givenName"), text_at(element, "familyName")
    facts = {"given": given, "family": family} if given or family else {"text": text_at(element, name)}
    affiliation = text_at(element, "affiliation") if role != "author" else ""
    building.person(role=role, orcid=orcid, affiliation=affiliation, **facts)


def _datacite_day(building: Building, element: etree._Element) -> None:
    words, kind, text = (
        (element.get("dateInformation") or "").lower(),
        element.get("dateType"),
        text_of(element),
    )
    if kind == "Submitted":
        building.day("submitted", text)
    elif kind == "Issued":
        building.day("published", text)
    elif "defen" in words:
        building.day("defended", text)
    elif kind == "Other" and ("degree" in words or "conferr" in words):
        building.day("conferred", text)
    elif kind == "Available":
        building.day("embargo_until", text)


def _datacite_work(building: Building, element: etree._Element) -> None:
    relation, value = element.get("relationType"), reading.line(text_of(element))
    kind = _WORKS.get(element.get("relatedIdentifierType", ""), "")
    if relation in RELATIONS and value:
        building.related.append((relation, value[:500], kind, value if kind else "", "" if kind else value))
