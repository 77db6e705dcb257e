"""Two registries as real processes: one that has the official schemas at hand, and one that has not."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from lxml import etree

from tests.registry_process import Registry, start_registry, token_for

STUDENT = "0000-0002-1825-0097"
HIDDEN = "0000-0001-5109-3700"
SECOND = "0000-0002-1694-233X"
SPARSE = "0009-0000-0000-0105"
LOCKED, DEACTIVATED, DEPRECATED = "0009-0000-0000-0017", "0009-0000-0000-0025", "0009-0000-0000-0033"
PASSWORD = "demo"
SCOPE = "openid /read-limited /activities/update"
OTHER_CLIENT = {
    "client_id": "APP-OTHER00000000002",
    "client_secret": "secret-of-the-second-client",
    "name": "A journal",
    "redirect_uris": ["http://127.0.0.1:8000/orcid/callback/"],
}
OXFORD = {"organization": "University of Oxford", "city": "Oxford", "country": "GB"}
PEOPLE = [
    {
        "orcid": STUDENT,
        "password": PASSWORD,
        "username": "student",
        "email": "student@example.edu",
        "given_names": "Josiah",
        "family_name": "Carberry",
        "credit_name": "J. S. Carberry",
        "biography": "Studies cracked pots.",
        "other_names": ["Josiah Stinkney Carberry"],
        "country": "US",
        "keywords": ["psychoceramics", "kelp"],
        "researcher_urls": [{"name": "Home page", "url": "https://example.edu/~josiah"}],
        "emails": [
            {"email": "unverified@example.edu", "verified": False, "visibility": "public"},
            {"email": "private@example.edu", "verified": True, "visibility": "private"},
        ],
        "educations": [
            {
                "role_title": "PhD",
                "department": "Psychoceramics",
                "start": "2021-09",
                "end": "2025-06-30",
                "org_id": "https://ror.org/052gg0110",
                "org_source": "ROR",
                **OXFORD,
            }
        ],
        "employments": [{"role_title": "Tutor", "start": "2022", **OXFORD}],
        "external_identifiers": [
            {"type": "Scopus Author ID", "value": "7000000", "url": "https://example.edu/7"}
        ],
        "fundings": [
            {
                "title": "Studentship in psychoceramics",
                "organization": "Natural Environment Research Council",
                "city": "Swindon",
                "country": "GB",
                "org_id": "https://ror.org/02b5d8509",
                "grant_number": "NE/T00939X/1",
                "grant_url": "https://example.edu/grants/1",
                "start": "2021-10",
                "end": "2025-03-31",
                "amount": "64000",
                "currency": "GBP",
                "description": "Three and a half years.",
            }
        ],
        "works": [
            {
                "title": {"title": {"value": "A private draft"}},
                "type": "preprint",
                "visibility": "private",
                "external-ids": {
                    "external-id": [
                        {
                            "external-id-type": "doi",
                            "external-id-value": "10.5555/private",
                            "external-id-relationship": "self",
                        }
                    ]
                },
            }
        ],
    },
    {
        "orcid": HIDDEN,
        "password": PASSWORD,
        "given_names": "Hidden",
        "family_name": "Person",
        "name_visibility": "private",
        "visibility_default": "limited",
        "keywords": ["only for trusted parties"],
    },
    {"orcid": SECOND, "password": PASSWORD, "given_names": "Second"},
    {
        "orcid": SPARSE,
        "password": PASSWORD,
        "given_names": "Sparse",
        "family_name": "Never shown",
        "locale": "fr",
        "sparse": True,
        "researcher_urls": [{"url": "https://example.edu/sparse"}],
        "employments": [{"organization": "Somewhere", "start": "1999", "country": "GB"}],
        "works": [{"title": "A paper", "doi": "10.5555/sparse", "date": "1999-05"}],
        "fundings": [
            {
                "title": "A grant",
                "organization": "NSF",
                "country": "US",
                "city": "Alexandria",
                "org_id": "https://ror.org/021nxhr62",
                "grant_number": "1",
            }
        ],
    },
    {"orcid": LOCKED, "password": PASSWORD, "given_names": "Locked"},
    {"orcid": DEACTIVATED, "password": PASSWORD, "given_names": "Deactivated"},
    {"orcid": DEPRECATED, "password": PASSWORD, "given_names": "Deprecated"},
]


@pytest.fixture(scope="session")
def schemas() -> Path:
    """The official ORCID schemas (``ETD_SCHEMAS``)."""
    default = Path(__file__).resolve().parents[3] / ".." / "shared" / "schemas"
    folder = Path(os.environ.get("ETD_SCHEMAS", default)) / "orcid" / "record_3.0"
    if not folder.is_dir():
        pytest.skip("the official schemas are not here: set ETD_SCHEMAS")
    return folder


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry with faults allowed and a second client."""
    running = start_registry(tmp_path_factory.mktemp("registry"), PEOPLE, faults=True, clients=[OTHER_CLIENT])
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="session")
def registry_without_schemas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry that has to check the form of messages by itself."""
    folder = tmp_path_factory.mktemp("bare")
    running = start_registry(folder, PEOPLE, environment={"ETD_SCHEMAS": str(folder / "none")})
    yield running
    assert running.stop() == 0


class Caller:
    """A client with a token for one person."""

    def __init__(self, registry: Registry, answer: dict):
        self.registry, self.answer = registry, answer
        self.orcid, self.token = answer["orcid"], answer["access_token"]
        self.record = f"{registry.api_url}/{self.orcid}"

    def call(self, method: str, path: str, *, xml: bool = False, **options: object) -> requests.Response:
        """Call ``path`` under the record (or a whole address), JSON unless ``xml``; redirects are not followed."""
        url = path if path.startswith("http") else f"{self.record}/{path}"
        media_type = "application/vnd.orcid+xml" if xml else "application/vnd.orcid+json"
        headers = {"Authorization": f"Bearer {self.token}", "Accept": media_type}
        if "json" in options or "data" in options:
            headers["Content-Type"] = media_type
        headers |= options.pop("headers", {})
        return requests.request(method, url, headers=headers, allow_redirects=False, timeout=10, **options)

    def xml(self, path: str) -> etree._Element:
        """The XML of a GET."""
        answer = self.call("GET", path, xml=True)
        assert answer.status_code == 200, answer.text
        return etree.fromstring(answer.content)


@pytest.fixture(scope="session")
def student(registry: Registry) -> Caller:
    """Our client with the student's full permission."""
    return Caller(registry, token_for(registry, "student", PASSWORD, SCOPE))


