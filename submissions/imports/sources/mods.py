"""MODS 3 (metadata.md §2)."""

from lxml import etree

from .. import reading
from ..building import Building
from .xml_pieces import RELATIONS, degree, local, tag_of, text_at, text_of

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


def mods(building: Building, root: etree._Element) -> None:
    """MODS 3, from a ``mods`` or a ``modsCollection`` of one."""
    root = root if local(root) == "mods" else root.find(".//{*}mods")
    if root is None:
        building.problems.append("The record holds no mods element.")
        return
    for info in root.iterfind("{*}titleInfo"):
        translated = info.get("type") in ("translated", "alternative")
        building.title(text_at(info, "title"), tag_of(info), translated=translated)
        if not translated:
            building.put("subtitle", text_at(info, "subTitle"))
    for person in root.iterfind("{*}name"):
        _mods_person(building, person)
    origin = root.find("{*}originInfo")
    if origin is not None:
        building.day("published", text_at(origin, "dateIssued"))
        for other in origin.iterfind("{*}dateOther"):
            if other.get("type") in _MODS_DAYS:
                building.day(_MODS_DAYS[other.get("type")], text_of(other))
    building.put("language", text_at(root, "language", "languageTerm"))
    for abstract in root.iterfind("{*}abstract"):
        building.abstract(text_of(abstract), tag_of(abstract))
    for subject in root.iterfind("{*}subject"):
        if not subject.get("authority"):
            building.keyword(text_at(subject, "topic"))
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
    for element in root.iterfind("{*}extension/{*}degree"):
        degree(building, element)


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
    affiliation = "" if author else text_at(person, "affiliation")
    building.person(role=role, orcid=orcid, affiliation=affiliation, **facts)


def _mods_work(building: Building, item: etree._Element) -> None:
    relation = _MODS_RELATIONS.get(item.get("type", "")) or item.get("otherType", "")
    identifier = item.find("{*}identifier")
    value, kind = (text_of(identifier), identifier.get("type", "")) if identifier is not None else ("", "")
    title = reading.line(text_at(item, "titleInfo", "title")) or value
    if relation in RELATIONS and title:
        building.related.append((relation, title[:500], kind, value, text_at(item, "location", "url")))
