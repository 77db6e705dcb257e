"""The code flow: allow, deny, codes used once, tokens, refresh and revoke."""

import time
from pathlib import Path

import pytest
import requests

from tests.registry_process import (
    REDIRECT_URI,
    Registry,
    authorize,
    exchange,
    start_registry,
    submit,
    token_for,
)

from .conftest import HIDDEN, OTHER_CLIENT, PASSWORD, PEOPLE, SCOPE, STUDENT, Caller

TWENTY_YEARS = 20 * 365 * 86400


def ask(registry: Registry, **changes: str) -> requests.Response:
    """A sign-in request by somebody who is not signed in."""
    query = {
        "client_id": registry.client_id,
        "response_type": "code",
        "scope": SCOPE,
        "redirect_uri": REDIRECT_URI,
        "state": "s",
    }
    return requests.get(
        f"{registry.base_url}/oauth/authorize", params=query | changes, allow_redirects=False, timeout=10
    )


@pytest.mark.parametrize("name", ["student", STUDENT, f"https://orcid.org/{STUDENT}", "student@example.edu"])
def test_sign_in_takes_id_uri_email_and_username(registry: Registry, name: str) -> None:
    assert token_for(registry, name, PASSWORD, SCOPE)["orcid"] == STUDENT


def test_token_answer(registry: Registry) -> None:
    back = authorize(registry, "student", PASSWORD, f"{SCOPE} email profile")
    assert back["state"] == "state-of-the-test"
    answer = exchange(registry, back["code"])
    token = answer.json()
    assert answer.status_code == 200
    assert token["token_type"] == "bearer"
    assert set(token["scope"].split()) == set(SCOPE.split())
    assert token["expires_in"] >= TWENTY_YEARS
    assert (token["name"], token["orcid"]) == ("J. S. Carberry", STUDENT)
    assert token["access_token"] != token["refresh_token"]
    assert token["id_token"].count(".") == 2


def test_no_id_token_without_openid_and_no_name_when_hidden(registry: Registry) -> None:
    token = token_for(registry, HIDDEN, PASSWORD, "/authenticate")
    assert "id_token" not in token
    assert token["name"] is None


def test_deny(registry: Registry) -> None:
    back = authorize(registry, "student", PASSWORD, "/person/update", allow=False)
    assert back == {
        "error": "access_denied",
        "error_description": "User denied access",
        "state": "state-of-the-test",
    }


def test_a_code_is_good_once_and_reusing_it_disables_the_first_token(registry: Registry) -> None:
    code = authorize(registry, "student", PASSWORD, SCOPE)["code"]
    first = Caller(registry, exchange(registry, code).json())
    assert first.call("GET", "works").status_code == 200
    again = exchange(registry, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert again.json()["error_description"].startswith("Reused authorization code")
    assert first.call("GET", "works").status_code == 401


def test_an_expired_code_is_refused(tmp_path: pytest.TempPathFactory) -> None:
    registry = start_registry(tmp_path, PEOPLE[:1], arguments=["--code-seconds", "0"])
    try:
        answer = exchange(registry, authorize(registry, "student", PASSWORD, SCOPE)["code"])
    finally:
        registry.stop()
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"code": "nonsense"}, 400, "invalid_grant"),
        ({"redirect_uri": REDIRECT_URI + "?x=1"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": OTHER_CLIENT["client_id"]}, 401, "invalid_client"),
        (
            {"client_id": OTHER_CLIENT["client_id"], "client_secret": OTHER_CLIENT["client_secret"]},
            400,
            "invalid_grant",
        ),
        ({"code": ""}, 401, "invalid_request"),
        ({"redirect_uri": ""}, 401, "invalid_request"),
        ({"client_id": ""}, 401, "invalid_request"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_token_endpoint_refusals(registry: Registry, changes: dict, status: int, error: str) -> None:
    code = authorize(registry, "student", PASSWORD, SCOPE)["code"]
    answer = exchange(registry, **({"code": code} | changes))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]


def test_client_may_use_basic_authentication(registry: Registry) -> None:
    code = authorize(registry, "student", PASSWORD, SCOPE)["code"]
    data = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    url = f"{registry.base_url}/oauth/token"
    wrong = requests.post(url, data, auth=(registry.client_id, "wrong"), timeout=10)
    right = requests.post(url, data, auth=(registry.client_id, registry.client_secret), timeout=10)
    assert (wrong.status_code, right.status_code) == (401, 200)


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://evil.example/orcid/callback/",
        "https://127.0.0.1:8000/orcid/callback/",
        "http://127.0.0.1.evil.example:8000/orcid/callback/",
        "http://user@127.0.0.1:8000/orcid/callback/",
        "http://127.0.0.1:8000/other/",
        "http://127.0.0.1:8000/orcid/callback/../../evil",
        "http://127.0.0.1:port/orcid/callback/",
        "",
    ],
)
def test_a_foreign_redirect_address_gets_a_page_and_never_a_redirect(
    registry: Registry, redirect_uri: str
) -> None:
    answer = ask(registry, redirect_uri=redirect_uri)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize("port", ["8000", "4711"])
