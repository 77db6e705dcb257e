"""A running registry, people on it, and accounts here that are, or are not, connected with them."""

import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from cryptography.fernet import Fernet
from django.contrib.auth import get_user_model
from django.db import connection as database
from django.db import transaction
from django.test import Client
from django.utils import timezone

from orcid_workflow import connections, ids, purposes, sync
from orcid_workflow.account import STUDENT_SCOPES
from orcid_workflow.connections import Grant
from orcid_workflow.models import Connection, OrcidItem, Token
from orcid_workflow.purposes import Purpose
from tests.registry_process import Registry, authorize, start_registry, token_for

HOST = "127.0.0.1:8000"
PASSWORD = "demo"
PEOPLE = 600
CALLBACK = f"http://{HOST}/orcid/callback/"


def make_id(number: int) -> str:
    """Return a valid iD in the range ORCID issues."""
    digits = f"0009{number:011d}"
    return ids.normalise(digits + ids.check_digit(digits))


@dataclass(frozen=True)
class Person:
    """Somebody with a record at the local registry."""

    orcid: str
    name: str


def _entry(number: int) -> dict:
    return {
        "orcid": make_id(number),
        "password": PASSWORD,
        "given_names": f"Given{number}",
        "family_name": f"Family{number}",
        "emails": [
            {"email": f"p{number}@example.edu", "verified": True, "primary": True, "visibility": "limited"},
            {"email": f"u{number}@example.org", "verified": False, "visibility": "public"},
        ],
        "country": "CA",
        "keywords": ["kelp", "tides"],
        "other_names": ["G. F."],
        "educations": [
            {
                "organization": "University of the North Shore",
                "city": "Halifax",
                "country": "CA",
                "role_title": "PhD",
                "start": "2021-09",
            }
        ],
    }


@pytest.fixture(autouse=True)
def _answers_come_to_the_host_of_the_request(settings) -> None:
    settings.ORCID_REDIRECT_URI = ""


@pytest.fixture(scope="session")
def _registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    running = start_registry(
        tmp_path_factory.mktemp("registry"), [_entry(number) for number in range(1, PEOPLE + 1)], faults=True
    )
    yield running
    running.stop()


@pytest.fixture
def registry(_registry: Registry, settings) -> Iterator[Registry]:
    """The registry, without faults left over, and our settings pointing to it."""
    settings.ORCID_ENVIRONMENT = "local"
    settings.ORCID_BASE_URL = _registry.base_url
    settings.ORCID_API_URL = _registry.api_url
    settings.ORCID_CLIENT_ID = _registry.client_id
    settings.ORCID_CLIENT_SECRET = _registry.client_secret
    settings.ORCID_TIMEOUT_SECONDS = 3.0
    yield _registry
    requests.delete(f"{_registry.base_url}/_faults", timeout=5)


_numbers = itertools.count(1)


@pytest.fixture
def new_person() -> Callable[[], Person]:
    """Return a function that gives somebody with an untouched record, a new one at each call."""

    def make() -> Person:
        number = next(_numbers)
        assert number <= PEOPLE, "raise PEOPLE"
        return Person(make_id(number), f"Given{number} Family{number}")

    return make


@pytest.fixture
def person(new_person) -> Person:
    """Somebody with an untouched record."""
    return new_person()


@pytest.fixture
def user(db):
    """An account here."""
    return get_user_model().objects.create_user("ada", "ada@example.edu", "pw")


@pytest.fixture
def browser(user) -> Client:
    """A browser in which ``user`` is signed in."""
    client = Client(HTTP_HOST=HOST)
    client.force_login(user)
    return client


def fault(registry: Registry, **data) -> None:
    """Make one of the next calls to the registry go wrong."""
    requests.post(f"{registry.base_url}/_faults", json=data, timeout=5).raise_for_status()


def calls(registry: Registry, orcid: str) -> list[tuple[str, str, int]]:
    """Return (method, path after the iD, status) of the API calls that concern one record."""
    entries = requests.get(f"{registry.base_url}/_log", timeout=5).json()["calls"]
    prefix = f"/v3.0/{orcid}"
    return [
        (entry["method"], entry["path"].removeprefix(prefix), entry["status"])
        for entry in entries
        if entry["path"].startswith(prefix)
    ]


