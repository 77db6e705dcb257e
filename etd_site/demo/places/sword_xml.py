"""The documents of SWORD v2: service document, feed, receipt, statement, error (profile §6.1, §10, §11, §12)."""

from collections.abc import Iterable

from lxml import etree
from lxml.builder import ElementMaker

from .web import Answer, Refusal

_ATOM, _APP = "http://www.w3.org/2005/Atom", "http://www.w3.org/2007/app"
_SWORD, _TERMS = "http://purl.org/net/sword/terms/", "http://purl.org/dc/terms/"
PACKAGE = "http://purl.org/net/sword/package/"
METS_SIP = f"{PACKAGE}METSDSpaceSIP"
ERROR = "http://purl.org/net/sword/error/"
_MAP = {None: _ATOM, "app": _APP, "sword": _SWORD, "dcterms": _TERMS}
_A = ElementMaker(namespace=_ATOM, nsmap=_MAP)
_P = ElementMaker(namespace=_APP, nsmap={None: _APP, "atom": _ATOM, "sword": _SWORD, "dcterms": _TERMS})
_S = ElementMaker(namespace=_SWORD, nsmap=_MAP)
_T = ElementMaker(namespace=_TERMS, nsmap=_MAP)
# DSpace's field -> the term of a receipt (swordv2-server.cfg); what is not here is not shown.
_TERM_OF = {
    "dc.title": "title",
    "dc.title.alternative": "alternative",
    "dc.contributor.author": "creator",
    "dc.contributor.advisor": "contributor",
    "dc.contributor.committeeMember": "contributor",
    "dc.contributor.other": "contributor",
    "dc.description.abstract": "abstract",
    "dc.date.issued": "issued",
    "dc.date.submitted": "dateSubmitted",
    "dc.identifier.uri": "identifier",
    "dc.identifier.doi": "identifier",
    "dc.identifier.other": "identifier",
    "dc.identifier.slug": "identifier",
    "dc.subject": "subject",
    "dc.publisher": "publisher",
    "dc.language.iso": "language",
    "dc.rights": "rights",
    "dc.type": "type",
}


def service(base: str, collection: str, packagings: Iterable[str]) -> bytes:
    """The service document with one collection."""
    held = _P.collection(
        _A.title("Theses"),
        _P.accept("application/zip"),
        _P.accept("application/zip", alternate="multipart-related"),
        *(_S.acceptPackaging(packaging) for packaging in packagings),
        _S.mediation("false"),
        href=f"{base}/collection/{collection}",
    )
    return _bytes(_P.service(_S.version("2.0"), _P.workspace(_A.title("Repository"), held)))


def feed(base: str, deposits: dict[str, dict]) -> bytes:
    """The account's own deposits, as DSpace lists them: Edit-IRI, title, EM-IRI."""
    entries = [
        _A.entry(
            _A.id(f"{base}/edit/{key}"),
            _A.title(_title(deposit)),
            _A.link(rel="edit-media", href=f"{base}/edit-media/{key}"),
        )
        for key, deposit in deposits.items()
    ]
    return _bytes(_A.feed(*entries))


def receipt(base: str, key: str, deposit: dict) -> bytes:
    """The deposit receipt: links, metadata and, once archived, the page and the handle."""
    links = [
        _A.link(rel="edit", href=f"{base}/edit/{key}"),
        _A.link(rel="edit-media", href=f"{base}/edit-media/{key}"),
        _A.link(rel=f"{_SWORD}add", href=f"{base}/edit/{key}"),
        _A.link(
            rel=f"{_SWORD}statement",
            type="application/atom+xml;type=feed",
            href=f"{base}/statement/{key}.atom",
        ),
    ]
    terms = [
        _T(_TERM_OF[name], text, **({"{http://www.w3.org/XML/1998/namespace}lang": lang} if lang else {}))
        for name, text, lang in deposit["fields"]
        if name in _TERM_OF
    ]
    if deposit["handle"]:
        links.append(_A.link(rel="alternate", href=f"{base}/items/{key}"))
        terms.append(_T.identifier(f"https://hdl.handle.net/{deposit['handle']}"))
    entry = _A.entry(
        _A.id(f"{base}/edit/{key}"),
        _A.title(_title(deposit)),
        _A.updated(deposit["updated"]),
        _A.content(type="application/zip", src=f"{base}/edit-media/{key}"),
        *links,
        _S.packaging(METS_SIP),
        _S.treatment("The package was unpacked; its files and metadata are an item now."),
        *terms,
    )
    return _bytes(entry)


def statement(base: str, key: str, deposit: dict) -> bytes:
    """The Atom statement: the state, and the package as it was deposited."""
    state = "inprogress" if deposit["in_progress"] else "archived"
    original = _A.entry(
        _A.id(f"{base}/edit-media/{key}"),
        _A.category(scheme=_SWORD, term=f"{_SWORD}originalDeposit", label="Original deposit"),
        _A.content(type="application/zip", src=f"{base}/edit-media/{key}"),
        _S.packaging(METS_SIP),
    )
    return _bytes(
        _A.feed(
            _A.id(f"{base}/statement/{key}.atom"),
            _A.category(
                f"The item is {state}.", scheme=f"{_SWORD}state", term=f"http://dspace.org/state/{state}"
            ),
            original,
        )
    )


def refuse(refusal: Refusal) -> Answer:
    """The error document (profile §12)."""
    root = etree.Element(f"{{{_SWORD}}}error", nsmap={"sword": _SWORD, None: _ATOM}, href=refusal.code)
    root.append(_A.title("ERROR"))
    root.append(_A.summary(refusal.words))
    root.append(_S.treatment("Processing failed; nothing was kept."))
    return Answer(refusal.status, _bytes(root), {"Content-Type": "text/xml", **refusal.headers})


def _title(deposit: dict) -> str:
    return next((text for name, text, _ in deposit["fields"] if name == "dc.title"), "Untitled")


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
