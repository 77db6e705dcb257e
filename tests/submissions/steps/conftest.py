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
_rich_numbers = itertools.count(940)
_RICH = range(940, 950)


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


def _rich_entry(number: int) -> dict:
    """Somebody whose record names two grants and three works."""
    grant = {
        "title": "Cliffs in motion",
        "organization": "European Research Council",
        "city": "Brussels",
        "country": "BE",
        "org_id": "https://ror.org/0472cxd90",
        "grant_number": f"1010-{number}",
        "grant_url": "https://doi.org/10.3030/1010",
        "start": "2023-01",
    }
    article = {
        "title": "Soft cliffs",
        "doi": f"10.5555/soft-{number}",
        "journal": "Journal of Coasts",
        "date": "2024-05",
    }
    return _entry(number) | {
        "fundings": [grant, grant | {"title": "Hard winters", "grant_number": f"2020-{number}"}],
        "works": [
            article,
            article | {"title": "Hard winters", "doi": f"10.5555/hard-{number}", "date": "2025"},
            article
            | {"title": "Heights", "doi": f"10.5555/heights-{number}", "type": "data-set", "date": "2020"},
        ],
    }


@pytest.fixture(scope="module")
def _registry(tmp_path_factory) -> Iterator[Registry]:
    running = start_registry(
        tmp_path_factory.mktemp("registry"),
        [*(_entry(number) for number in _PEOPLE), *(_rich_entry(number) for number in _RICH)],
        faults=True,
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


@pytest.fixture
def rich_orcid() -> str:
    """The iD of somebody whose record names grants and works, and whom no other test uses."""
    return demo_orcid(next(_rich_numbers))


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
