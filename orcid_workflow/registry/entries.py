"""From the short forms of a people file to items as ORCID has them.

Works and fundings go through the same checks as if a client had posted them; the rest was entered by the
person, whom ORCID asks for less.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

from . import codec, rules
from .envelopes import AFFILIATIONS
from .shapes import SYSTEM

_SYSTEM_KEYS = frozenset(field.key for field in SYSTEM)
_ABOUT_ITEM = ("visibility", "client_id")


class Entry(NamedTuple):
    """An item to be stored. ``visibility`` and ``client_id`` are None where the file does not name them."""

    kind: str
    body: dict
    visibility: str | None = None
    client_id: str | None = None


def read(data: dict) -> Iterator[Entry]:
    """Everything of a person in the file that gets a put-code, in the order in which ORCID would show it.

    Raises ApiError, BadShape or KeyError for an entry that is wrong.
    """
    for kind, key in (("other-name", "other_names"), ("keyword", "keywords")):
        yield from (Entry(kind, {"content": content}) for content in data.get(key, []))
    if data.get("country"):
        yield Entry("address", {"country": {"value": data["country"]}})
    for url in data.get("researcher_urls", []):
        yield Entry("researcher-url", {"url-name": url.get("name"), "url": {"value": url["url"]}})
    for one in data.get("external_identifiers", []):
        yield Entry("external-identifier", _identifier(one["type"], one["value"], one.get("url")))
    for kind, plural in AFFILIATIONS.items():
        for one in data.get(plural.replace("-", "_"), []):
            yield _entry(kind, _affiliation(one), one)
    for work in data.get("works", []):
        body = _checked("work", _work(work) if isinstance(work["title"], str) else work)
        rules.check_work(body)
        yield _entry("work", body, work)
    for funding in data.get("fundings", []):
        body = _checked("funding", _funding(funding))
        rules.check_funding(body)
        yield _entry("funding", body, funding)


def _entry(kind: str, body: dict, data: dict) -> Entry:
    return Entry(kind, body, data.get("visibility"), data.get("client_id"))


def _checked(kind: str, body: dict) -> dict:
    """Hold a body to the schema, as if it had been posted as JSON; without what the registry fills in."""
    sent = {key: value for key, value in body.items() if key not in _ABOUT_ITEM}
    read = codec.read_json(json.dumps(sent).encode(), kind)
    return {key: value for key, value in read.items() if key not in _SYSTEM_KEYS}


def _work(data: dict) -> dict:
    """``title`` and one of ``doi``, ``handle`` or ``isbn``; ``type``, ``journal``, ``date`` and ``url``."""
    id_type = next(name for name in ("doi", "handle", "isbn") if name in data)
    resolver = {"doi": "https://doi.org/", "handle": "https://hdl.handle.net/"}.get(id_type)
    link = f"{resolver}{data[id_type]}" if resolver else None
    return _without_none(
        {
            "title": {"title": {"value": data["title"]}},
            "journal-title": _value(data.get("journal")),
            "type": data.get("type", "journal-article"),
            "publication-date": date(data.get("date")),
            "external-ids": {"external-id": [_identifier(id_type, data[id_type], link)]},
            "url": _value(data.get("url")),
        }
    )


def _funding(data: dict) -> dict:
    """``title``, ``organization`` with ``org_id`` and ``grant_number``; ``type``, dates, amount and more."""
    amount = data.get("amount")
    affiliation = _affiliation(data)
    return _without_none(
        {
            "type": data.get("type", "grant"),
            "title": {"title": {"value": data["title"]}},
            "short-description": data.get("description"),
            "amount": {"value": amount, "currency-code": data["currency"]} if amount else None,
            "url": affiliation["url"],
            "start-date": affiliation["start-date"],
            "end-date": affiliation["end-date"],
            "external-ids": {
                "external-id": [_identifier("grant_number", data["grant_number"], data.get("grant_url"))]
            },
            "organization": affiliation["organization"],
        }
    )


def _affiliation(data: dict) -> dict:
    """``organization`` and its place; ``role_title``, ``department``, dates, ``url`` and ``org_id``."""
    body = {
        "department-name": data.get("department"),
        "role-title": data.get("role_title"),
        "start-date": date(data.get("start")),
        "end-date": date(data.get("end")),
        "organization": {
            "name": data["organization"],
            "address": {key: data.get(key) for key in ("city", "region", "country")},
            "disambiguated-organization": None,
        },
        "url": _value(data.get("url")),
    }
    if data.get("org_id"):
        body["organization"]["disambiguated-organization"] = {
            "disambiguated-organization-identifier": data["org_id"],
            "disambiguation-source": data.get("org_source", "ROR"),
        }
    return body


def _identifier(id_type: str, value: str, url: str | None) -> dict:
    one = {
        "external-id-type": id_type,
        "external-id-value": value,
        "external-id-url": _value(url),
        "external-id-relationship": "self",
    }
    return _without_none(one)


def _value(text: str | None) -> dict | None:
    return {"value": text} if text else None


def _without_none(data: dict) -> dict:
    return {key: value for key, value in data.items() if value is not None}


def date(text: str | None) -> dict | None:
    """``2026``, ``2026-05`` or ``2026-05-31`` as a fuzzy date."""
    if not text:
        return None
    parts = dict(zip(("year", "month", "day"), str(text).split("-"), strict=False))
    return {name: {"value": parts[name]} if name in parts else None for name in ("year", "month", "day")}