def begin(browser: Client, query: str = "") -> str:
    """Press the button; return the address at the registry."""
    response = browser.post(f"/orcid/connect/{query}", {"purpose": "account"})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def at_orcid(registry: Registry, person: Person, address: str, *, allow: bool = True) -> str:
    """Do what a person does at ORCID; return the address on this site they are sent back to."""
    query = dict(pair.split("=", 1) for pair in urlsplit(address).query.split("&"))
    query = {name: requests.utils.unquote(value.replace("+", " ")) for name, value in query.items()}
    answer = authorize(
        registry,
        person.orcid,
        PASSWORD,
        query["scope"],
        query["redirect_uri"],
        allow=allow,
        nonce=query.get("nonce"),
        state=query["state"],
    )
    return f"/orcid/callback/?{urlencode(answer)}"


def grant_for(registry: Registry, person: Person, scopes: str = " ".join(STUDENT_SCOPES)) -> Grant:
    """Go the whole way at the registry and return what we would store of the answer."""
    answer = token_for(registry, person.orcid, PASSWORD, scopes)
    return Grant(
        orcid=answer["orcid"],
        name=answer["name"] or "",
        scope=answer["scope"],
        access_token=answer["access_token"],
        refresh_token=answer["refresh_token"],
        expires_at=timezone.now() + dt.timedelta(seconds=answer["expires_in"]),
        client_id=registry.client_id,
        amr="pwd",
        auth_time=None,
        answer=answer,
    )


def attach(grant: Grant, user=None) -> Connection:
    """Store a grant as the callback does."""
    with transaction.atomic():
        connection = connections.attach(grant, user)
        connections.resume(connection)
    return connection


@pytest.fixture
def connection(registry, person, user) -> Connection:
    """``user`` connected with ``person``, with real tokens of the registry."""
    return attach(grant_for(registry, person), user)


@pytest.fixture
def purpose() -> Iterator[Callable[..., Purpose]]:
    """Return a function that registers a purpose for the length of the test."""
    before = dict(purposes._purposes)

    def make(name: str = "test", **changes) -> Purpose:
        values = {
            "scopes": ("openid",),
            "requires_user": False,
            "on_connected": lambda request, connection, context: f"/done/{context.get('role', '')}",
            "failure_url": lambda context: "/back/",
        }
        return purposes.register_purpose(Purpose(name=name, **values | changes))

    yield make
    purposes._purposes.clear()
    purposes._purposes.update(before)


def nothing_stored() -> bool:
    return not Connection.objects.exists() and not Token.objects.exists()


def live_at_orcid(registry, token: str, orcid: str) -> bool:
    answer = requests.get(
        f"{registry.api_url}/{orcid}/record", headers={"Authorization": f"Bearer {token}"}, timeout=5
    )
    return answer.status_code == 200


def lose_key(token: Token) -> None:
    """Make a stored token one that was written with a key nobody has any more."""
    lost = Fernet(Fernet.generate_key()).encrypt(b"a token of long ago").decode()
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE orcid_workflow_token SET access_token = %s, refresh_token = %s, answer = %s WHERE id = %s",
            [lost, lost, lost, token.pk],
        )


def works_of(registry: Registry, connection: Connection) -> list[dict]:
    """Return every work summary our token sees on the record."""
    token = connection.tokens.filter(revoked_at=None).order_by("-pk").first().access_token
    answer = requests.get(
        f"{registry.api_url}/{connection.orcid}/works",
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        timeout=5,
    )
    answer.raise_for_status()
    return [summary for group in json.loads(answer.text)["group"] for summary in group["work-summary"]]


@pytest.fixture
def item(connection: Connection) -> OrcidItem:
    """A work that waits to be sent to the record of ``connection``."""
    from .items import a_work

    return sync.desire(
        connection, "work", "thesis-1", a_work("k-1"), title="On Kelp", url="https://x.example/"
    )
