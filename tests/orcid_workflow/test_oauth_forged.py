"""A token endpoint that lies: nothing it says is stored that is not signed, fresh and of a valid iD."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from orcid_workflow.models import Connection, Token

from .conftest import begin, nothing_stored


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
    assert nothing_stored()
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
    assert nothing_stored()
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
    assert nothing_stored()