@pytest.fixture(scope="session")
def journal(registry: Registry) -> Caller:
    """The other client with the same permission."""
    names = {name: OTHER_CLIENT[name] for name in ("client_id", "client_secret")}
    return Caller(registry, token_for(registry, "student", PASSWORD, SCOPE, **names))


@pytest.fixture(scope="session")
def bare_student(registry_without_schemas: Registry) -> Caller:
    """The student at the registry without schemas."""
    return Caller(registry_without_schemas, token_for(registry_without_schemas, STUDENT, PASSWORD, SCOPE))


def work(value: str | None = None, **changes: object) -> dict:
    """A thesis as ORCID's JSON, with an identifier of its own unless ``value`` is given."""
    value = value or f"99999/{uuid4()}"
    own = {
        "external-id-type": "handle",
        "external-id-value": value,
        "external-id-url": {"value": f"https://hdl.handle.net/{value}"},
        "external-id-relationship": "self",
    }
    return {
        "title": {"title": {"value": "On Kelp"}},
        "type": "dissertation-thesis",
        "external-ids": {"external-id": [own]},
    } | changes


def education(**changes: object) -> dict:
    """A degree as ORCID's JSON."""
    return {
        "role-title": "PhD",
        "organization": {
            "name": "University of Oxford",
            "address": {"city": "Oxford", "country": "GB"},
            "disambiguated-organization": {
                "disambiguated-organization-identifier": "https://ror.org/052gg0110",
                "disambiguation-source": "ROR",
            },
        },
    } | changes


def error_code(answer: requests.Response) -> int:
    """ORCID's error code in a JSON answer."""
    return answer.json()["error-code"]
