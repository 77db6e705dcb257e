"""oauth.py: whole visits to a real registry, good and bad."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import connections as databases
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from joserfc import jwt
from joserfc.jwk import RSAKey

from orcid_workflow.models import ApiCall, Connection, Token
from orcid_workflow.purposes import ConnectionRefused
from orcid_workflow.signals import connection_changed
from orcid_workflow.visits.outcomes import _TABLE, outcome

from .conftest import HOST, at_orcid, attach, begin, fault, grant_for


def _nothing_stored() -> bool:
    return not Connection.objects.exists() and not Token.objects.exists()


def _live_at_orcid(registry, token: str, orcid: str) -> bool:
    answer = requests.get(
        f"{registry.api_url}/{orcid}/record", headers={"Authorization": f"Bearer {token}"}, timeout=5
    )
    return answer.status_code == 200


def test_what_is_asked_for(registry, browser) -> None:
    address = urlsplit(begin(browser))
    query = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{registry.base_url}/oauth/authorize"
    assert query["scope"] == ["openid /read-limited /activities/update"]
    assert query["redirect_uri"] == [f"http://{HOST}/orcid/callback/"]
    assert query["client_id"] == [registry.client_id]
    assert query["state"]
    assert query["nonce"]
    assert "code_challenge" not in query


def test_allow_stores_the_whole_answer_and_reads_the_record(
    registry, browser, user, person, django_capture_on_commit_callbacks
) -> None:
    heard = []

    def listen(sender, connection, change, **kwargs):
        heard.append((connection.orcid, change))

    connection_changed.connect(listen)
    back = at_orcid(registry, person, begin(browser))
    with django_capture_on_commit_callbacks(execute=True):
        response = browser.get(back)
    connection_changed.disconnect(listen)
    assert response.status_code == 302
    assert response["Location"] == "/orcid/connected/"
    row = Connection.objects.get()
    assert (row.orcid, row.user, row.environment, row.state) == (person.orcid, user, "local", "connected")
    assert row.name == person.name
    assert row.amr == "pwd"
    assert row.auth_time
    assert row.scopes == {"openid", "/read-limited", "/activities/update"}
    assert row.can_write
    assert row.client_id == registry.client_id
    token = row.tokens.get()
    answer = json.loads(token.answer)
    assert answer["access_token"] == token.access_token
    assert answer["refresh_token"] == token.refresh_token
    assert answer["id_token"]
    assert token.expires_at.year > row.authenticated_at.year + 15
    assert row.record["orcid-identifier"]["path"] == person.orcid
    assert heard == [(person.orcid, "connected"), (person.orcid, "record")]
    page = browser.get("/orcid/connected/").content.decode()
    for words in (person.name, f"https://orcid.org/{person.orcid}", "This is not you?", "add works"):
        assert words in page


@pytest.mark.django_db
def test_the_registered_address_is_used_whatever_the_proxy_says(registry, browser, person, settings) -> None:
    """At ORCID twice, the second time for the token: the registry refuses the code when the two differ."""
    settings.ORCID_REDIRECT_URI = "http://localhost:8000/orcid/callback/"
    behind_a_proxy = {"HTTP_HOST": "10.0.0.7:9000", "HTTP_ORIGIN": "http://localhost:8000"}
    address = browser.post("/orcid/connect/", {"purpose": "account"}, **behind_a_proxy)["Location"]
    assert parse_qs(urlsplit(address).query)["redirect_uri"] == [settings.ORCID_REDIRECT_URI]
    response = browser.get(at_orcid(registry, person, address), HTTP_HOST="10.0.0.7:9000")
    assert response["Location"] == "/orcid/connected/"
    assert Connection.objects.get().orcid == person.orcid


@pytest.mark.django_db
def test_who_begins_at_another_name_of_the_site_is_led_to_the_registered_one(
    registry, browser, purpose, settings
) -> None:
    """The answer goes to the registered name, where the session of the other one is unknown."""
    settings.ORCID_REDIRECT_URI = "https://etd.example.edu/orcid/callback/"
    response = browser.post("/orcid/connect/", {"purpose": "account", "next": "/submit/1/?a=b"})
    assert (
        response["Location"]
        == "https://etd.example.edu/orcid/connect/?purpose=account&next=%2Fsubmit%2F1%2F%3Fa%3Db"
    )
    assert not [key for key, _ in browser.session.items() if key.startswith("_state_")]

    purpose("of-a-step", failure_url=lambda context: f"http://{HOST}//evil.example/step?at={context['at']}")
    session = browser.session
    session["orcid_again"] = {"purpose": "of-a-step", "context": {"at": 3}}
    session.save()
    response = browser.post("/orcid/connect/again/")
    assert response["Location"] == "https://etd.example.edu//evil.example/step?at=3"

    settings.SESSION_COOKIE_DOMAIN = ".example.edu"
    assert begin(browser).startswith(registry.base_url)


@pytest.mark.django_db
def test_deny_changes_nothing_and_spends_the_state(registry, browser, person) -> None:
    back = at_orcid(registry, person, begin(browser), allow=False)
    response = browser.get(back)
    assert response.status_code == 200
    assert "You did not connect" in response.content.decode()
    assert _nothing_stored()
    assert not [key for key, _ in browser.session.items() if key.startswith("_state_")]
    again = browser.post("/orcid/connect/again/")
    assert again["Location"].startswith(registry.base_url)


@pytest.mark.django_db
def test_the_same_answer_twice(registry, browser, person) -> None:
    back = at_orcid(registry, person, begin(browser))
    browser.get(back)
    response = browser.get(back)
    assert response.status_code == 400
    assert "expired or was finished already" in response.content.decode()
    assert Token.objects.count() == 1


@pytest.mark.django_db
def test_a_state_of_somebody_else(registry, browser, person, django_user_model) -> None:
    back = at_orcid(registry, person, begin(browser))
    stranger = Client(HTTP_HOST=HOST)
    stranger.force_login(django_user_model.objects.create_user("eve"))
    assert stranger.get(back).status_code == 400
    assert _nothing_stored()


@pytest.mark.django_db
def test_another_account_in_the_same_browser(registry, browser, person, user) -> None:
    back = at_orcid(registry, person, begin(browser))
    session = browser.session
    other = get_user_model().objects.create_user("bob")
    session["_auth_user_id"] = str(other.pk)
    session["_auth_user_hash"] = other.get_session_auth_hash()
    session.save()
    response = browser.get(back)
    assert response.status_code == 403
    assert "Somebody else began" in response.content.decode()
    assert _nothing_stored()


@pytest.mark.django_db
def test_a_state_that_is_too_old(registry, browser, person) -> None:
    back = at_orcid(registry, person, begin(browser))
    session = browser.session
    key = next(key for key, _ in session.items() if key.startswith("_state_"))
    session[key]["data"]["begun"] -= 3601
    session.save()
    response = browser.get(back)
    assert response.status_code == 400
    assert _nothing_stored()
    assert browser.post("/orcid/connect/again/")["Location"].startswith(registry.base_url)


@pytest.mark.django_db
def test_a_code_that_was_used(registry, browser, person) -> None:
    back = at_orcid(registry, person, begin(browser))
    requests.post(
        f"{registry.base_url}/oauth/token",
        data={
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(back).query)["code"][0],
            "redirect_uri": f"http://{HOST}/orcid/callback/",
            "client_id": registry.client_id,
            "client_secret": registry.client_secret,
        },
        timeout=5,
    ).raise_for_status()
    response = browser.get(back)
    assert response.status_code == 400
    assert "used already or came too late" in response.content.decode()
    assert _nothing_stored()


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "state=none", "code=x", "code=x&state=y", "state=%00", "error="])
def test_nonsense_at_the_callback(registry, browser, query: str) -> None:
    response = browser.get(f"/orcid/callback/?{query}")
    assert response.status_code == 400
    assert _nothing_stored()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"), [("invalid_scope", 503), ("client_locked", 503), ("server_error", 503)]
)
def test_errors_that_orcid_sends_back_with(registry, browser, error: str, status: int) -> None:
    response = browser.get(f"/orcid/callback/?error={error}&error_description=Invalid scope: x")
    assert response.status_code == status
    assert "Nothing was" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("error=invalid_scope&error_description=Invalid scope: x y", "do not understand"),
        ("error=client_locked&error_description=Client is locked", "do not understand"),
        ("error=access_denied&error_description=User denied access", "You did not connect"),
        ("error=ACCESS_DENIED+", "You did not connect"),
        ("error=login_required", "without an answer"),
        ("error=interaction_required&error_description=interaction required", "without an answer"),
        ("error=temporarily_unavailable", "does not answer"),
        ("", "without an answer"),
    ],
)
def test_an_answer_that_forgets_the_state_finds_its_visit(registry, browser, query: str, kind: str) -> None:
    """ORCID leaves the state out of most errors, and all of it behind a # (orcid.md §2, §3)."""
    browser.post("/orcid/connect/", {"next": "/submit/7/"})
    response = browser.get(f"/orcid/callback/?{query}")
    page = response.content.decode()
    assert kind in page
    assert 'href="/submit/7/"' in page, "the way back is not lost"
    assert _nothing_stored()
    again = browser.post("/orcid/connect/again/")
    assert again["Location"].startswith(registry.base_url)


