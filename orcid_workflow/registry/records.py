"""From the database to ORCID's JSON form: single items, sections, person, activities, record.

What a reader may see is decided by a ``Reader`` (access.py); here it is only asked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from . import external_ids, funding, orcid_id, shapes
from .codec import fill
from .envelopes import AFFILIATIONS, PERSON_ITEMS
from .models import Client, Email, Item, Person

#: The kinds whose short form is not the whole item.
_SUMMARIES = {"work": shapes.WORK_SUMMARY, "funding": funding.FUNDING_SUMMARY}


class Reader(Protocol):
    """Somebody reading a record."""

    def may_see(self, visibility: str, client_id: str | None = None, private_scope: str = "") -> bool:
        """True when an item of this visibility, added by this client, is shown."""


def millis(moment: datetime | None) -> dict | None:
    """A time as ORCID's JSON has it: ``{"value": epoch milliseconds}``."""
    return {"value": int(moment.timestamp() * 1000)} if moment else None


def orcid_object(orcid: str) -> dict:
    """An iD as the ``uri``/``path``/``host`` object."""
    return {"uri": orcid_id.uri(orcid), "path": orcid, "host": orcid_id.HOST}


def source(person: Person, client: Client | None) -> dict:
    """Who added an item: a client, or the person."""
    empty = dict.fromkeys(field.key for field in shapes.SOURCE.fields)
    if client is None:
        name = person.public_name
        return empty | {
            "source-orcid": orcid_object(person.orcid),
            "source-name": {"value": name} if name else None,
        }
    uri = f"https://{orcid_id.HOST}/client/{client.client_id}"
    return empty | {
        "source-client-id": {"uri": uri, "path": client.client_id, "host": orcid_id.HOST},
        "source-name": {"value": client.name},
    }


def item_json(item: Item, person: Person) -> dict:
    """A whole item as it is given out by its own address."""
    shape = shape_of(item.kind)
    path = PERSON_ITEMS[item.kind][1] if item.kind in PERSON_ITEMS else item.kind
    body = dict(item.body)
    if ids := external_ids.listed(body):
        body["external-ids"] = {"external-id": [external_ids.for_reading(one) for one in ids]}
    if item.kind == "external-identifier":
        body |= external_ids.for_reading(body)
    if body.get("contributors"):
        body["contributors"] = {
            "contributor": [_contributor(one) for one in body["contributors"]["contributor"]]
        }
    return fill(shape, body) | {
        "created-date": millis(item.created),
        "last-modified-date": millis(item.modified),
        "source": source(person, item.client),
        "put-code": item.pk,
        "path": f"/{person.orcid}/{path}/{item.pk}",
        "visibility": item.visibility,
        # Activities write the index as a string, facts about the person as a number.
        "display-index": 0 if item.kind in PERSON_ITEMS else "0",
    }


def shape_of(kind: str) -> shapes.Group:
    """The table of an item's kind."""
    if kind in PERSON_ITEMS:
        return PERSON_ITEMS[kind][2]
    return {"work": shapes.WORK, "funding": funding.FUNDING}.get(kind, shapes.AFFILIATION)


def summary_json(item: Item, person: Person) -> dict:
    """The short form of a work or an affiliation, as the lists have it."""
    whole = item_json(item, person)
    summary = _SUMMARIES.get(item.kind)
    return {field.key: whole[field.key] for field in summary.fields} if summary else whole


def grouped(person: Person, kind: str, items: Iterable[Item]) -> dict:
    """``/works`` and ``/fundings``: summaries, those that share a ``self`` identifier in one group."""
    groups = [
        {
            "last-modified-date": _latest(group),
            "external-ids": _group_ids(group),
            f"{kind}-summary": [summary_json(item, person) for item in group],
        }
        for group in _grouped(items)
    ]
    return _section(person, f"{kind}s", "group", groups)


def affiliations(person: Person, kind: str, items: Iterable[Item]) -> dict:
    """``/educations`` and its sisters."""
    groups = [
        {
            "last-modified-date": _latest(group),
            "external-ids": _group_ids(group),
            "summaries": [{f"{kind}-summary": summary_json(item, person)} for item in group],
        }
        for group in _grouped(items)
    ]
    return _section(person, AFFILIATIONS[kind], "affiliation-group", groups)


def activities(person: Person, reader: Reader) -> dict:
    """``activities-summary`` of the record."""
    items = visible_items(person, reader)
    sections = {
        f"{kind}s": grouped(person, kind, [i for i in items if i.kind == kind])
        for kind in ("work", "funding")
    }
    for kind, plural in AFFILIATIONS.items():
        sections[plural] = affiliations(person, kind, [i for i in items if i.kind == kind])
    for empty in ("peer-reviews", "research-resources"):
        sections[empty] = _section(person, empty, "group", [])
    return _dated(sections) | {"path": f"/{person.orcid}/activities"}


def person_section(person: Person, kind: str, items: Iterable[Item]) -> dict:
    """``/keywords``, ``/other-names`` and the like; ``kind`` is the singular."""
    _name, path, _shape = PERSON_ITEMS[kind]
    return _section(person, path, kind, [item_json(item, person) for item in items])


def emails(person: Person, reader: Reader) -> dict:
    """``/email``: verified addresses only, whatever their visibility."""
    shown = [
        email
        for email in person.emails.filter(verified=True).order_by("-primary", "pk")
        if reader.may_see(email.visibility, private_scope="/email/read-private")
    ]
    return _section(person, "email", "email", [_email(person, email) for email in shown])


