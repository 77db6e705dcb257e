"""Creating, changing and deleting items: the order of checks and what is stored. Source: ORCID's
WorkManagerImpl and AffiliationsManagerImpl."""

from . import external_ids, rules, webhooks
from .access import Caller
from .errors import refuse
from .models import Client, Identifier, Item, Person
from .shapes import SYSTEM
from .storage import one_writer
from .switches import switches

_SYSTEM_KEYS = frozenset(field.key for field in SYSTEM)


def create(caller: Caller, kind: str, body: dict, *, batch: bool = False) -> Item:
    """Put a new item on the record and return it. Raises ApiError.

    The visibility in ``body`` is not read: the person's default counts. With ``batch`` a new ``self`` also
    clashes with an earlier ``version-of`` of the same value.
    """
    caller.check_scope("/activities/update")
    if body.get("put-code") is not None:
        raise refuse(9024)
    _check(kind, body)
    with one_writer():
        limit = switches.works_limit
        if kind == "work" and caller.person.items.filter(kind="work").count() >= limit:
            raise refuse(9048, limit=limit)
        _check_duplicate(caller, kind, body, ("self", "version-of") if batch else ("self",))
        return add(caller.person, kind, own_fields(body), client=caller.client)


def add(person: Person, kind: str, body: dict, *, client: Client | None = None) -> Item:
    """Put a new item on a record, unchecked, and note that the record changed."""
    with one_writer():
        item = store(person, kind, body, client=client)
        webhooks.changed(person.pk)
    return item


def store(
    person: Person, kind: str, body: dict, *, client: Client | None = None, visibility: str = ""
) -> Item:
    """Store a new item and its identifiers. ``visibility`` is the person's default unless it is given."""
    item = Item.objects.create(
        person=person,
        kind=kind,
        client=client,
        visibility=visibility or person.visibility_default,
        body=body,
    )
    _index(item)
    return item


def replace(caller: Caller, kind: str, put_code: int, body: dict) -> Item:
    """Replace an item whole and return it. An identical body changes nothing. Raises ApiError."""
    if body.get("put-code") != put_code:
        raise refuse(9019, url=put_code, body=body.get("put-code"))
    caller.check_scope("/activities/update")
    with one_writer():
        item = find(caller, kind, put_code)
        _check(kind, body)
        if body.get("visibility") not in (None, item.visibility):
            raise refuse(9035, stored=item.visibility)
        _check_duplicate(caller, kind, body, ("self",), except_put_code=put_code)
        _check_source(caller, item)
        if item.body != (new := own_fields(body)):
            item.body = new
            item.save()
            item.identifiers.all().delete()
            _index(item)
            webhooks.changed(item.person_id)
    return item


def delete(caller: Caller, kind: str, put_code: int) -> None:
    """Take an item off the record. Raises ApiError."""
    caller.check_scope("/activities/update")
    with one_writer():
        item = find(caller, kind, put_code)
        _check_source(caller, item)
        remove(item)


def remove(item: Item) -> None:
    """Take an item off its record, whoever wants it."""
    with one_writer():
        item.delete()
        webhooks.changed(item.person_id)


def find(caller: Caller, kind: str, put_code: int) -> Item:
    """The item of this record with this put-code. Raises 9016."""
    item = caller.person.items.select_related("client").filter(kind=kind, pk=put_code).first()
    if item is None:
        raise refuse(9016, kind=kind, put_code=put_code)
    return item


def own_fields(body: dict) -> dict:
    """``body`` without what the registry fills in; a source that a client sends is thrown away."""
    return {key: value for key, value in body.items() if key not in _SYSTEM_KEYS}


def _check(kind: str, body: dict) -> None:
    if kind == "work":
        rules.check_work(body)
    elif kind == "funding":
        rules.check_funding(body)
    else:
        rules.check_affiliation(kind, body)


def _check_source(caller: Caller, item: Item) -> None:
    if item.client_id != caller.client.pk:
        raise refuse(9010, kind=item.kind)


def _check_duplicate(
    caller: Caller,
    kind: str,
    body: dict,
    relationships: tuple[str, ...],
    *,
    except_put_code: int | None = None,
) -> None:
    """Refuse with 9021 an item that shares a ``self`` identifier with another of the same client and kind."""
    for id_type, value in sorted(external_ids.self_keys(body)):
        other = Identifier.objects.filter(
            value=value,
            type=id_type,
            relationship__in=relationships,
            item__person=caller.person,
            item__kind=kind,
            item__client=caller.client,
        ).exclude(item=except_put_code)
        if put_code := other.order_by("item").values_list("item", flat=True).first():
            raise refuse(9021, put_code=put_code)


def _index(item: Item) -> None:
    """Note the item's identifiers for the duplicate check."""
    found = [
        Identifier(
            item=item,
            type=one["external-id-type"],
            value=external_ids.normalise(one["external-id-type"], one["external-id-value"]),
            relationship=one.get("external-id-relationship") or "",
        )
        for one in external_ids.listed(item.body)
    ]
    if found:
        Identifier.objects.bulk_create(found)