def test_the_path_has_only_to_start_with_the_registered_one(registry: Registry, port: str) -> None:
    assert ask(registry, redirect_uri=f"http://localhost:{port}/orcid/callback/more?x=1").status_code == 302


def test_an_unknown_client_gets_a_page(registry: Registry) -> None:
    assert ask(registry, client_id="APP-NOBODY").status_code == 400


@pytest.mark.parametrize("scope", ["/nonsense", "/read-public", "/webhook", "", "email"])
def test_a_bad_scope_goes_back_without_state(registry: Registry, scope: str) -> None:
    location = ask(registry, scope=scope).headers["Location"]
    assert location.startswith(f"{REDIRECT_URI}?error=invalid_scope&error_description=")
    assert "state=" not in location


def test_consent_is_skipped_for_the_same_scopes_only(registry: Registry) -> None:
    session = requests.Session()
    authorize(registry, HIDDEN, PASSWORD, "/read-limited", session=session)
    code = authorize(registry, HIDDEN, PASSWORD, "/read-limited", session=session)["code"]
    exchange(registry, code).raise_for_status()
    assert "code" in authorize(registry, HIDDEN, PASSWORD, "/read-limited", allow=False, session=session)
    wider = authorize(
        registry, HIDDEN, PASSWORD, "/read-limited /person/update", allow=False, session=session
    )
    assert wider["error"] == "access_denied"


def test_prompt_login_asks_again_only_with_openid(registry: Registry) -> None:
    session = requests.Session()
    authorize(registry, "student", PASSWORD, SCOPE, session=session)
    query = {"client_id": registry.client_id, "response_type": "code", "redirect_uri": REDIRECT_URI}
    url = f"{registry.base_url}/oauth/authorize"
    asked = {}
    for scope in ("openid", "/authenticate"):
        params = query | {"scope": scope, "prompt": "login"}
        asked[scope] = 'name="password"' in session.get(url, params=params, timeout=10).text
    assert asked == {"openid": True, "/authenticate": False}


def test_prompt_none_answers_in_a_fragment(registry: Registry) -> None:
    assert ask(registry, prompt="none").headers["Location"] == f"{REDIRECT_URI}#login_required"


def test_registration_page_for_show_login_false_and_for_an_unknown_id(registry: Registry) -> None:
    assert "/register?" in ask(registry, show_login="false").headers["Location"]
    assert "/register?" in ask(registry, orcid="0009-0000-0000-0009").headers["Location"]
    assert "/signin?" in ask(registry, orcid=STUDENT).headers["Location"]


def test_a_person_without_an_id_makes_one_on_the_way(registry: Registry) -> None:
    session = requests.Session()
    query = {
        "client_id": registry.client_id,
        "response_type": "code",
        "scope": SCOPE,
        "redirect_uri": REDIRECT_URI,
        "show_login": "false",
        "given_names": "Nora",
        "family_names": "Neu",
        "email": f"nora{time.monotonic_ns()}@example.edu",
    }
    page = session.get(f"{registry.base_url}/oauth/authorize", params=query, timeout=10)
    assert 'value="Nora"' in page.text
    filled = {"given_names": "Nora", "family_name": "Neu", "email": query["email"], "password": "long enough"}
    short = submit(session, page, filled | {"password": "short"})
    assert short.status_code == 400
    consent = session.get(page.url, timeout=10)
    consent = submit(session, consent, filled)
    consent = session.get(f"{registry.base_url}{consent.headers['Location']}", timeout=10)
    back = submit(session, consent, {"decision": "allow"}).headers["Location"]
    token = exchange(registry, back.split("code=")[1]).json()
    assert token["orcid"].startswith("0009-00")
    assert token["name"] == "Nora Neu"


def test_wrong_password_says_so_and_keeps_the_name(registry: Registry) -> None:
    session = requests.Session()
    page = session.get(f"{registry.base_url}/signin", timeout=10)
    answer = submit(session, page, {"username": "student", "password": "wrong"})
    assert answer.status_code == 400
    assert "do not go together" in answer.text
    assert 'value="student"' in answer.text


