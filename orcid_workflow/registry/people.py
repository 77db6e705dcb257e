"""Loading people and clients from a JSON file, as often as one likes: who is there already stays the same.

The file is a list of people, or ``{"people": […], "clients": […]}``. Of a person only ``orcid`` and
``password`` are needed; ``load_person`` and ``_items`` name the rest.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from . import codec, orcid_id, rules, scopes, writing
from .errors import ApiError
from .models import Client, Email, Person, Token
from .switches import switches

_TEXT_FIELDS = ("username", "given_names", "family_name", "credit_name", "biography", "primary")
_AFFILIATIONS = {"educations": "education", "employments": "employment", "qualifications": "qualification"}


class BadPeople(ValueError):
    """The file cannot be loaded; the text says which entry and why."""


def load(path: Path | None) -> int:
    """Make the configured client and everything in the file at ``path``. Returns how many people were new."""
    data: Any = json.loads(path.read_text()) if path else []
    people, clients = (
        (data, []) if isinstance(data, list) else (data.get("people", []), data.get("clients", []))
    )
    own = {
        "client_id": settings.REGISTRY_CLIENT_ID,
        "client_secret": settings.REGISTRY_CLIENT_SECRET,
        "name": settings.REGISTRY_CLIENT_NAME,
        "redirect_uris": settings.REGISTRY_REDIRECT_URIS,
        "kind": settings.REGISTRY_CLIENT_KIND,
    }
    for client in [own, *clients]:
        _load_client(client)
    return sum(load_person(person) for person in people)


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


@transaction.atomic
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


def _make(orcid: str, data: dict) -> Person:
    default = data.get("visibility_default", "public")
    person = Person.objects.create(
        orcid=orcid,
        password=make_password(data["password"]),
        name_visibility=data.get("name_visibility", default),
        visibility_default=default,
        status=data.get("status", Person.Status.ACTIVE),
        **{field: data.get(field) or "" for field in _TEXT_FIELDS},
    )
    for email in _emails(data):
        Email.objects.create(person=person, **email)
    for kind, body, visibility, client_id in _items(data):
        client = Client.objects.get(pk=client_id) if client_id else None
        writing.add(person, kind, body, client=client, visibility=visibility or "")
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


def _items(data: dict) -> list[tuple[str, dict, str | None, str | None]]:
    """(kind, body, visibility or None, client id or None) of everything that gets a put-code."""
    found: list[tuple[str, dict, str | None, str | None]] = []
    for kind, key in (("other-name", "other_names"), ("keyword", "keywords")):
        found += [(kind, {"content": content}, None, None) for content in data.get(key, [])]
    if data.get("country"):
        found.append(("address", {"country": {"value": data["country"]}}, None, None))
    for url in data.get("researcher_urls", []):
        found.append(
            ("researcher-url", {"url-name": url.get("name"), "url": {"value": url["url"]}}, None, None)
        )
    for key, kind in _AFFILIATIONS.items():
        found += [
            (kind, _affiliation(one), one.get("visibility"), one.get("client_id"))
            for one in data.get(key, [])
        ]
    for work in data.get("works", []):
        visibility, client_id = work.get("visibility"), work.get("client_id")
        body = {key: value for key, value in work.items() if key not in ("visibility", "client_id")}
        body = writing.own_fields(codec.read_json(json.dumps(body).encode(), "work"))
        rules.check_work(body)
        found.append(("work", body, visibility, client_id))
    return found


def _affiliation(data: dict) -> dict:
    """An affiliation's body from the file's short form. Not held to the API's rules: nobody posted it."""
    body = {
        "department-name": data.get("department"),
        "role-title": data.get("role_title"),
        "start-date": _date(data.get("start")),
        "end-date": _date(data.get("end")),
        "organization": {
            "name": data["organization"],
            "address": {key: data.get(key) for key in ("city", "region", "country")},
            "disambiguated-organization": None,
        },
        "url": {"value": data["url"]} if data.get("url") else None,
    }
    if data.get("org_id"):
        body["organization"]["disambiguated-organization"] = {
            "disambiguated-organization-identifier": data["org_id"],
            "disambiguation-source": data.get("org_source", "ROR"),
        }
    return body


def _date(text: str | None) -> dict | None:
    """``2026``, ``2026-05`` or ``2026-05-31`` as a fuzzy date."""
    if not text:
        return None
    parts = dict(zip(("year", "month", "day"), str(text).split("-"), strict=False))
    return {name: {"value": parts[name]} if name in parts else None for name in ("year", "month", "day")}
