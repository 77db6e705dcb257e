"""The formats of an OAI-PMH harvest but DSpace's own: Dublin Core simple and qualified, ETD-MS, DataCite, MODS.

Elements are found by their local name: repositories disagree about versions of namespaces and agree about names.
"""

from collections.abc import Callable, Iterator

from lxml import etree

from .. import reading
from ..building import Building
from . import dim

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_MODS_DAYS = {
    "submission": "submitted",
    "defence": "defended",
    "defense": "defended",
    "conferral": "conferred",
    "available": "embargo_until",
    "embargo": "embargo_until",
}
_MODS_KINDS = {"doi": "doi", "hdl": "handle", "handle": "handle", "urn": "urn", "isbn": "isbn"}
_MODS_RELATIONS = {"constituent": "HasPart", "series": "IsPartOf", "otherVersion": "IsVersionOf"}
_RELATIONS = frozenset(("HasPart", "IsPartOf", "IsVersionOf", "IsSupplementedBy"))
_WORKS = {"DOI": "doi", "Handle": "handle", "ISBN": "isbn", "arXiv": "arxiv", "PMID": "pmid", "URN": "urn"}
_SUPERVISORS = frozenset(("Supervisor", "RelatedPerson", "Other", "ProjectLeader", "WorkPackageLeader"))


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def text_of(element: etree._Element) -> str:
    """Its text with that of what is inside it, ``br`` as line breaks."""
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield (
            "\n" if local(child) == "br" else ("".join(_pieces(child)) if isinstance(child.tag, str) else "")
        )
        yield child.tail or ""


def _tag(element: etree._Element) -> str:
    return element.get(_XML_LANG) or element.get("lang") or ""


def _find(element: etree._Element, *names: str) -> str:
    found = element.find("/".join(f"{{*}}{name}" for name in names))
    return text_of(found) if found is not None else ""


def dublin_core(building: Building, root: etree._Element) -> None:
    """``oai_dc`` and qualified Dublin Core. Simple Dublin Core has one date, the day of publication."""
    days = {"date": "published", "issued": "published", "dateSubmitted": "submitted", "dateAccepted": "defended",
            "available": "embargo_until", "created": "published"}  # fmt: skip
    for element in root:
        name, text = local(element), text_of(element)
        if name in ("title", "alternative"):
            building.title(text, _tag(element), translated=name == "alternative")
        elif name == "creator":
            building.person(text, "author")
        elif name == "contributor":
            building.contributor(text)
        elif name == "subject":
            building.keyword(text)
        elif name in ("description", "abstract"):
            building.abstract(text, _tag(element))
        elif name in days:
            if until := reading.embargo_end(text):
                building.put("embargo_until", until)
            else:
                building.day(days[name], text)
        elif name == "type":
            building.kind(text)
        elif name == "identifier":
            building.named(text)
        elif name == "language":
            building.put("language", text)
        elif name in ("rights", "license", "accessRights"):
            building.right(text)


def etdms(building: Building, root: etree._Element) -> None:
    """ETD-MS 1.0 and 1.1; an iD is the ``resource`` of the name. The one date is that of the title page."""
    for element in root:
        name, text = local(element), text_of(element)
        if name in ("title", "alternativeTitle"):
            building.title(text, _tag(element), translated=name != "title")
        elif name == "creator":
            building.person(text, "author", _orcid(element.get("resource", "")))
        elif name == "contributor":
            building.person(text, element.get("role", ""), _orcid(element.get("resource", "")))
        elif name == "subject" and not element.get("scheme"):
            building.keyword(text)
        elif name == "description":
            building.abstract(text, _tag(element))
        elif name == "date":
            building.day("conferred", text)
        elif name == "identifier":
            building.named(text)
        elif name == "language":
            building.put("language", text)
        elif name == "rights":
            building.right(text)
        elif name == "degree":
            _degree(building, element)


def _degree(building: Building, degree: etree._Element) -> None:
    building.put("degree", _find(degree, "name"))
    building.put("level", reading.level(_find(degree, "level")))
    building.put("programme", _find(degree, "discipline"))


def _orcid(resource: str) -> str:
    return resource if "orcid.org" in resource.lower() else ""


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
            building.title(text_of(title), _tag(title), translated=kind is not None)
    for subject in root.iterfind("{*}subjects/{*}subject"):
        if not subject.get("subjectScheme"):
            building.keyword(text_of(subject))
    for element in root.iterfind("{*}dates/{*}date"):
        _datacite_day(building, element)
    building.day("published", _find(root, "publicationYear"))
    building.put("language", _find(root, "language"))
    building.kind(_find(root, "resourceType"))
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
            building.abstract(text_of(description), _tag(description))
    for grant in root.iterfind("{*}fundingReferences/{*}fundingReference"):
        award = grant.find("{*}awardNumber")
        address = award.get("awardURI", "") if award is not None else ""
        number = "" if (number := _find(grant, "awardNumber")) == address else number
        parts = (
            _find(grant, "funderName"),
            _find(grant, "funderIdentifier"),
            number,
            _find(grant, "awardTitle"),
        )
        building.funding.append((*map(reading.line, parts), address))
    for related in root.iterfind("{*}relatedIdentifiers/{*}relatedIdentifier"):
        _datacite_work(building, related)
    for item in root.iterfind("{*}relatedItems/{*}relatedItem"):
        if item.get("relationType") in _RELATIONS and (title := reading.line(_find(item, "titles", "title"))):
            building.related.append((item.get("relationType"), title, "", "", ""))