def person(who: Person, reader: Reader) -> dict:
    """The section ``/person`` of a record (person-3.0.xsd), as whoever asks may see it."""
    items = visible_items(who, reader)
    sections = {
        section: person_section(who, kind, [i for i in items if i.kind == kind])
        for kind, (section, _path, _shape) in PERSON_ITEMS.items()
    }
    sections["emails"] = emails(who, reader)
    return _dated(sections) | {
        "name": name(who, reader),
        "biography": biography(who, reader),
        "path": f"/{who.orcid}/person",
    }


def personal_details(who: Person, reader: Reader) -> dict:
    """``/personal-details``: names and biography."""
    items = [item for item in visible_items(who, reader) if item.kind == "other-name"]
    sections = {"other-names": person_section(who, "other-name", items)}
    return _dated(sections) | {
        "name": name(who, reader),
        "biography": biography(who, reader),
        "path": f"/{who.orcid}/personal-details",
    }


def name(who: Person, reader: Reader) -> dict | None:
    """The names, or None when they are hidden from this reader or there are none."""
    parts = {
        "given-names": who.given_names,
        "family-name": who.family_name,
        "credit-name": who.credit_name,
    }
    if not any(parts.values()) or not reader.may_see(who.name_visibility):
        return None
    return {
        "created-date": millis(who.created),
        "last-modified-date": millis(who.modified),
        **{key: {"value": value} if value else None for key, value in parts.items()},
        "source": None,
        "visibility": who.name_visibility,
        "path": who.orcid,
    }


def biography(who: Person, reader: Reader) -> dict | None:
    """The biography, if there is one and this reader may see it."""
    if not who.biography or not reader.may_see(who.visibility_default):
        return None
    return {
        "created-date": millis(who.created),
        "last-modified-date": millis(who.modified),
        "content": who.biography,
        "visibility": who.visibility_default,
        "path": f"/{who.orcid}/biography",
    }


def record(who: Person, reader: Reader) -> dict:
    """The whole record (record-3.0.xsd), as whoever asks may see it."""
    verified = who.emails.filter(verified=True)
    return {
        "orcid-identifier": orcid_object(who.orcid),
        "preferences": {"locale": who.locale},
        "history": {
            "creation-method": "DIRECT",
            "completion-date": None,
            "submission-date": millis(who.created),
            "last-modified-date": millis(who.modified),
            "claimed": who.status != Person.Status.UNCLAIMED,
            "source": None,
            "deactivation-date": None,
            "verified-email": verified.exists(),
            "verified-primary-email": verified.filter(primary=True).exists(),
        },
        "person": person(who, reader),
        "activities-summary": activities(who, reader),
        "path": f"/{who.orcid}",
    }


def visible_items(who: Person, reader: Reader, **filters: object) -> list[Item]:
    """The items that ``reader`` may see; the others are left out without a word."""
    items = who.items.select_related("client").filter(**filters)
    return [item for item in items if reader.may_see(item.visibility, item.client_id)]


def _section(who: Person, path: str, key: str, entries: list[dict]) -> dict:
    return _dated({key: entries}) | {"path": f"/{who.orcid}/{path}"}


def _dated(data: dict) -> dict:
    """Put the newest ``last-modified-date`` of the parts in front; null when there are none."""
    parts = [part for value in data.values() for part in (value if isinstance(value, list) else [value])]
    dates = [part["last-modified-date"] for part in parts if part and part.get("last-modified-date")]
    return {"last-modified-date": max(dates, key=lambda date: date["value"], default=None), **data}


def _latest(items: list[Item]) -> dict | None:
    return millis(max(item.modified for item in items))


def _grouped(items: Iterable[Item]) -> list[list[Item]]:
    """Items that share a ``self`` identifier together, the others alone, in the order of their put-codes."""
    group_of: dict[tuple[str, str], list[Item]] = {}
    groups: dict[int, list[Item]] = {}
    for item in items:
        keys = external_ids.self_keys(item.body)
        members = [item]
        for joined in {id(group_of[key]): group_of[key] for key in keys if key in group_of}.values():
            members = joined + members
            del groups[id(joined)]
            keys |= {key for one in joined for key in external_ids.self_keys(one.body)}
        groups[id(members)] = members
        group_of.update(dict.fromkeys(keys, members))
    return list(groups.values())


def _group_ids(items: list[Item]) -> dict:
    own = {}
    for item in items:
        for one in external_ids.listed(item.body):
            if one.get("external-id-relationship") == "self":
                normalised = external_ids.normalise(one["external-id-type"], one["external-id-value"])
                own.setdefault((one["external-id-type"], normalised), external_ids.for_reading(one))
    return {"external-id": list(own.values())}


def _contributor(one: dict) -> dict:
    given = one.get("contributor-orcid")
    if given and (given.get("path") or given.get("uri")):
        path = given.get("path") or given["uri"].rsplit("/", 1)[1]
        given = orcid_object(path) | {key: value for key, value in given.items() if value}
    # The e-mail of a contributor is taken and never given out.
    return one | {"contributor-orcid": given, "contributor-email": None}


def _email(who: Person, email: Email) -> dict:
    return {
        "created-date": millis(email.created),
        "last-modified-date": millis(email.modified),
        "source": source(who, None),
        "email": email.address,
        "path": None,
        "visibility": email.visibility,
        "verified": email.verified,
        "primary": email.primary,
        "put-code": None,
    }