@pytest.mark.django_db
def test_a_code_without_its_state_is_never_taken(registry, browser, person) -> None:
    back = at_orcid(registry, person, begin(browser))
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert browser.get(f"/orcid/callback/?code={code}").status_code == 400
    assert _nothing_stored()
    assert browser.get(back).status_code == 302, "and the visit itself still counts"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(_TABLE))
def test_every_outcome_says_what_and_leads_on(kind: str) -> None:
    for signed_in in (True, False):
        client = Client(HTTP_HOST=HOST)
        request = client.get("/orcid/connect/").wsgi_request
        request.user = get_user_model()(username="x", pk=1) if signed_in else AnonymousUser()
        details = {
            "orcid": "0000-0002-1825-0097",
            "connected": "0000-0001-5109-3700",
            "means": [],
            "items": [],
        }
        result = outcome(kind, back="/somewhere/", again=True, **details)
        page = render_to_string("orcid_workflow/outcome.html", {"outcome": result}, request)
        assert f"<h1>{escape(result.title)}</h1>" in page
        assert result.status in (200, 400, 403, 409, 503)
        main = page[page.index("<main") : page.index("</main")]
        assert "<form" in main or "/somewhere/" in main


@pytest.mark.django_db
@pytest.mark.parametrize(
    "trouble",
    [
        {"method": "POST", "path_regex": "/oauth/token", "status": 500},
        {"method": "POST", "path_regex": "/oauth/token", "status": 200},
        {"method": "POST", "path_regex": "/oauth/token", "action": "drop_after"},
        {"method": "POST", "path_regex": "/oauth/token", "action": "delay", "seconds": 2.0},
        {"method": "GET", "path_regex": "/oauth/jwks", "status": 500},
    ],
)
def test_orcid_does_not_answer(registry, browser, person, settings, trouble: dict) -> None:
    settings.ORCID_TIMEOUT_SECONDS = 1.0
    back = at_orcid(registry, person, begin(browser))
    fault(registry, **trouble)
    response = browser.get(back)
    assert response.status_code == 503
    assert "Nothing was lost" in response.content.decode()
    assert _nothing_stored()


