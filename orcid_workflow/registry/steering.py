"""What the controls do to people, clients, items and tokens: by name, with every value checked."""

from django.db import models

from . import webhooks
from .models import VISIBILITIES, Client, Item, Person
from .storage import one_writer
from .tokens import revoke_by_person
from .writing import remove

_PERSON_FIELDS = {
    "status": Person.Status.values,
    "primary": None,
    "name_visibility": [name for name, _words in VISIBILITIES],
    "visibility_default": [name for name, _words in VISIBILITIES],
    "given_names": None,
    "family_name": None,
    "credit_name": None,
    "sparse": [True, False],
}
_CLIENT_FIELDS = {
    "kind": Client.Kind.values,
    "status": Client.Status.values,
    "webhooks": [True, False],
    "secret": None,
}


class NotThere(LookupError):
    """There is no such person, client or item."""


def set_person(orcid: str, **values: object) -> None:
    """Set the state of a record. Raises NotThere, or ValueError for what cannot be.

    ``status`` deprecated needs ``primary``, the iD that replaced this one.
    """
    if values.get("status") == Person.Status.DEPRECATED and not values.get("primary"):
        raise ValueError("a deprecated record needs primary, the iD that replaced it")
    with one_writer():
        _set(Person, orcid, _PERSON_FIELDS, values)
        webhooks.changed(orcid)


def set_client(client_id: str, **values: object) -> None:
    """Set the kind, state and permissions of a client. Raises NotThere or ValueError."""
    with one_writer():
        _set(Client, client_id, _CLIENT_FIELDS, values)


def remove_item(put_code: int) -> None:
    """Delete an item as its owner would. Raises NotThere."""
    item = Item.objects.filter(pk=put_code).first()
    if item is None:
        raise NotThere(f"there is no item {put_code}")
    remove(item)


def set_visibility(put_code: int, visibility: str) -> None:
    """Change who sees an item, as its owner would. Raises NotThere or ValueError."""
    with one_writer():
        _set(Item, put_code, {"visibility": _PERSON_FIELDS["name_visibility"]}, {"visibility": visibility})
        webhooks.changed(Item.objects.get(pk=put_code).person_id)


def end_trust(orcid: str, client_id: str) -> None:
    """What a person does on the page of trusted organisations. Raises NotThere."""
    person = Person.objects.filter(pk=orcid).first()
    client = Client.objects.filter(pk=client_id).first()
    if person is None or client is None:
        raise NotThere("there is no such person or client")
    with one_writer():
        revoke_by_person(person, client)


def _set(
    model: type[models.Model], key: object, allowed: dict[str, list | None], values: dict[str, object]
) -> None:
    for name, value in values.items():
        if name not in allowed:
            raise ValueError(f"{name} cannot be set")
        choices = allowed[name]
        if choices is not None and value not in choices:
            raise ValueError(f"{name} is one of {', '.join(map(str, choices))}")
    if not model.objects.filter(pk=key).exists():
        raise NotThere(f"there is no {model.__name__.lower()} {key}")
    if values:
        model.objects.filter(pk=key).update(**values)