def test_refresh_makes_a_new_pair_and_may_narrow_it(registry: Registry) -> None:
    first = token_for(registry, "student", PASSWORD, SCOPE)
    new = _refresh(registry, first["refresh_token"], scope="/read-limited")
    assert new.status_code == 200
    assert new.json()["scope"] == "/read-limited"
    assert new.json()["access_token"] != first["access_token"]
    assert Caller(registry, first).call("GET", "works").status_code == 200
    wider = _refresh(registry, new.json()["refresh_token"], scope="/person/update")
    assert (wider.status_code, wider.json()["error"]) == (401, "invalid_scope")


def test_refresh_refusals(registry: Registry) -> None:
    assert _refresh(registry, "nonsense").json()["error"] == "invalid_grant"
    first = token_for(registry, "student", PASSWORD, SCOPE)
    _revoke(registry, first["access_token"])
    dead = _refresh(registry, first["refresh_token"])
    assert (dead.status_code, dead.json()["error"]) == (400, "unauthorized_client")


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoke_kills_that_pair_only(registry: Registry, which: str) -> None:
    doomed, kept = (token_for(registry, "student", PASSWORD, SCOPE) for _ in range(2))
    answer = _revoke(registry, doomed[which])
    assert (answer.status_code, answer.content) == (200, b"")
    gone = Caller(registry, doomed).call("DELETE", "work/1")
    assert (gone.status_code, gone.json()["error"]) == (401, "invalid_token")
    assert doomed["access_token"] in gone.json()["error_description"]
    assert Caller(registry, kept).call("GET", "works").status_code == 200


def test_revoke_needs_the_client(registry: Registry) -> None:
    assert _revoke(registry, "anything", client_secret="wrong").json()["error"] == "invalid_client"


def test_client_credentials_read_public_things_only(registry: Registry) -> None:
    data = {"grant_type": "client_credentials", "scope": "/read-public"}
    token = _token(registry, data).json()
    assert token["orcid"] is None
    reader = Caller(registry, token | {"orcid": HIDDEN})
    assert reader.call("GET", "keywords").json()["keyword"] == []
    refused = _token(registry, data | {"scope": "/activities/update"})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_scope")


def _token(registry: Registry, data: dict, path: str = "token") -> requests.Response:
    client = {"client_id": registry.client_id, "client_secret": registry.client_secret}
    return requests.post(f"{registry.base_url}/oauth/{path}", client | data, timeout=10)


def _refresh(registry: Registry, refresh_token: str, **more: str) -> requests.Response:
    return _token(registry, {"grant_type": "refresh_token", "refresh_token": refresh_token} | more)


def _revoke(registry: Registry, token: str, **more: str) -> requests.Response:
    return _token(registry, {"token": token} | more, "revoke")


def test_sign_in_is_prefilled_and_the_id_wins(registry: Registry) -> None:
    def page(**hints: str) -> str:
        answer = ask(registry, **hints)
        return requests.get(f"{registry.base_url}{answer.headers['Location']}", timeout=10).text

    assert 'value="student@example.edu"' in page(email="student@example.edu")
    both = page(email="student@example.edu", orcid=STUDENT)
    assert f'value="{STUDENT}"' in both
    assert 'value="student@example.edu"' not in both
    assert "<code>fr</code>" in page(lang="fr")
    names = {"given_names": "Zoë", "family_names": "O'Neill", "email": "zoe@example.edu"}
    registration = page(**names, show_login="false")
    for shown in ("Zoë", "O&#x27;Neill", "zoe@example.edu"):
        assert f'value="{shown}"' in registration


def test_a_code_and_a_token_last_as_long_as_the_switches_say(tmp_path: Path) -> None:
    registry = start_registry(tmp_path, PEOPLE[:1], faults=True)
    try:
        registry.control("switches", code_seconds=0)
        late = exchange(registry, authorize(registry, "student", PASSWORD, SCOPE)["code"])
        assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")
        registry.control("switches", code_seconds=600, token_seconds=0)
        answer = token_for(registry, "student", PASSWORD, SCOPE)
        expired = Caller(registry, answer).call("DELETE", "work/1")
        assert (expired.status_code, expired.json()["error"]) == (401, "invalid_token")
        data = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
        names = {"client_id": registry.client_id, "client_secret": registry.client_secret}
        again = requests.post(f"{registry.base_url}/oauth/token", data | names, timeout=10)
        assert (again.status_code, again.json()["error"]) == (400, "unauthorized_client")
    finally:
        registry.stop()