@pytest.mark.django_db
def test_a_secret_that_orcid_does_not_know(registry, browser, person, settings) -> None:
    back = at_orcid(registry, person, begin(browser))
    settings.ORCID_CLIENT_SECRET = "wrong"
    response = browser.get(back)
    assert response.status_code == 503
    assert "not your fault" in response.content.decode()
    assert _nothing_stored()


@pytest.mark.django_db
def test_nobody_listens_at_all(registry, browser, person, settings) -> None:
    back = at_orcid(registry, person, begin(browser))
    settings.ORCID_BASE_URL = "http://127.0.0.1:9"
    assert browser.get(back).status_code == 503
    assert _nothing_stored()


@pytest.mark.django_db
def test_a_record_that_cannot_be_read_does_not_stop_the_connection(registry, browser, person) -> None:
    back = at_orcid(registry, person, begin(browser))
    fault(registry, method="GET", path_regex="/record", status=500)
    assert browser.get(back).status_code == 302
    row = Connection.objects.get()
    assert row.record is None
    assert row.can_write


@pytest.mark.django_db
def test_the_id_of_another_account(registry, browser, person, user) -> None:
    other = get_user_model().objects.create_user("bob", "bob-secret@example.edu")
    attach(grant_for(registry, person), other)
    before = set(Token.objects.values_list("pk", flat=True))
    response = browser.get(at_orcid(registry, person, begin(browser)))
    page = response.content.decode()
    assert response.status_code == 409
    assert "connected to another account here" in page
    assert "bob" not in page
    for way_out in (
        "Sign out here and sign in with the other account",
        person.orcid,
        "Use another iD",
    ):
        assert way_out in page
    assert set(Token.objects.values_list("pk", flat=True)) == before
    assert Connection.objects.get().user == other
    assert ApiCall.objects.filter(path="/oauth/revoke", status=200).count() == 1
    kept = Token.objects.get().access_token
    assert _live_at_orcid(registry, kept, person.orcid), "only the pair that was refused is given back"


