"""Creating, changing and deleting items: the order of checks and what is stored. Source: ORCID's
WorkManagerImpl and AffiliationsManagerImpl."""

from django.db import transaction

from . import external_ids, rules
from .access import Caller
from .errors import refuse
from .models import Item
from .shapes import SYSTEM

WORKS_LIMIT = 10_000
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
    with transaction.atomic():
        if kind == "work" and caller.person.items.filter(kind="work").count() >= WORKS_LIMIT:
            raise refuse(9048, limit=WORKS_LIMIT)
        _check_duplicate(caller, kind, body, ("self", "version-of") if batch else ("self",))
        return Item.objects.create(
            person=caller.person,
            kind=kind,
            client=caller.token.client,
            visibility=caller.person.visibility_default,
            body=own_fields(body),
        )


def replace(caller: Caller, kind: str, put_code: int, body: dict) -> Item:
    """Replace an item whole and return it. An identical body changes nothing. Raises ApiError."""
    if body.get("put-code") != put_code:
        raise refuse(9019, url=put_code, body=body.get("put-code"))
    caller.check_scope("/activities/update")
    with transaction.atomic():
        item = find(caller, kind, put_code)
        _check(kind, body)
        if body.get("visibility") not in (None, item.visibility):
            raise refuse(9035, stored=item.visibility)
        _check_duplicate(caller, kind, body, ("self",), except_put_code=put_code)
        _check_source(caller, item)
        if item.body != (new := own_fields(body)):
            item.body = new
            item.save()
    return item


def delete(caller: Caller, kind: str, put_code: int) -> None:
    """Take an item off the record. Raises ApiError."""
    caller.check_scope("/activities/update")
    with transaction.atomic():
        item = find(caller, kind, put_code)
        _check_source(caller, item)
        item.delete()


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
    else:
        rules.check_affiliation(kind, body)


def _check_source(caller: Caller, item: Item) -> None:
    if item.client_id != caller.token.client_id:
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
    keys = external_ids.self_keys(body)
    if not keys:
        return
    mine = Item.objects.filter(person=caller.person, kind=kind, client=caller.token.client)
    for other in mine.exclude(pk=except_put_code):
        if keys & external_ids.self_keys(other.body, relationships):
            raise refuse(9021, put_code=other.pk)
