"""A university without ORCID membership: iDs and public data by the Public API, nothing written, and said so."""

from collections.abc import Iterator

import pytest
import requests
from django.test import Client

from orcid_workflow import ids, sync
from orcid_workflow.api import client
from orcid_workflow.models import Connection, Consent
from orcid_workflow.purposes import get_purpose
from tests.registry_process import Registry, start_registry

from ..conftest import HOST, PASSWORD, Person, at_orcid, begin
from ..items import a_work

pytestmark = pytest.mark.django_db


def _orcid(number: int) -> str:
    digits = f"0009{number:011d}"
    return ids.normalise(digits + ids.check_digit(digits))


@pytest.fixture(scope="module")
def _public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    people = [
        {
            "orcid": _orcid(number),
            "password": PASSWORD,
            "given_names": f"Given{number}",
            "family_name": f"Family{number}",
            "emails": [
                {
                    "email": f"limited{number}@example.edu",
                    "verified": True,
                    "primary": True,
                    "visibility": "limited",
                },
                {"email": f"open{number}@example.edu", "verified": True, "visibility": "public"},
            ],
            "keywords": ["kelp"],
        }
        for number in range(8001, 8008)
    ]
    running = start_registry(
        tmp_path_factory.mktemp("public"), people, faults=True, arguments=["--client-kind", "public"]
    )
    yield running
    running.stop()


@pytest.fixture
def registry(_public, settings) -> Registry:
    """The registry, where our client is a public one, and settings for it."""
    settings.ORCID_ENVIRONMENT, settings.ORCID_API_KIND = "local", "public"
    settings.ORCID_BASE_URL, settings.ORCID_API_URL = _public.base_url, f"{_public.base_url}/pub/v3.0"
    settings.ORCID_CLIENT_ID, settings.ORCID_CLIENT_SECRET = _public.client_id, _public.client_secret
    return _public


@pytest.fixture
def person(request) -> Person:
    """Another person for each test."""
    number = 8001 + sorted(name for name in globals() if name.startswith("test_")).index(
        request.function.__name__
    )
    return Person(_orcid(number), f"Given{number} Family{number}")


def _writes(registry: Registry, orcid: str) -> list:
    entries = requests.get(f"{registry.base_url}/_log", timeout=5).json()["calls"]
    return [entry for entry in entries if orcid in entry["path"] and entry["method"] not in ("GET", "HEAD")]


def test_only_the_id_is_asked_for(registry, browser, person) -> None:
    assert "scope=openid&" in begin(browser)


def test_the_page_before_says_plainly_what_it_cannot_do(registry, browser, person) -> None:
    page = browser.get("/orcid/connect/").content.decode()
    assert "not a member of ORCID" in page
    assert "cannot add your work" in page
    assert "What you finish here" not in page
    for name in ("account", "author"):
        purpose = get_purpose(name)
        assert purpose.scopes == ("openid",)
        assert "cannot add your work" in " ".join(purpose.writes)
    committee = get_purpose("committee")
    assert committee.writes == ("Nothing. We cannot change your ORCID record.",)


def test_the_id_is_confirmed_and_what_is_public_is_read(registry, browser, person) -> None:
    response = browser.get(at_orcid(registry, person, begin(browser)))
    assert response["Location"] == "/orcid/connected/", "nothing is said to be missing"
    row = Connection.objects.get()
    assert (row.scope, row.can_read, row.can_write) == ("openid", True, False)
    emails = [entry["email"] for entry in row.record["person"]["emails"]["email"]]
    assert [email[:4] for email in emails] == ["open"], "not the one that only trusted organisations see"
    assert "cannot add your work" in Consent.objects.get().text
    assert "We read your ORCID record again" in browser.post("/orcid/refresh/", follow=True).content.decode()


def test_ones_own_page_does_not_ask_for_what_cannot_be(registry, browser, person) -> None:
    browser.get(at_orcid(registry, person, begin(browser)))
    page = browser.get("/orcid/").content.decode()
    assert "You have not let us" not in page
    assert "cannot write to your record" in page


def test_nothing_is_ever_written(registry, browser, person) -> None:
    browser.get(at_orcid(registry, person, begin(browser)))
    row = Connection.objects.get()
    item = sync.desire(row, "work", "t-1", a_work("k-1"), title="On Kelp")
    sync.run_due()
    item.refresh_from_db()
    assert item.put_code is None
    assert "not a member" in item.reason
    assert _writes(registry, person.orcid) == []


def test_disconnecting_works_the_same(registry, browser, person) -> None:
    browser.get(at_orcid(registry, person, begin(browser)))
    assert (
        "ORCID has confirmed" in browser.post("/orcid/disconnect/", {"remove_items": "yes"}).content.decode()
    )
    assert not client.read_record(Connection.objects.get()).ok


def test_signing_in_with_orcid_works_the_same(registry, browser, person) -> None:
    browser.get(at_orcid(registry, person, begin(browser)))
    visitor = Client(HTTP_HOST=HOST)
    back = at_orcid(registry, person, visitor.post("/orcid/sign-in/")["Location"])
    assert visitor.get(back).status_code == 302
    assert visitor.get("/orcid/").status_code == 200