def _fails(*args) -> None:
    raise RuntimeError("a fault of the host's")


def _fails_afterwards(*args) -> str:
    transaction.on_commit(_fails)
    return "/done/"


def _come_back(registry, person, purpose, **changes) -> int:
    """Go to ORCID and back for a purpose of the host's; return the status."""
    browser = Client(HTTP_HOST=HOST, raise_request_exception=False)
    browser.force_login(get_user_model().objects.create_user("ada"))
    purpose("account", scopes=("openid", "/read-limited"), **changes)
    return browser.get(at_orcid(registry, person, begin(browser))).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["on_connected", "identify"])
def test_a_grant_that_a_fault_of_ours_kept_from_being_stored_is_given_back(
    registry, person, purpose, part
) -> None:
    assert _come_back(registry, person, purpose, **{part: _fails}) == 500, "the fault stays to be seen"
    assert _nothing_stored()
    assert list(ApiCall.objects.filter(path="/oauth/revoke").values_list("status", flat=True)) == [200]


@pytest.mark.django_db
def test_and_by_the_worker_when_orcid_does_not_answer_either(registry, person, purpose) -> None:
    fault(registry, path_regex="/oauth/revoke", action="drop_before")
    assert _come_back(registry, person, purpose, on_connected=_fails) == 500
    assert Token.objects.get().revoke_again_at > timezone.now()
    assert not Connection.objects.get().is_connected


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_a_grant_that_was_stored_before_something_failed_stays(registry, person, purpose) -> None:
    assert _come_back(registry, person, purpose, on_connected=_fails_afterwards) == 500
    assert _live_at_orcid(registry, Token.objects.get().access_token, person.orcid)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_two_accounts_come_back_with_one_id_at_the_same_moment(registry, person) -> None:
    if databases["default"].vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    ways_back = []
    for name in ("ada", "bob"):
        browser = Client(HTTP_HOST=HOST)
        browser.force_login(get_user_model().objects.create_user(name, f"{name}@example.edu"))
        ways_back.append((browser, at_orcid(registry, person, begin(browser))))
    answers, gate = [], threading.Barrier(2)

    def come_back(browser: Client, address: str) -> None:
        gate.wait()
        try:
            answers.append(browser.get(address))
        finally:
            databases.close_all()

    threads = [threading.Thread(target=come_back, args=way) for way in ways_back]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "connected to another account" in refused.content.decode()
    row = Connection.objects.get()
    assert row.consents.get().receipt_to == row.user.email
    assert _live_at_orcid(registry, row.tokens.get().access_token, person.orcid)
    assert ApiCall.objects.filter(path="/oauth/revoke", status=200).count() == 1


@pytest.mark.django_db
def test_another_id_than_the_one_connected(registry, browser, new_person, user) -> None:
    first, second = new_person(), new_person()
    attach(grant_for(registry, first), user)
    response = browser.get(at_orcid(registry, second, begin(browser)))
    page = response.content.decode()
    assert response.status_code == 409
    assert first.orcid in page
    assert second.orcid in page
    assert "/orcid/choose/" in page
    assert [row.orcid for row in Connection.objects.filter(user=user)] == [first.orcid]
    assert Connection.objects.get(orcid=second.orcid).live_tokens() == []


