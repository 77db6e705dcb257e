"""Every error code that a writer or a reader can meet, in one table: its status, its body in both dialects and
its media type (orcid.md §16).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from lxml import etree

from orcid_workflow.registry import errors
from tests.registry_process import Registry, client_token, start_registry

from .conftest import OTHER_CLIENT, PASSWORD, Caller, education, work
from .test_refusals import dated, identified, organized, without

NS = {"error": "http://www.orcid.org/ns/error"}
PUBLIC = {**OTHER_CLIENT, "client_id": "APP-OUTSIDER00000003", "kind": "public"}
LOCKED = {**OTHER_CLIENT, "client_id": "APP-LOCKED0000000004", "status": "locked"}
SCOPE = "/read-limited /activities/update"
IDS = {
    name: f"0009-0000-0000-{tail}"
    for name, tail in {
        "ada": "0017",
        "locked": "0025",
        "deactivated": "0033",
        "deprecated": "0041",
        "unclaimed": "005X",
        "full": "0068",
    }.items()
}


def token(name: str, client: str | None = None, scope: str = SCOPE) -> dict:
    text = f"{name}-{client}-{scope}"
    given = {"access_token": text[:36], "refresh_token": f"r{text}"[:36], "scope": scope}
    return given | ({"client_id": client} if client else {})


def person(name: str, **more: object) -> dict:
    mine = [token(name, None), token(name, OTHER_CLIENT["client_id"])]
    return {"orcid": IDS[name], "password": PASSWORD, "given_names": name.title(), "tokens": mine, **more}


PEOPLE = [
    person("ada", works=[{"title": "A private draft", "doi": "10.5555/draft", "visibility": "private"}]),
    *(person(name, status=name) for name in ("locked", "deactivated", "unclaimed")),
    person("deprecated", status="deprecated", primary=IDS["ada"]),
    person("full"),
]
PEOPLE[0]["tokens"] += [
    token("ada", PUBLIC["client_id"], "/authenticate"),
    token("ada", LOCKED["client_id"]),
    token("ada", None, "/authenticate"),
]


class World:
    """A registry, and what the table below needs to ask it."""

    def __init__(self, registry: Registry):
        self.registry, self.media = registry, "json"
        webhook = client_token(registry, "/webhook").json()["access_token"]
        self.webhook = Caller(registry, {"orcid": IDS["ada"], "access_token": webhook})

    def who(self, name: str = "ada", client: str | None = None, scope: str = SCOPE) -> Caller:
        access = token(name, client, scope)["access_token"]
        return Caller(self.registry, {"orcid": IDS[name], "access_token": access})

    def call(self, method: str, path: str, *, by: Caller | None = None, **options: object):
        options.setdefault("headers", {})
        options["headers"] = {"Accept": f"application/vnd.orcid+{self.media}"} | options["headers"]
        if "json" in options:
            options["headers"] |= {"Content-Type": "application/vnd.orcid+json"}
        return (by or self.who()).call(method, path, **options)

    def post(self, kind: str, body: dict, **options: object) -> requests.Response:
        return self.call("POST", kind, json=body, **options)

    def stored(self, kind: str = "work", body: dict | None = None) -> tuple[str, dict]:
        body = body or work()
        location = self.post(kind, body).headers["Location"]
        return location, body | {"put-code": int(location.rsplit("/", 1)[1])}

    def put(self, **changes: object) -> requests.Response:
        location, body = self.stored()
        return self.call("PUT", location, json=body | changes)

    def hook(self, method: str, orcid: str = IDS["ada"], by: Caller | None = None) -> requests.Response:
        url = f"{self.registry.base_url}/{orcid}/webhook/https%3A%2F%2Fexample.edu%2Fhook"
        return self.call(method, url, by=by or self.webhook)

    def private_item(self) -> str:
        with_all = [f"work/{code}" for code in range(1500001, 1500010)]
        return next(path for path in with_all if self.call("GET", path).status_code == 403)

    def full(self) -> requests.Response:
        self.registry.control("switches", works_limit=0)
        try:
            return self.post("work", work(), by=self.who("full"))
        finally:
            self.registry.control("switches", works_limit=10000)

    def broken(self) -> requests.Response:
        self.registry.control("faults", error=9008, path_regex="/works$")
        return self.call("GET", "works")

    def foreign(self) -> requests.Response:
        location, _body = self.stored()
        return self.call("DELETE", location, by=self.who("ada", OTHER_CLIENT["client_id"]))

    def twice(self, method: str) -> requests.Response:
        _location, first = self.stored()
        second, body = self.stored()
        del first["put-code"]
        if method == "POST":
            return self.post("work", first)
        return self.call("PUT", second, json=first | {"put-code": body["put-code"]})

    def foreign_hook(self) -> requests.Response:
        self.hook("PUT")
        names = {name: OTHER_CLIENT[name] for name in ("client_id", "client_secret")}
        other = client_token(self.registry, "/webhook", **names).json()["access_token"]
        answer = self.hook("DELETE", by=Caller(self.registry, {"orcid": IDS["ada"], "access_token": other}))
        self.hook("DELETE")
        return answer


ABSENT = "0009-0000-0000-0084"
TEXT = {"Content-Type": "text/plain"}
FUNDING = {
    "type": "grant",
    "organization": education()["organization"],
    "external-ids": work()["external-ids"],
}
CASES: dict[str, tuple[int, int, Callable[[World], requests.Response]]] = {
    "XSD, in XML": (
        400,
        9001,
        lambda w: w.call("POST", "work", data=b"<w/>", headers={"Content-Type": "application/xml"}),
    ),
    "method": (405, 9001, lambda w: w.call("PATCH", "works")),
    "media type": (415, 9001, lambda w: w.call("POST", "work", data=b"x", headers=TEXT)),
    "bulk in /work": (400, 9006, lambda w: w.post("work", {"bulk": [{"work": work()}]})),
    "101 in bulk": (400, 9006, lambda w: w.post("works", {"bulk": [{"work": work()}] * 101})),
    "deprecated, read": (301, 9007, lambda w: w.call("GET", "works", by=w.who("deprecated"))),
    "deprecated, written": (409, 9007, lambda w: w.post("work", work(), by=w.who("deprecated"))),
    "unmapped": (500, 9008, World.broken),
    "another client's item": (403, 9010, World.foreign),
    "no such record": (404, 9011, lambda w: w.call("GET", f"{w.registry.api_url}/{ABSENT}/works")),
    "private item": (403, 9013, lambda w: w.call("GET", w.private_item())),
    "another client's webhook": (403, 9014, World.foreign_hook),
    "no scope for a webhook": (401, 9015, lambda w: w.hook("PUT", by=w.who())),
    "no such item": (404, 9016, lambda w: w.call("GET", "work/1")),
    "token of another": (401, 9017, lambda w: w.call("GET", f"{w.registry.api_url}/{IDS['full']}/works")),
    "public client": (
        401,
        9017,
        lambda w: w.call("GET", "works", by=w.who("ada", PUBLIC["client_id"], "/authenticate")),
    ),
    "locked record": (409, 9018, lambda w: w.post("work", work(), by=w.who("locked"))),
    "put-codes differ": (400, 9019, lambda w: w.put(**{"put-code": 1})),
    "month 5": (400, 9020, lambda w: w.post("work", work(**{"publication-date": dated("2026", "5")}))),
    "duplicate": (409, 9021, lambda w: w.twice("POST")),
    "duplicate by PUT": (409, 9021, lambda w: w.twice("PUT")),
    "no title": (400, 9022, lambda w: w.post("funding", FUNDING)),
    "no external id": (400, 9023, lambda w: w.post("work", without(work(), "external-ids"))),
    "put-code": (400, 9024, lambda w: w.post("work", work(**{"put-code": 1}))),
    "no such webhook": (404, 9028, lambda w: w.hook("DELETE")),
    "PUT without put-code": (409, 9031, lambda w: w.call("PUT", "work", json=work())),
    "visibility": (403, 9035, lambda w: w.put(visibility="private")),
    "unclaimed": (409, 9036, lambda w: w.post("work", work(), by=w.who("unclaimed"))),
    "language": (400, 9037, lambda w: w.post("work", work(**{"language-code": "he"}))),
    "scope": (403, 9038, lambda w: w.post("work", work(), by=w.who("ada", None, "/authenticate"))),
    "not public": (
        403,
        9039,
        lambda w: w.call("GET", f"{w.registry.public_api_url}/{IDS['ada']}/{w.private_item()}"),
    ),
    "101 works": (400, 9042, lambda w: w.call("GET", "works/" + ",".join(["1"] * 101))),
    "far search": (
        400,
        9043,
        lambda w: w.call(
            "GET",
            f"{w.registry.public_api_url}/search/?q=x&start=10001",
            headers={"Authorization": None},
        ),
    ),
    "deactivated, read": (409, 9044, lambda w: w.call("GET", "works", by=w.who("deactivated"))),
    "deactivated, written": (409, 9044, lambda w: w.post("work", work(), by=w.who("deactivated"))),
    "no organisation id": (
        400,
        9045,
        lambda w: w.post("education", without(education(), "organization", "disambiguated-organization")),
    ),
    "no organisation": (400, 9046, lambda w: w.post("education", without(education(), "organization"))),
    "no JSON": (
        400,
        9047,
        lambda w: w.call("POST", "work", data=b"{", headers={"Content-Type": "application/json"}),
    ),
    "full record": (409, 9048, World.full),
    "30 February": (
        400,
        9049,
        lambda w: w.post("work", work(**{"publication-date": dated("2024", "02", "30")})),
    ),
    "enum": (400, 9051, lambda w: w.post("work", identified(**{"external-id-relationship": "SELF"}))),
    "end before start": (
        400,
        9055,
        lambda w: w.post("education", education(**{"start-date": dated("2025"), "end-date": dated("2024")})),
    ),
    "locked client": (409, 9057, lambda w: w.call("GET", "works", by=w.who("ada", LOCKED["client_id"]))),
    "role": (
        400,
        9058,
        lambda w: w.post(
            "work",
            work(
                contributors={"contributor": [{"contributor-attributes": {"contributor-role": "supervisor"}}]}
            ),
        ),
    ),
    "no city": (400, 9060, lambda w: w.post("education", organized(address={"country": "GB"}))),
    "neither id": (
        400,
        9062,
        lambda w: w.post("qualification", without(education(), "organization", "disambiguated-organization")),
    ),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    running = start_registry(
        tmp_path_factory.mktemp("codes"), PEOPLE, faults=True, clients=[OTHER_CLIENT, PUBLIC, LOCKED]
    )
    yield World(running)
    assert running.stop() == 0


@pytest.mark.parametrize("media", ["json", "xml"])
@pytest.mark.parametrize("name", CASES)
def test_code(world: World, schemas: Path, name: str, media: str) -> None:
    status, code, ask = CASES[name]
    world.media = media
    answer = ask(world)
    assert answer.headers["Content-Type"] == f"application/vnd.orcid+{media};charset=UTF-8"
    if media == "json":
        body = answer.json()
    else:
        tree = etree.fromstring(answer.content)
        etree.XMLSchema(etree.parse(schemas / "error-3.0.xsd")).assertValid(tree)
        body = {etree.QName(child).localname: child.text for child in tree}
    assert (answer.status_code, int(body["response-code"]), int(body["error-code"])) == (status, status, code)
    assert body["developer-message"].startswith(f"{status} ")
    assert body["user-message"]
    assert body["more-info"].startswith("https://")
    assert ("Location" in answer.headers) == (code == 9007)


def test_every_code_of_the_table_is_met() -> None:
    assert {code for _status, code, _ask in CASES.values()} == set(errors.TABLE)


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_duplicate_names_the_item_that_is_there(world: World, method: str) -> None:
    world.media = "json"
    message = world.twice(method).json()["developer-message"]
    put_code = int(message.split("please see element with put-code ")[1].split(".")[0])
    assert world.call("GET", f"work/{put_code}").status_code == 200


def test_the_place_of_a_deprecated_record_is_in_the_location_of_both(world: World) -> None:
    world.media = "json"
    by = world.who("deprecated")
    for answer in (world.call("GET", "works", by=by), world.post("work", work(), by=by)):
        assert f"/{IDS['ada']}/" in answer.headers["Location"]
    written = world.post("education", education(), by=by)
    assert written.headers["Location"] == f"{world.registry.api_url}/{IDS['ada']}/education"


@pytest.mark.parametrize("header", [None, "Bearer unknown", "Basic eDp5"])
def test_without_a_good_token_the_other_dialect_is_spoken_even_to_xml(
    world: World, header: str | None
) -> None:
    world.media = "xml"
    answer = world.call("GET", "works", headers={"Authorization": header})
    assert answer.headers["Content-Type"] == "application/json"
    unknown = header == "Bearer unknown"
    assert answer.status_code == (401 if unknown else 403)
    assert answer.json()["error"] == ("invalid_token" if unknown else "forbidden")
    if unknown:
        assert "unknown" in answer.json()["error_description"]  # it repeats the token: logs must be scrubbed
