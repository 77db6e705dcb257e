"""Fields as DSpace has them (schema, element, qualifier): of a SAF folder, of DIM and of XOAI (metadata.md §2 C)."""

from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

from ..building import Building


class Field(NamedTuple):
    """``dc.title.alternative`` is schema ``dc``, element ``title``, qualifier ``alternative``."""

    schema: str
    element: str
    qualifier: str
    text: str
    language: str = ""

    @property
    def name(self) -> str:
        """The field as people write it."""
        return ".".join(part for part in (self.schema, self.element, self.qualifier) if part)


#: Field -> plain field of ``ImportedThesis``. What repositories commonly use beside the stock registry is here too.
TEXTS = {
    "thesis.degree.name": "degree",
    "dc.description.degree": "degree",
    "thesis.degree.discipline": "programme",
    "thesis.degree.department": "department",
    "thesis.degree.program": "programme",
    "dc.language.iso": "language",
    "dc.language": "language",
    "dc.title.subtitle": "subtitle",
}
DAYS = {
    "dc.date.submitted": "submitted",
    "local.date.defended": "defended",
    "dc.date.defense": "defended",
    "dc.date.issued": "conferred",
    "dc.date.available": "published",
    "local.embargo.lift": "embargo_until",
    "local.embargo.terms": "embargo_until",
    "dc.date.embargo": "embargo_until",
    "dc.date.embargoend": "embargo_until",
}
IDENTIFIERS = {"dc.identifier.doi": "doi", "dc.identifier.isbn": "isbn", "dc.identifier.urn": "urn"}
PEOPLE = {
    "dc.contributor.author": "author",
    "dc.creator": "author",
    "dc.contributor.advisor": "advisor",
    "dc.contributor.committeemember": "member",
    "dc.contributor.other": "member",
    "dc.contributor.referee": "referee",
}
_RELATIONS = {
    "haspart": "HasPart",
    "ispartof": "IsPartOf",
    "isversionof": "IsVersionOf",
    "": "IsSupplementedBy",
}


def read(building: Building, fields: Iterable[Field]) -> None:
    """Put every field that is understood into ``building``."""
    for field in fields:
        name, text = field.name.lower(), field.text or ""
        if name in TEXTS:
            building.put(TEXTS[name], text)
        elif name in DAYS:
            building.day(DAYS[name], text)
        elif name in IDENTIFIERS:
            building.identifier_of(IDENTIFIERS[name], text)
        elif name in PEOPLE:
            building.person(text, PEOPLE[name])
        elif name in ("dc.title", "dc.title.alternative"):
            building.title(text, field.language, translated=name != "dc.title")
        elif name == "dc.description.abstract":
            building.abstract(text, field.language)
        elif name == "dc.subject":
            building.keyword(text)
        elif name.startswith("dc.identifier"):
            building.named(text)
        elif name.startswith("dc.rights"):
            building.right(text)
        elif name in ("thesis.degree.level", "dc.type"):
            building.levels.append(text)
        elif name == "dc.description.sponsorship":
            funder, _, number = text.partition(", ")
            building.funding.append((funder[:255], "", number[:100], "", ""))
        elif name.startswith("dc.relation") and field.qualifier.lower() in _RELATIONS:
            building.related.append(work(_RELATIONS[field.qualifier.lower()], text))


def work(relation: str, text: str) -> tuple[str, str, str, str, str]:
    """A related work known by its address or its title alone: relation, title, kind, identifier, address."""
    address = text if text.startswith(("http://", "https://")) else ""
    return relation, text[:500], "", "", address


def of_dim(root: etree._Element) -> Iterable[Field]:
    """The fields of a ``dim`` element."""
    for field in root.iter("{*}field"):
        say = field.get
        yield Field(
            say("mdschema", ""), say("element", ""), say("qualifier") or "", _text(field), say("lang") or ""
        )


def of_xoai(root: etree._Element) -> Iterable[Field]:
    """The fields of XOAI: nested elements by name, the last one the language, and a ``field`` named ``value``."""
    for field in root.iter("{*}field"):
        if field.get("name") != "value":
            continue
        path = [parent.get("name", "") for parent in field.iterancestors("{*}element")][::-1]
        if len(path) in (3, 4):
            tag = path[-1] if path[-1] != "none" else ""
            yield Field(path[0], path[1], path[2] if len(path) == 4 else "", _text(field), tag)


def _text(element: etree._Element) -> str:
    return "".join(element.itertext())