@pytest.mark.django_db
def test_an_id_known_without_an_account_gets_one(registry, browser, person, user) -> None:
    row = attach(grant_for(registry, person, "openid"))
    assert row.user is None
    browser.get(at_orcid(registry, person, begin(browser)))
    row.refresh_from_db()
    assert row.user == user
    assert row.tokens.count() == 2


@pytest.mark.django_db
def test_a_narrower_sign_in_takes_nothing_away(registry, connection, person, purpose, user) -> None:
    purpose("member")
    member = Client(HTTP_HOST=HOST)
    response = _visit(registry, member, person, "member", {"role": "advisor"})
    assert response["Location"] == "/done/advisor"
    connection.refresh_from_db()
    assert connection.user == user
    assert connection.can_write
    assert connection.tokens.count() == 2


def _visit(registry, client: Client, person, name: str, context: dict):
    """Begin a purpose as a host's view would, in the session of ``client``, and come back."""
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from orcid_workflow import oauth

    request = RequestFactory().post("/host/", HTTP_HOST=HOST)
    request.user, request.session = AnonymousUser(), client.session
    response = oauth.begin(request, name, context, "")
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    return client.get(at_orcid(registry, person, response["Location"]))


@pytest.mark.django_db
def test_a_purpose_without_an_account(registry, person, purpose) -> None:
    purpose("member")
    response = _visit(registry, Client(HTTP_HOST=HOST), person, "member", {"role": "advisor"})
    assert response["Location"] == "/done/advisor"
    row = Connection.objects.get()
    assert row.user is None
    assert row.scope == "openid"
    assert not row.can_write
    assert row.record is None, "nothing is read that was not asked for"


@pytest.mark.django_db
def test_a_host_that_refuses_leaves_nothing_behind(registry, person, purpose) -> None:
    def refuse(request, connection, context):
        raise ConnectionRefused("Not this iD", "Another iD is attached.", "Ask the office", "/help/")

    purpose("member", on_connected=refuse)
    response = _visit(registry, Client(HTTP_HOST=HOST), person, "member", {})
    page = response.content.decode()
    assert response.status_code == 409
    for words in ("Not this iD", "Another iD is attached.", "/help/", "/back/"):
        assert words in page
    assert _nothing_stored()
    assert ApiCall.objects.filter(path="/oauth/revoke", status=200).exists()


