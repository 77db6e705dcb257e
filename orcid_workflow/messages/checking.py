"""A message that is there already, asked whether the registry would take it: read back, and checked like our own."""

from lxml import etree

from . import COMMON, WORK, education, parse, shapes, work
from .education import Education, Organisation
from .parts import ExternalId, FuzzyDate
from .work import Citation, Contributor, TranslatedTitle, Work

_PREFIXES = {"common": COMMON, "work": WORK}
_ENCODINGS = frozenset(("UTF-8", "ASCII", "US-ASCII"))


def problems(kind: str, message: bytes) -> list[str]:
    """Return why the registry would refuse ``message`` (XML in UTF-8, without a put-code), a sentence each; none when
    it would take it.

    ``kind`` is ``work`` or ``education``; ``KeyError`` for another. Stricter than the registry in what ``work.check``
    and ``education.check`` are stricter in, and in what ``shapes`` names. Only the registry knows whether it has the
    organisation (9045), and what stands on the record already (9021).
    """
    shape, read, check = _KINDS[kind]
    try:
        message.decode()
        root = parse(message)
    except (UnicodeDecodeError, etree.XMLSyntaxError) as error:
        return [f"The message is no XML in UTF-8: {error}."]
    document = root.getroottree().docinfo
    if document.doctype:
        return ["The message has a document type, with which ORCID does not take it."]
    if (document.encoding or "UTF-8").upper() not in _ENCODINGS:
        return [f"The message says that it is in {document.encoding}, and is sent in UTF-8."]
    if root.tag != shape.tag:
        name = etree.QName(root)
        return [f"The message is “{name.localname}” of “{name.namespace or ''}”, not “{kind}” of ORCID."]
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)  # a text around one is one text
    # What does not stand in its place is not read: its value would be missed, and said to be missing.
    found = list(shapes.misfits(root, shape)) or [*check(read(root)), *_contradictions(root)]
    return list(dict.fromkeys(found))


def read_work(root: etree._Element) -> Work:
    """Return what a message of the shape ``shapes.WORK_SHAPE`` says."""
    translated = _find(root, "work:title/common:translated-title")
    citation = _find(root, "work:citation")
    return Work(
        title=_text(root, "work:title/common:title"),
        subtitle=_text(root, "work:title/common:subtitle"),
        translated_title=None
        if translated is None
        else TranslatedTitle(translated.text, translated.get("language-code")),
        journal_title=_text(root, "work:journal-title"),
        short_description=_text(root, "work:short-description"),
        citation=None
        if citation is None
        else Citation(_text(citation, "work:citation-value"), _text(citation, "work:citation-type")),
        type=_text(root, "work:type"),
        publication_date=_date(root, "common:publication-date"),
        external_ids=_external_ids(root),
        url=_text(root, "common:url"),
        contributors=tuple(
            _contributor(node) for node in root.iterfind("work:contributors/work:contributor", _PREFIXES)
        ),
        language=_text(root, "common:language-code"),
        country=_text(root, "common:country"),
    )


def read_education(root: etree._Element) -> Education:
    """Return what a message of the shape ``shapes.EDUCATION_SHAPE`` says."""
    organisation = _find(root, "common:organization")
    identifier = "common:disambiguated-organization/common:"
    return Education(
        organisation=Organisation(
            name=_text(organisation, "common:name"),
            city=_text(organisation, "common:address/common:city"),
            region=_text(organisation, "common:address/common:region"),
            country=_text(organisation, "common:address/common:country"),
            identifier=_text(organisation, f"{identifier}disambiguated-organization-identifier"),
            source=_text(organisation, f"{identifier}disambiguation-source"),
        ),
        external_ids=_external_ids(root),
        role_title=_text(root, "common:role-title"),
        department=_text(root, "common:department-name"),
        start=_date(root, "common:start-date"),
        end=_date(root, "common:end-date"),
        url=_text(root, "common:url"),
    )


def _contributor(node: etree._Element) -> Contributor:
    role = _text(node, "work:contributor-attributes/work:contributor-role")
    orcid = "common:contributor-orcid/common:"
    return Contributor(
        name=_text(node, "work:credit-name"),
        orcid=_text(node, f"{orcid}uri") or _text(node, f"{orcid}path"),
        **({"role": role} if role else {}),
    )


def _external_ids(root: etree._Element) -> tuple[ExternalId, ...]:
    return tuple(
        ExternalId(
            *(_text(node, f"common:external-id-{part}") for part in ("type", "value", "url", "relationship"))
        )
        for node in root.iterfind("common:external-ids/common:external-id", _PREFIXES)
    )


def _date(root: etree._Element, path: str) -> FuzzyDate | None:
    node = _find(root, path)
    if node is None:
        return None
    return FuzzyDate(*(int(_text(node, f"common:{part}") or 0) for part in ("year", "month", "day")))


def _contradictions(root: etree._Element) -> list[str]:
    """What a message can say and a dataclass cannot: an iD that is one in its address and another in its path."""
    found = []
    for node in root.iterfind(".//common:contributor-orcid", _PREFIXES):
        uri, path = _text(node, "common:uri"), _text(node, "common:path")
        if not uri and not path:
            found.append("The iD of a contributor is empty.")
        elif uri and path and not uri.endswith(f"/{path}"):
            found.append(f"A contributor has two iDs, “{uri}” and “{path}”.")
    return found


def _find(node: etree._Element, path: str) -> etree._Element | None:
    return node.find(path, _PREFIXES)


def _text(node: etree._Element, path: str) -> str:
    return node.findtext(path, "", _PREFIXES) or ""


_KINDS = {
    "work": (shapes.WORK_SHAPE, read_work, work.check),
    "education": (shapes.EDUCATION_SHAPE, read_education, education.check),
}
