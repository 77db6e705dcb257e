"""Reading the documents of SWORD v2: service document, feed, receipt, statement, METS (profile §6, §10, §11)."""

from dataclasses import dataclass, field

from lxml import etree

from ..delivery.rulings import NeedsAttention
from .identity import handle_in

METS_SIP = "http://purl.org/net/sword/package/METSDSpaceSIP"
_TERMS = "http://purl.org/net/sword/terms/"
_NS = {
    "a": "http://www.w3.org/2005/Atom",
    "p": "http://www.w3.org/2007/app",
    "s": _TERMS,
    "d": "http://purl.org/dc/terms/",
}
_PARSER = {"resolve_entities": False, "no_network": True, "huge_tree": False}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a collection's feed."""

    title: str
    edit: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A deposit receipt: addresses ("" where it has none) and the Dublin Core terms in it."""

    edit: str = ""
    media: str = ""
    add: str = ""
    statement: str = ""
    alternate: str = ""
    terms: dict[str, list[str]] = field(default_factory=dict)

    def all(self, term: str) -> list[str]:
        """The texts of a term, such as ``creator``."""
        return self.terms.get(term, [])

    def first(self, term: str) -> str:
        """The first text of a term, "" without."""
        return next(iter(self.all(term)), "")

    @property
    def handles(self) -> list[str]:
        """The bare handles among the identifiers."""
        return [handle for text in self.all("identifier") if (handle := handle_in(text))]


def packagings(content: bytes, collection: str) -> set[str]:
    """The packagings that the service document says the collection takes; empty when it does not say."""
    for found in _root(content).iterfind(".//p:collection", _NS):
        if found.get("href", "").rstrip("/") == collection.rstrip("/"):
            return {one.text.strip() for one in found.iterfind("s:acceptPackaging", _NS) if one.text}
    raise NeedsAttention(
        "The service document does not list the collection for our account. Check “collection” in ETD_TARGETS, or have "
        "the account given the right to deposit there.",
        "collection",
    )


def listed(content: bytes) -> list[Entry]:
    """The entries of a feed. DSpace gives the Edit-IRI as ``id``; the profile as a link."""
    found = []
    for entry in _root(content).iterfind("a:entry", _NS):
        edit = _link(entry, "edit") or (entry.findtext("a:id", "", _NS) or "").strip()
        if edit:
            found.append(Entry(entry.findtext("a:title", "", _NS) or "", edit))
    return found


def receipt(content: bytes) -> Receipt:
    """A deposit receipt. One that cannot be read, or an empty answer, is a receipt without anything in it."""
    try:
        entry = _root(content)
    except NeedsAttention:
        return Receipt()
    terms: dict[str, list[str]] = {}
    for child in entry.iterfind("d:*", _NS):
        terms.setdefault(etree.QName(child).localname, []).append((child.text or "").strip())
    return Receipt(
        edit=_link(entry, "edit"),
        media=_link(entry, "edit-media"),
        add=_link(entry, f"{_TERMS}add"),
        statement=_link(entry, f"{_TERMS}statement", "atom"),
        alternate=_link(entry, "alternate"),
        terms=terms,
    )


def state_in(content: bytes) -> str:
    """The term of the state in an Atom statement, "" without."""
    for category in _root(content).iterfind(".//a:category", _NS):
        if category.get("scheme", "").rstrip("/").endswith("/state"):
            return category.get("term", "")
    return ""


def people_in(mets: bytes) -> dict[str, str]:
    """Name as it is filed -> bare iD, of those who have one in a section of DataCite's terms or of MODS."""
    found = {}
    for one in _root(mets).iter("{*}nameIdentifier"):
        name = one.getparent().find("{*}creatorName")
        name = name if name is not None else one.getparent().find("{*}contributorName")
        name = name if name is not None else one.getparent().find("{*}namePart")
        if name is not None and name.text and one.text:
            found[name.text.strip()] = one.text.strip().rstrip("/").rpartition("/")[2]
    return found


def _link(entry: etree._Element, rel: str, kind: str = "") -> str:
    for link in entry.iterfind("a:link", _NS):
        if link.get("rel") == rel and kind in link.get("type", ""):
            return link.get("href", "")
    return ""


def _root(content: bytes) -> etree._Element:
    try:
        return etree.fromstring(content, etree.XMLParser(**_PARSER))
    except etree.XMLSyntaxError:
        raise NeedsAttention(
            "The repository answered with something that is no SWORD document. Check “address” in ETD_TARGETS.",
            "no_document",
        ) from None
