"""What is about no single record: status, rate limit, client credentials, search, identifier types."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from lxml import etree

from tests.registry_process import REDIRECT_URI, Registry, client_token, start_registry, token_for

from .conftest import OTHER_CLIENT, PASSWORD, PEOPLE, SCOPE, SECOND, STUDENT, Caller, error_code, work

ALL_OK = {"tomcatUp": True, "dbConnectionOk": True, "readOnlyDbConnectionOk": True, "overallOk": True}
OUTSIDER = {**OTHER_CLIENT, "client_id": "APP-OUTSIDER00000003", "name": "A reader", "kind": "public"}


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry whose switches and clients these tests change."""
    running = start_registry(
        tmp_path_factory.mktemp("steered"), PEOPLE, faults=True, clients=[OTHER_CLIENT, OUTSIDER]
    )
    yield running
    assert running.stop() == 0


@pytest.fixture
def ours(steered: Registry) -> Iterator[Registry]:
    """The same, with everything back where it was afterwards."""
    yield steered
    requests.delete(f"{steered.base_url}/_switches", timeout=10).raise_for_status()
    requests.delete(f"{steered.base_url}/_faults", timeout=10).raise_for_status()
    for client, kind in (
        (steered.client_id, "member"),
        (OTHER_CLIENT["client_id"], "member"),
        (OUTSIDER["client_id"], "public"),
    ):
        steered.control("clients", client_id=client, kind=kind, status="active", webhooks=True)


def call(url: str, token: str = "", media: str = "json", **options: object) -> requests.Response:
    headers = {"Accept": f"application/vnd.orcid+{media}"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    method = str(options.pop("method", "GET"))
    return requests.request(method, url, headers=headers, timeout=30, allow_redirects=False, **options)


# --- Status ---
def test_the_status_needs_no_token_and_can_be_set_down(ours: Registry) -> None:
    for url in (f"{ours.api_url}/apiStatus", f"{ours.public_api_url}/pubStatus"):
        answer = requests.get(url, timeout=10)
        assert (answer.status_code, answer.json()) == (200, ALL_OK)
        assert answer.headers["Content-Type"] == "application/json"
    ours.control("switches", api_status="down")
    down = requests.get(f"{ours.api_url}/apiStatus", timeout=10)
    assert (down.status_code, down.json()["overallOk"]) == (200, False)
    ours.control("switches", api_status="error")
    assert requests.get(f"{ours.api_url}/apiStatus", timeout=10).status_code == 500


@pytest.mark.parametrize("wrong", [{"api_status": "sideways"}, {"speed": 1}, {"rate": -1}, {"rate": "much"}])
def test_a_switch_that_means_nothing_is_refused(ours: Registry, wrong: dict) -> None:
    before = ours.see("switches")["switches"]
    assert requests.post(f"{ours.base_url}/_switches", json=wrong, timeout=10).status_code == 400
    assert ours.see("switches")["switches"] == before


# --- Rate limit ---
def many(url: str, token: str, number: int) -> list[int]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(lambda _n: call(url, token).status_code, range(number)))


def test_calls_over_the_burst_are_refused_and_counted(ours: Registry) -> None:
    token = token_for(ours, "student", PASSWORD, SCOPE)["access_token"]
    ours.control("switches", rate=0.5, burst=1)
    statuses = many(f"{ours.api_url}/{STUDENT}/works", token, 8)
    # One passes at once and one waits two seconds; during that time the queue is full for the rest.
    assert sorted(statuses) == [200, 200, *[503] * 6]
    counted = ours.see("switches")["limit"]
    assert counted == {"refused": {ours.client_id: 6}, "delayed": {ours.client_id: 1}}


def test_calls_over_the_rate_wait_their_turn(ours: Registry) -> None:
    token = token_for(ours, "student", PASSWORD, SCOPE)["access_token"]
    ours.control("switches", rate=10, burst=40)
    begun = time.monotonic()
    assert set(many(f"{ours.api_url}/{STUDENT}/works", token, 11)) == {200}
    assert time.monotonic() - begun >= 0.9  # eleven calls at ten a second
    assert ours.see("switches")["limit"]["refused"] == {}


