"""A thesis in DSpace's metadata: fields, languages and, for people with an iD, an authority (metadata.md §2 C, §4)."""

import re
from typing import Any

from submissions.metadata.crosswalks import dim, xml
from submissions.metadata.record import ThesisRecord

from .dspace_talk import Talk
from .identity import handle_in
from .survival import people_of

#: Which field is in which section of an unchanged DSpace's submission form; the rest is written in the archive.
SECTIONS = {
    **dict.fromkeys(
        (
            *("dc.contributor.author", "dc.title", "dc.title.alternative", "dc.date.issued", "dc.publisher"),
            *("dc.identifier.other", "dc.identifier.isbn", "dc.type", "dc.language.iso"),
        ),
        "traditionalpageone",
    ),
    **dict.fromkeys(
        ("dc.subject", "dc.description.abstract", "dc.description.sponsorship"), "traditionalpagetwo"
    ),
}
_PEOPLE = "dc.contributor."
_REFERENCE = "will be referenced::ORCID::"
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Values = list[dict[str, Any]]


def wanted(record: ThesisRecord, *, stock: bool, with_ids: bool) -> dict[str, Values]:
    """Field -> its values, as DSpace takes them. ``with_ids``: an iD goes with a name as an authority that DSpace turns
    into a reference to a person, where authority control is on; elsewhere it drops it.
    """
    fields: dict[str, Values] = {}
    people = iter(people_of(record))
    for one in dim.fields(record, stock_only=stock):
        name = ".".join(filter(None, (one.schema, one.element, one.qualifier)))
        value: dict[str, Any] = {"value": one.text, "language": xml.language_tag(one.language) or None}
        person = next(people, None) if one.element == "contributor" else None
        if person and person.orcid and with_ids:
            value |= {"authority": f"{_REFERENCE}{person.orcid.path}", "confidence": 600}
        fields.setdefault(name, []).append(value)
    return fields


def operations(
    prefix: str, fields: dict[str, Values], there: dict[str, Values], former: list[str], *, with_ids: bool
) -> list[dict[str, Any]]:
    """The JSON Patch that makes ``there`` say ``fields``. ``former``: fields that we wrote before; those that are no
    longer wanted go, and nobody else's are touched. An ``add`` replaces all values of a field (metadata-patch.md).

    ``with_ids``: an authority beside a name says whose iD it is, and one that we do not send any more goes. Where none
    are sent, those that the repository itself set stay.
    """
    steps = [
        {"op": "add", "path": f"{prefix}/{name}", "value": values}
        for name, values in fields.items()
        if any("authority" in one for one in values)
        or _plain(values) != _plain(there.get(name, []))
        or (
            with_ids and name.startswith(_PEOPLE) and any(one.get("authority") for one in there.get(name, []))
        )
    ]
    gone = [name for name in former if name not in fields and name in there]
    return steps + [{"op": "remove", "path": f"{prefix}/{name}"} for name in gone]


def with_own_addresses(fields: dict[str, Values], there: dict[str, Values], handle: str) -> dict[str, Values]:
    """``fields`` with the address that DSpace itself wrote when it gave the handle: ours would take its place."""
    ours = fields.get("dc.identifier.uri", [])
    known = {one["value"] for one in ours}
    own = [
        {"value": one["value"], "language": one.get("language")}
        for one in there.get("dc.identifier.uri", [])
        if handle and one["value"].endswith(handle) and one["value"] not in known
    ]
    return {**fields, "dc.identifier.uri": [*own, *ours]} if own or ours else fields


def handle_address(there: dict[str, Values], handle: str) -> str:
    """The address of the handle as DSpace writes it; at hdl.handle.net when it writes none."""
    for one in there.get("dc.identifier.uri", []):
        if handle and one["value"].endswith(handle):
            return one["value"]
    return f"https://hdl.handle.net/{handle}" if handle else ""


def is_global(address: str) -> bool:
    """Whether a handle resolves for everybody, and is not the placeholder of a DSpace without a handle server."""
    return bool(handle_in(address)) and not handle_in(address).startswith("123456789/")


def people(there: dict[str, Values], talk: Talk) -> list[tuple[str, str]]:
    """Name and bare iD of everybody in the contributor fields; a person's item is asked for its iD."""
    found, known = [], {}
    for name, values in there.items():
        if not name.startswith(_PEOPLE):
            continue
        for one in values:
            authority = one.get("authority") or ""
            bare = _ORCID.search(authority)
            item = _UUID.search(authority.lower())
            if item and item.group() not in known:
                known[item.group()] = _orcid_of(item.group(), talk)
            orcid = known[item.group()] if item else bare.group() if bare else ""
            found.append((one["value"], orcid))
    return found


def texts(there: dict[str, Values], *names: str) -> set[str]:
    """All texts of some fields."""
    return {one["value"] for name in names for one in there.get(name, [])}


def _orcid_of(item: str, talk: Talk) -> str:
    answer = talk("read back person", "GET", f"api/core/items/{item}", ok=(200, 401, 403, 404))
    metadata = (answer.data or {}).get("metadata", {}) if answer.status == 200 else {}
    return next(iter(texts(metadata, "person.identifier.orcid")), "")


def _plain(values: Values) -> list[tuple[str, str]]:
    return [(one["value"], one.get("language") or "") for one in values]
