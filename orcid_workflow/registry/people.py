"""Loading people and clients from a JSON file, as often as one likes: who is there already stays the same.

The file is a list of people, or ``{"people": […], "clients": […], "organizations": […]}``. Of a person only
``orcid`` and ``password`` are needed; ``load_person`` and ``entries.py`` name the rest.
"""

import functools
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from . import codec, entries, orcid_id, organizations, scopes, writing
from .errors import ApiError
from .models import Client, Email, Person, Token
from .storage import one_writer
from .switches import switches

_TEXT_FIELDS = ("username", "given_names", "family_name", "credit_name", "biography", "primary")


class BadPeople(ValueError):
    """The file cannot be loaded; the text says which entry and why."""


def load(path: Path | None) -> int:
    """Make the configured client and everything in the file at ``path``. Returns how many people were new."""
    data: Any = json.loads(path.read_text()) if path else []
    data = {"people": data} if isinstance(data, list) else data
    for organization in data.get("organizations", []):
        organizations.add(
            organization["identifier"], organization.get("source", "ROR"), organization.get("name", "")
        )
    own = {
        "client_id": settings.REGISTRY_CLIENT_ID,
        "client_secret": settings.REGISTRY_CLIENT_SECRET,
        "name": settings.REGISTRY_CLIENT_NAME,
        "redirect_uris": settings.REGISTRY_REDIRECT_URIS,
        "kind": settings.REGISTRY_CLIENT_KIND,
    }
    with one_writer():  # one commit for all, or nothing
        for client in [own, *data.get("clients", [])]:
            _load_client(client)
        return sum(load_person(person) for person in data.get("people", []))


def _load_client(data: dict) -> None:
    """Clients come from configuration, so what the file says now is what counts."""
    Client.objects.update_or_create(
        client_id=data["client_id"],
        defaults={
            "secret": data["client_secret"],
            "name": data.get("name", data["client_id"]),
            "redirect_uris": data.get("redirect_uris", settings.REGISTRY_REDIRECT_URIS),
            "kind": data.get("kind", Client.Kind.MEMBER),
            "status": data.get("status", Client.Status.ACTIVE),
            "webhooks": data.get("webhooks", True),
        },
    )


def load_person(data: dict) -> bool:
    """Make one person with all their items, unless the iD is there. True when new. Raises BadPeople.

    ``tokens`` (``access_token``, ``refresh_token``, ``scope``) are added to people who are there, too.
    """
    orcid = orcid_id.find(data.get("orcid", ""))
    if orcid is None or not orcid_id.is_valid(orcid):
        raise BadPeople(f"{data.get('orcid')!r} is no ORCID iD: form or check digit is wrong")
    person = Person.objects.filter(orcid=orcid).first()
    new = person is None
    try:
        person = person or _make(orcid, data)
        for token in data.get("tokens", []):
            _load_token(person, token)
    except (ApiError, codec.BadShape, scopes.UnknownScope, KeyError) as error:
        raise BadPeople(f"{orcid}: {error!r}") from error
    return new


#: The people of a file mostly share one password, and these guard nothing real.
_hashed = functools.cache(make_password)


def _make(orcid: str, data: dict) -> Person:
    default = data.get("visibility_default", "public")
    person = Person.objects.create(
        orcid=orcid,
        password=_hashed(data["password"]),
        name_visibility=data.get("name_visibility", default),
        visibility_default=default,
        status=data.get("status", Person.Status.ACTIVE),
        locale=data.get("locale", "en"),
        sparse=data.get("sparse", False),
        **{field: data.get(field) or "" for field in _TEXT_FIELDS},
    )
    for email in _emails(data):
        Email.objects.create(person=person, **email)
    for kind, body, visibility, client_id in entries.read(data):
        client = Client.objects.get(pk=client_id) if client_id else None
        writing.store(person, kind, body, client=client, visibility=visibility or "")
    return person


def _load_token(person: Person, data: dict) -> None:
    """A permission given before the file was written: a demonstration can begin with people who are connected."""
    seconds = data.get("expires_in", switches.token_seconds)
    Token.objects.get_or_create(
        access_token=data["access_token"],
        defaults={
            "refresh_token": data["refresh_token"],
            "client_id": data.get("client_id", settings.REGISTRY_CLIENT_ID),
            "person": person,
            "scope": " ".join(scopes.grantable(data["scope"])),
            "expires": timezone.now() + timedelta(seconds=seconds),
        },
    )


def _emails(data: dict) -> list[dict]:
    """``emails`` as listed, or the one ``email`` as a verified primary address for trusted parties."""
    listed = list(data.get("emails", []))
    if data.get("email") and data["email"] not in [email["email"] for email in listed]:
        primary = not any(email.get("primary") for email in listed)
        listed.append({"email": data["email"], "verified": True, "primary": primary, "visibility": "limited"})
    return [
        {
            "address": email["email"],
            "verified": email.get("verified", False),
            "primary": email.get("primary", False),
            "visibility": email.get("visibility", "private"),
        }
        for email in listed
    ]
