"""A message to ORCID as lines that its owner can read: every text in it, in words, in the message's own order."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pycountry
from django.utils.formats import date_format
from lxml import etree

from .. import messages


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message. ``text`` may have paragraphs; ``link`` is a web address or ""."""

    label: str
    text: str
    link: str = ""


_TYPES = {"dissertation-thesis": "Dissertation or thesis", "undefined": "Not said"}
_ID_NAMES = {
    "doi": "DOI",
    "handle": "Handle",
    "uri": "Web address",
    "urn": "URN",
    "isbn": "ISBN",
    "issn": "ISSN",
    "ark": "ARK",
    "grant_number": "Grant number",
    "source-work-id": "Number of this site",
}
# What an identifier names, as "DOI …": the relationship of orcid.md §11.
_RELATIONSHIPS = {
    "self": "Identifier",
    "part-of": "Part of",
    "version-of": "Version of",
    "funded-by": "Funded by",
}
# Labels of elements that stand for themselves; what is not named here is called by its element.
_LABELS = {
    "journal-title": "Institution, series or journal",
    "short-description": "Abstract",
    "url": "Address",
    "department-name": "Department",
    "role-title": "Degree or role",
    "credit-name": "Name",
}


def lines_of(message: bytes | str) -> list[Line]:
    """Return the lines of an XML message for a work or an affiliation (``work-3.0.xsd``, ``education-3.0.xsd``).

    Nothing that is sent is left out: an element that is not known here is shown under its own name. "" gives no
    line. Raises ``lxml.etree.XMLSyntaxError`` for what is no XML.
    """
    if not message:
        return []
    root = messages.parse(message.encode() if isinstance(message, str) else message)
    return [line for node in root if isinstance(node.tag, str) for line in _read(node)]


def _read(node: etree._Element) -> Iterator[Line]:
    name = etree.QName(node).localname
    if name in _READERS:
        yield from _READERS[name](node)
        return
    children = [child for child in node if isinstance(child.tag, str)]
    for child in children:
        yield from _read(child)
    if text := (node.text or "").strip():
        label = _LABELS.get(name) or name.replace("-", " ").capitalize()
        yield Line(label, text, text if name == "url" else "")


def _values(node: etree._Element) -> dict[str, str]:
    """Return the texts of all leaves by local name, in order."""
    return {
        etree.QName(leaf).localname: (leaf.text or "").strip()
        for leaf in node.iter(etree.Element)
        if not len(leaf)
    }


def _rest(values: dict[str, str], *known: str) -> Iterator[Line]:
    for name, text in values.items():
        if name not in known and text:
            yield Line(name.replace("-", " ").capitalize(), text)


def _title(node: etree._Element) -> Iterator[Line]:
    for child in node.iterchildren(etree.Element):
        name, text = etree.QName(child).localname, (child.text or "").strip()
        if name == "translated-title":
            yield Line(f"Title in {_language_name(child.get('language-code', ''))}", text)
        elif text:
            yield Line(name.replace("-", " ").capitalize(), text)


def _citation(node: etree._Element) -> Iterator[Line]:
    values = _values(node)
    kind = values.get("citation-type", "").removeprefix("formatted-")
    yield Line(f"Citation ({kind})" if kind else "Citation", values.get("citation-value", ""))
    yield from _rest(values, "citation-type", "citation-value")


def _type(node: etree._Element) -> Iterator[Line]:
    text = node.text or ""
    yield Line("Kind", _TYPES.get(text) or text.replace("-", " ").capitalize())


def _date(label: str) -> Callable[[etree._Element], Iterator[Line]]:
    def read(node: etree._Element) -> Iterator[Line]:
        values = _values(node)
        parts = [values.get(name, "") for name in ("year", "month", "day")]
        yield Line(label, date_in_words("-".join(part for part in parts if part)))

    return read


def date_in_words(date: str) -> str:
    """Return ``2026-05-07`` as "7 May 2026", ``2026-05`` as "May 2026"; anything else as it is."""
    for form, words in (("%Y-%m-%d", "j F Y"), ("%Y-%m", "F Y")):
        try:
            return date_format(dt.datetime.strptime(date, form), words)
        except ValueError:
            continue
    return date


def _external_id(node: etree._Element) -> Iterator[Line]:
    values = _values(node)
    kind = values.get("external-id-type", "")
    relationship = values.get("external-id-relationship", "")
    link = values.get("external-id-url", "")
    text = f"{_ID_NAMES.get(kind, kind)} {values.get('external-id-value', '')}"
    if link:
        text = f"{text} ({link})"
    yield Line(_RELATIONSHIPS.get(relationship, relationship.capitalize() or "Other identifier"), text, link)
    yield from _rest(
        values, "external-id-type", "external-id-value", "external-id-url", "external-id-relationship"
    )


def _contributor(node: etree._Element) -> Iterator[Line]:
    values = _values(node)
    role = values.get("contributor-role", "").rstrip("/").rsplit("/", 1)[-1]
    link = values.get("uri") or (f"https://orcid.org/{values['path']}" if values.get("path") else "")
    text = f"{values.get('credit-name', '')}, {link}" if link else values.get("credit-name", "")
    yield Line(role.replace("-", " ").capitalize() or "Contributor", text, link)
    # The iD's path and host are in its address; the sequence is the order in which the lines stand.
    yield from _rest(values, "credit-name", "contributor-role", "uri", "path", "host", "contributor-sequence")


def _organisation(node: etree._Element) -> Iterator[Line]:
    values = _values(node)
    yield Line("Organisation", values.get("name", ""))
    place = [values.get("city", ""), values.get("region", ""), country_name(values.get("country", ""))]
    if any(place):
        yield Line("Place", ", ".join(part for part in place if part))
    number = values.get("disambiguated-organization-identifier", "")
    if number:
        source = values.get("disambiguation-source", "")
        link = number if number.startswith(("https://", "http://")) else ""
        yield Line("Organisation’s identifier", f"{source} {number}".strip(), link)
    yield from _rest(
        values,
        "name",
        "city",
        "region",
        "country",
        "disambiguated-organization-identifier",
        "disambiguation-source",
    )


def _language(node: etree._Element) -> Iterator[Line]:
    yield Line("Language", _language_name(node.text or ""))


def _country(node: etree._Element) -> Iterator[Line]:
    yield Line("Country", country_name(node.text or ""))


def _language_name(code: str) -> str:
    """Return the English name for a code of ORCID's list (old codes and ``zh_TW`` among them), or the code."""
    special = {
        "zh_CN": "Chinese (simplified)",
        "zh_TW": "Chinese (traditional)",
        "iw": "Hebrew",
        "in": "Indonesian",
        "ji": "Yiddish",
    }
    found = pycountry.languages.get(alpha_2=code)
    return special.get(code) or (found.name if found else code)


def country_name(code: str) -> str:
    """Return the English name of an ISO 3166-1 alpha-2 code, or the code when there is none."""
    found = pycountry.countries.get(alpha_2=code)
    return getattr(found, "common_name", found.name) if found else code


_READERS: dict[str, Callable[[etree._Element], Iterator[Line]]] = {
    "title": _title,
    "citation": _citation,
    "type": _type,
    "publication-date": _date("Date"),
    "start-date": _date("Begun"),
    "end-date": _date("Ended"),
    "external-id": _external_id,
    "contributor": _contributor,
    "organization": _organisation,
    "language-code": _language,
    "country": _country,
}