@pytest.mark.django_db
def test_a_permission_that_was_not_given_is_said(registry, browser, person, purpose, user) -> None:
    # ORCID drops OIDC scopes such as "profile" without a word (orcid.md §2), so that the answer is narrower.
    purpose("wide", scopes=("openid", "profile"), requires_user=False)
    response = _visit(registry, Client(HTTP_HOST=HOST), person, "wide", {"role": "x"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "a permission is missing" in page
    assert "/done/x" in page
    assert Connection.objects.get().scope == "openid"


@pytest.mark.django_db
def test_disconnected_rows_hold_nobody_back(registry, browser, new_person, user) -> None:
    first, second = new_person(), new_person()
    old = attach(grant_for(registry, first), user)
    browser.post("/orcid/disconnect/")
    browser.get(at_orcid(registry, second, begin(browser)))
    old.refresh_from_db()
    assert old.user is None
    assert Connection.objects.get(orcid=second.orcid).user == user
    bob = get_user_model().objects.create_user("bob")
    assert attach(grant_for(registry, first), bob).pk == old.pk


class _Forger(BaseHTTPRequestHandler):
    """A token endpoint that answers what the test tells it to."""

    answer: dict = {}
    keys: dict = {}
    revoked: list = []
    deaf = False  # to being asked to revoke

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.path == "/oauth/revoke":
            self.revoked.append(form["token"][0])
            if self.deaf:
                return
        self._send(self.answer)

    def do_GET(self) -> None:
        self._send(self.keys)

    def _send(self, data: dict) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def forger(settings):
    """A provider of our own, to answer what the registry never would."""
    server = HTTPServer(("127.0.0.1", 0), _Forger)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.ORCID_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    settings.ORCID_API_URL = f"{settings.ORCID_BASE_URL}/v3.0"
    _Forger.revoked, _Forger.deaf = [], False
    yield server
    server.shutdown()
    server.server_close()


KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"})


def _forge(settings, nonce: str, *, key=KEY, answer: dict | None = None, **claims) -> None:
    import time

    good = {
        "iss": settings.ORCID_BASE_URL,
        "aud": settings.ORCID_CLIENT_ID,
        "sub": "0000-0002-1825-0097",
        "iat": int(time.time()),
        "exp": int(time.time()) + 600,
        "nonce": nonce,
        "amr": "mfa",
    }
    _Forger.keys = {"keys": [{k: v for k, v in KEY.as_dict(private=False).items() if k != "alg"}]}
    _Forger.answer = {
        "access_token": "an-access-token",
        "token_type": "bearer",
        "refresh_token": "a-refresh-token",
        "expires_in": 631138518,
        "scope": "openid /activities/update",
        "name": None,
        "orcid": "0000-0002-1825-0097",
        "id_token": jwt.encode({"alg": "RS256", "kid": "one"}, good | claims, key),
    } | (answer or {})


def _forged_visit(browser: Client, settings, **forged) -> object:
    query = parse_qs(urlsplit(begin(browser)).query)
    _forge(settings, query["nonce"][0], **forged)
    return browser.get(f"/orcid/callback/?code=c&state={query['state'][0]}")


@pytest.mark.django_db
def test_the_forger_can_also_be_honest(forger, browser, settings) -> None:
    response = _forged_visit(browser, settings)
    assert "a permission is missing" in response.content.decode()
    row = Connection.objects.get()
    assert (row.orcid, row.name, row.amr) == ("0000-0002-1825-0097", "", "mfa")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "forged",
    [
        {"nonce": "another"},
        {"iss": "https://evil.example"},
        {"aud": "APP-OTHER"},
        {"exp": 1},
        {"sub": "0000-0001-5109-3700"},
        {"at_hash": base64.urlsafe_b64encode(b"x" * 16).decode().rstrip("=")},
        {"key": OTHER_KEY},
        {"answer": {"id_token": "nonsense"}},
        {"answer": {"id_token": None}},
    ],
    ids=["nonce", "issuer", "audience", "expired", "another iD", "at_hash", "key", "no JWT", "none"],
)
def test_an_id_token_that_is_not_as_it_has_to_be(forger, browser, settings, forged: dict) -> None:
    claims = dict(forged)
    nonce = claims.pop("nonce", None)
    query = parse_qs(urlsplit(begin(browser)).query)
    _forge(settings, nonce or query["nonce"][0], **claims)
    response = browser.get(f"/orcid/callback/?code=c&state={query['state'][0]}")
    assert response.status_code in (400, 503)
    assert "Nothing was" in response.content.decode() or "changed nothing" in response.content.decode()
    assert _nothing_stored()
    assert _Forger.revoked == ["a-refresh-token"], "what was given and is not trusted is given back"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer",
    [
        {"orcid": None},
        {"orcid": "0000-0002-1825-0098"},
        {"orcid": ""},
        {"access_token": ""},
        {"access_token": None},
        {"expires_in": "soon"},
    ],
)
def test_nothing_is_written_without_a_token_and_a_valid_id(forger, browser, settings, answer: dict) -> None:
    response = _forged_visit(browser, settings, answer=answer)
    assert response.status_code in (400, 503)
    assert _nothing_stored()
    assert _Forger.revoked == ["a-refresh-token"]


@pytest.mark.django_db
@pytest.mark.parametrize(("orcid", "kept"), [("0000-0002-1825-0097", 1), ("0000-0002-1825-0098", 0)])
def test_what_is_not_trusted_and_cannot_be_given_back_now(
    forger, browser, settings, caplog, orcid: str, kept: int
) -> None:
    _Forger.deaf = True
    assert _forged_visit(browser, settings, aud="APP-OTHER", answer={"orcid": orcid}).status_code == 400
    assert Token.objects.filter(revoke_again_at__isnull=False).count() == kept
    assert not Connection.objects.filter(state="connected").exists()
    assert ("could not be given back" in caplog.text) is not bool(kept)
    assert "a-refresh-token" not in caplog.text


@pytest.mark.django_db
def test_a_string_amr_is_no_error_and_a_number_is(forger, browser, settings) -> None:
    assert _forged_visit(browser, settings, amr=7).status_code == 400
    assert _nothing_stored()
