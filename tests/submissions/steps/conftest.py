"""A running registry with people on it, for what the student does at ORCID."""

import itertools
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from django.test import Client

from etd_site.demo.people import demo_orcid
from tests.registry_process import Registry, authorize, start_registry

HOST = "127.0.0.1:8000"
PASSWORD = "demo"
_numbers = itertools.count(900)
_PEOPLE = range(900, 940)


def _entry(number: int) -> dict:
    return {
        "orcid": demo_orcid(number),
        "password": PASSWORD,
        "given_names": "Ada",
        "family_name": "Byron",
        "emails": [
            {"email": f"p{number}@example.org", "verified": True, "primary": True, "visibility": "limited"}
        ],
        "country": "GB",
        "keywords": ["engines"],
    }


@pytest.fixture(scope="module")
def _registry(tmp_path_factory) -> Iterator[Registry]:
    running = start_registry(
        tmp_path_factory.mktemp("registry"), [_entry(number) for number in _PEOPLE], faults=True
    )
    yield running
    running.stop()


@pytest.fixture
def registry(_registry: Registry, settings) -> Registry:
    """The registry, with our settings pointing to it."""
    settings.ORCID_REDIRECT_URI = f"http://{HOST}/orcid/callback/"
    settings.ORCID_BASE_URL = _registry.base_url
    settings.ORCID_API_URL = _registry.api_url
    settings.ORCID_CLIENT_ID = _registry.client_id
    settings.ORCID_CLIENT_SECRET = _registry.client_secret
    return _registry


@pytest.fixture
def orcid() -> str:
    """The iD of somebody at the registry whom no other test uses."""
    return demo_orcid(next(_numbers))


def visit(registry: Registry, browser: Client, start, orcid: str, *, allow: bool = True, scope: str = ""):
    """Follow a redirect to ORCID as a person does, decide there, and return our answer to the way back.

    ``scope``: permit only these, as ORCID would if it knew no others.
    """
    asked = {name: values[0] for name, values in parse_qs(urlsplit(start.url).query).items()}
    answer = authorize(
        registry,
        orcid,
        PASSWORD,
        scope or asked["scope"],
        redirect_uri=asked["redirect_uri"],
        allow=allow,
        nonce=asked.get("nonce"),
        state=asked["state"],
        session=requests.Session(),
    )
    return browser.get(f"/orcid/callback/?{urlencode(answer)}")