def _datacite_person(building: Building, element: etree._Element, name: str, role: str) -> None:
    orcid = next(
        (text_of(each) for each in element.iterfind("{*}nameIdentifier")
         if "orcid" in (each.get("nameIdentifierScheme") or "").lower()), "",
    )  # fmt: skip
    given, family = _find(element, "givenName"), _find(element, "familyName")
    facts = {"given": given, "family": family} if given or family else {"text": _find(element, name)}
    affiliation = _find(element, "affiliation") if role != "author" else ""
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
    if relation in _RELATIONS and value:
        building.related.append((relation, value[:500], kind, value if kind else "", "" if kind else value))


def mods(building: Building, root: etree._Element) -> None:
    """MODS 3, from a ``mods`` or a ``modsCollection`` of one."""
    root = root if local(root) == "mods" else root.find(".//{*}mods")
    if root is None:
        building.problems.append("The record holds no mods element.")
        return
    for info in root.iterfind("{*}titleInfo"):
        translated = info.get("type") in ("translated", "alternative")
        building.title(_find(info, "title"), _tag(info), translated=translated)
        if not translated:
            building.put("subtitle", _find(info, "subTitle"))
    for person in root.iterfind("{*}name"):
        _mods_person(building, person)
    origin = root.find("{*}originInfo")
    if origin is not None:
        building.day("published", _find(origin, "dateIssued"))
        for other in origin.iterfind("{*}dateOther"):
            if other.get("type") in _MODS_DAYS:
                building.day(_MODS_DAYS[other.get("type")], text_of(other))
    building.put("language", _find(root, "language", "languageTerm"))
    for abstract in root.iterfind("{*}abstract"):
        building.abstract(text_of(abstract), _tag(abstract))
    for subject in root.iterfind("{*}subject"):
        if not subject.get("authority"):
            building.keyword(_find(subject, "topic"))
    for genre in root.iterfind("{*}genre"):
        building.kind(text_of(genre))
    for element in root.iterfind("{*}identifier"):
        kind = _MODS_KINDS.get((element.get("type") or "").lower())
        if kind:
            building.identifier_of(kind, text_of(element))
        elif element.get("type") == "uri":
            building.named(text_of(element))
    for condition in root.iterfind("{*}accessCondition"):
        building.right(condition.get(_XLINK_HREF, ""))
        building.right(text_of(condition))
    for note in root.iterfind("{*}note[@type='funding']"):
        funder, _, number = reading.line(text_of(note)).partition(", ")
        building.funding.append((funder[:255], "", number[:100], "", ""))
    for item in root.iterfind("{*}relatedItem"):
        _mods_work(building, item)
    for degree in root.iterfind("{*}extension/{*}degree"):
        _degree(building, degree)


def _mods_person(building: Building, person: etree._Element) -> None:
    if person.get("type") == "corporate":
        parts = [text_of(part) for part in person.iterfind("{*}namePart")]
        building.put("department", parts[1] if len(parts) > 1 else "")
        return
    roles = [text_of(term).strip().lower() for term in person.iterfind("{*}role/{*}roleTerm")]
    parts = {part.get("type"): text_of(part) for part in person.iterfind("{*}namePart")}
    orcid = next(
        (text_of(one) for one in person.iterfind("{*}nameIdentifier") if one.get("type") == "orcid"), ""
    )
    facts = (
        {"given": parts.get("given", ""), "family": parts.get("family", "")}
        if parts.get("family") or parts.get("given")
        else {"text": parts.get(None, "")}
    )
    author = not {"aut", "author", "creator"}.isdisjoint(roles) or person.get("usage") == "primary"
    telling = next((role for role in reversed(roles) if role), "")  # our own words come after the standard's
    role = "author" if author else ("advisor" if "ths" in roles and telling == "thesis advisor" else telling)
    affiliation = "" if author else _find(person, "affiliation")
    building.person(role=role, orcid=orcid, affiliation=affiliation, **facts)


def _mods_work(building: Building, item: etree._Element) -> None:
    relation = _MODS_RELATIONS.get(item.get("type", "")) or item.get("otherType", "")
    identifier = item.find("{*}identifier")
    value, kind = (text_of(identifier), identifier.get("type", "")) if identifier is not None else ("", "")
    title = reading.line(_find(item, "titleInfo", "title")) or value
    if relation in _RELATIONS and title:
        building.related.append((relation, title[:500], kind, value, _find(item, "location", "url")))


def xoai(building: Building, root: etree._Element) -> None:
    """DSpace's own dump of an item."""
    dim.read(building, dim.of_xoai(root))


def dspace(building: Building, root: etree._Element) -> None:
    """DSpace's DIM."""
    dim.read(building, dim.of_dim(root))


Reader = Callable[[Building, etree._Element], None]

#: Metadata prefix -> reader, the richest first. A server with XOAI is a DSpace, whose MODS says less than its fields.
READERS: dict[str, Reader] = {
    "mods": mods,
    "oai_datacite": datacite,
    "datacite": datacite,
    "dim": dspace,
    "xoai": xoai,
    "oai_etdms": etdms,
    "etdms": etdms,
    "uketd_dc": dublin_core,
    "qdc": dublin_core,
    "oai_qdc": dublin_core,
    "oai_dc": dublin_core,
}
_DSPACE = ("xoai", "dim")


def richest(offered: set[str]) -> str:
    """The prefix to harvest of those that a server offers; every server offers ``oai_dc``."""
    order = (*_DSPACE, *READERS) if "xoai" in offered else tuple(READERS)
    return next((prefix for prefix in order if prefix in offered), "oai_dc")