def test_each_client_has_a_queue_of_its_own_and_what_is_refused_is_plain_nginx(ours: Registry) -> None:
    names = {name: OTHER_CLIENT[name] for name in ("client_id", "client_secret")}
    tokens = [
        token_for(ours, "student", PASSWORD, SCOPE)["access_token"],
        token_for(ours, "student", PASSWORD, SCOPE, **names)["access_token"],
    ]
    ours.control("switches", rate=0.01, burst=0)
    url = f"{ours.api_url}/{STUDENT}/works"
    assert [call(url, token).status_code for token in tokens] == [200, 200]
    refused = call(url, tokens[0])
    assert (refused.status_code, refused.headers["Content-Type"]) == (503, "text/html")
    assert "Retry-After" not in refused.headers
    assert requests.get(f"{ours.api_url}/apiStatus", timeout=10).status_code == 200


def test_the_limit_is_on_unless_it_is_switched_off(tmp_path: Path) -> None:
    registry = start_registry(tmp_path, PEOPLE[:1], faults=True, rate=24)
    try:
        switches = registry.see("switches")["switches"]
    finally:
        registry.stop()
    assert (switches["rate"], switches["public_rate"], switches["burst"]) == (24.0, 12.0, 40)


def test_anonymous_callers_have_a_daily_quota(ours: Registry) -> None:
    ours.control("switches", daily_quota=2)
    url = f"{ours.public_api_url}/{STUDENT}/works"
    answers = [call(url) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Content-Type"] == "text/plain"
    token = client_token(ours, "/read-public").json()["access_token"]
    assert call(url, token).status_code == 200


# --- Client credentials ---
def test_client_credentials(ours: Registry) -> None:
    answer = client_token(ours, "/read-public /webhook")
    assert answer.status_code == 200
    assert (answer.json()["orcid"], answer.json()["name"]) == (None, None)
    assert set(answer.json()["scope"].split()) == {"/read-public", "/webhook"}
    assert "id_token" not in answer.json()


@pytest.mark.parametrize("scope", ["/activities/update", "openid", "/read-limited", "/nonsense"])
def test_scopes_that_need_a_person_are_refused_to_a_client(ours: Registry, scope: str) -> None:
    answer = client_token(ours, scope)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_scope")


def test_webhooks_are_a_permission_of_the_client(ours: Registry) -> None:
    ours.control("clients", client_id=ours.client_id, webhooks=False)
    answer = client_token(ours, "/webhook")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_scope")
    assert client_token(ours, "/read-public").status_code == 200


def test_a_client_reads_public_things_without_a_person_and_writes_nothing(ours: Registry) -> None:
    token = client_token(ours, "/read-public").json()["access_token"]
    record = call(f"{ours.api_url}/{STUDENT}/record", token)
    assert record.json()["person"]["name"]["given-names"]["value"] == "Josiah"
    assert record.json()["person"]["emails"]["email"] == []
    caller = Caller(ours, {"orcid": STUDENT, "access_token": token})
    answer = caller.call("POST", "work", json=work())
    assert (answer.status_code, error_code(answer)) == (403, 9038)


# --- Clients that are locked, deactivated or public ---
def authorize_redirect(registry: Registry, client_id: str, scope: str = SCOPE) -> str:
    query = {"client_id": client_id, "response_type": "code", "scope": scope, "redirect_uri": REDIRECT_URI}
    answer = requests.get(
        f"{registry.base_url}/oauth/authorize",
        params=query | {"state": "s"},
        allow_redirects=False,
        timeout=10,
    )
    return answer.headers["Location"]


@pytest.mark.parametrize("state", ["locked", "deactivated"])
def test_a_closed_client_signs_nobody_in_and_gets_no_tokens(ours: Registry, state: str) -> None:
    ours.control("clients", client_id=ours.client_id, status=state)
    location = authorize_redirect(ours, ours.client_id)
    assert location.startswith(f"{REDIRECT_URI}?error=client_{state}&error_description=")
    assert "state=" not in location
    answer = client_token(ours, "/read-public")
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


def test_a_locked_client_is_told_so_and_a_deactivated_one_has_no_tokens(ours: Registry) -> None:
    caller = Caller(ours, token_for(ours, "student", PASSWORD, SCOPE))
    ours.control("clients", client_id=ours.client_id, status="locked")
    locked = caller.call("POST", "work", json=work())
    assert (locked.status_code, error_code(locked)) == (409, 9057)
    ours.control("clients", client_id=ours.client_id, status="deactivated")
    gone = caller.call("GET", "works")
    assert (gone.status_code, gone.json()["error"]) == (401, "invalid_token")


def test_a_public_client_collects_ids_and_has_no_member_api(ours: Registry) -> None:
    names = {name: OUTSIDER[name] for name in ("client_id", "client_secret")}
    answer = token_for(ours, "student", PASSWORD, "openid", **names)
    assert answer["orcid"] == STUDENT
    claims = json.loads(_base64(answer["id_token"].split(".")[1]))
    assert "amr" not in claims
    refused = Caller(ours, answer).call("GET", "record")
    assert (refused.status_code, error_code(refused)) == (401, 9017)
    public = call(f"{ours.public_api_url}/{STUDENT}/record", answer["access_token"])
    assert public.status_code == 200
    assert "error=invalid_scope" in authorize_redirect(ours, OUTSIDER["client_id"])


def _base64(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- The Public API ---
def test_anybody_reads_public_things_and_only_those(ours: Registry) -> None:
    student = Caller(ours, token_for(ours, "student", PASSWORD, SCOPE))
    works = student.call("GET", "works").json()["group"]
    assert works == []
    private = next(
        code for code in range(1500001, 1500012) if student.call("GET", f"work/{code}").status_code == 403
    )
    refused = call(f"{ours.public_api_url}/{STUDENT}/work/{private}")
    assert (refused.status_code, error_code(refused)) == (403, 9039)
    record = call(f"{ours.public_api_url}/{STUDENT}/record", media="xml")
    assert etree.fromstring(record.content).tag == "{http://www.orcid.org/ns/record}record"
    posted = call(f"{ours.public_api_url}/{STUDENT}/work", student.token, method="POST", json=work())
    assert (posted.status_code, error_code(posted)) == (405, 9001)
    wrong = call(f"{ours.public_api_url}/{STUDENT}/record", "nonsense")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_token")
    other = call(f"{ours.public_api_url}/{SECOND}/record", student.token)
    assert other.status_code == 200


# --- Search and identifier types ---
def test_search_counts_the_records_of_an_organisation(ours: Registry, schemas: Path) -> None:
    token = client_token(ours, "/read-public").json()["access_token"]
    query = {"q": 'ror-org-id:"https://ror.org/052gg0110"', "rows": "0"}
    found = call(f"{ours.api_url}/search/", token, params=query)
    assert found.json() == {"result": None, "num-found": 1}
    escaped = {"q": r"ror-org-id:https\:\/\/ror.org\/052gg0110"}
    listed = call(f"{ours.api_url}/search/", token, params=escaped).json()
    assert [one["orcid-identifier"]["path"] for one in listed["result"]] == [STUDENT]
    for other in ('ror-org-id:"https://ror.org/05gq02987"', "family-name:Carberry"):
        answer = call(f"{ours.api_url}/search/", token, params={"q": other}).json()
        assert answer == {"result": None, "num-found": 0}
    as_xml = call(f"{ours.public_api_url}/search/", media="xml", params={"q": query["q"]})
    tree = etree.fromstring(as_xml.content)
    etree.XMLSchema(etree.parse(schemas / "search-3.0.xsd")).assertValid(tree)
    assert tree.get("num-found") == "1"


def test_search_needs_its_scope_and_has_limits(ours: Registry) -> None:
    webhook = client_token(ours, "/webhook").json()["access_token"]
    refused = call(f"{ours.api_url}/search/?q=x", webhook)
    assert (refused.status_code, error_code(refused)) == (401, 9015)
    nobody = call(f"{ours.api_url}/search/?q=x")
    assert (nobody.status_code, nobody.json()["error"]) == (403, "forbidden")
    far = call(f"{ours.public_api_url}/search/?q=x&start=10001")
    assert (far.status_code, error_code(far)) == (400, 9043)
    rows = call(f"{ours.public_api_url}/search/?q=x&rows=1001")
    assert (rows.status_code, error_code(rows)) == (400, 9006)


def test_identifier_types_are_listed(ours: Registry) -> None:
    names = {one["name"] for one in call(f"{ours.public_api_url}/identifiers?locale=en").json()}
    assert {"doi", "handle", "source-work-id", "grant_number"} <= names
