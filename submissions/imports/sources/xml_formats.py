"""The formats of an OAI-PMH harvest but DSpace's own: Dublin Core simple and qualified, ETD-MS, DataCite, MODS.

Elements are found by their local name: repositories disagree about versions of namespaces and agree about names.
"""

from collections.abc import Callable

from lxml import etree

from .. import reading
from ..building import Building
from . import dim
from .datacite import datacite
from .mods import mods
from .xml_pieces import degree, local, tag_of, text_of


def dublin_core(building: Building, root: etree._Element) -> None:
    """``oai_dc`` and qualified Dublin Core. Simple Dublin Core has one date, the day of publication."""
    days = {"date": "published", "issued": "published", "dateSubmitted": "submitted", "dateAccepted": "defended",
            "available": "embargo_until", "created": "published"}  # fmt: skip
    for element in root:
        name, text = local(element), text_of(element)
        if name in ("title", "alternative"):
            building.title(text, tag_of(element), translated=name == "alternative")
        elif name == "creator":
            building.person(text, "author")
        elif name == "contributor":
            building.contributor(text)
        elif name == "subject":
            building.keyword(text)
        elif name in ("description", "abstract"):
            building.abstract(text, tag_of(element))
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
            building.title(text, tag_of(element), translated=name != "title")
        elif name == "creator":
            building.person(text, "author", _orcid(element.get("resource", "")))
        elif name == "contributor":
            building.person(text, element.get("role", ""), _orcid(element.get("resource", "")))
        elif name == "subject" and not element.get("scheme"):
            building.keyword(text)
        elif name == "description":
            building.abstract(text, tag_of(element))
        elif name == "date":
            building.day("conferred", text)
        elif name == "identifier":
            building.named(text)
        elif name == "language":
            building.put("language", text)
        elif name == "rights":
            building.right(text)
        elif name == "degree":
            degree(building, element)


def _orcid(resource: str) -> str:
    return resource if "orcid.org" in resource.lower() else ""


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
