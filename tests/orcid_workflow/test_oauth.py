"""oauth.py: whole visits to a real registry, good and bad."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client
from django.utils.html import escape

from orcid_workflow.models import Connection, Token
from orcid_workflow.signals import connection_changed
from orcid_workflow.visits.outcomes import _TABLE, outcome

from .conftest import HOST, at_orcid, begin, fault, nothing_stored


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
    assert nothing_stored()
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
    assert nothing_stored()


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
    assert nothing_stored()


@pytest.mark.django_db
def test_a_state_that_is_too_old(registry, browser, person) -> None:
    back = at_orcid(registry, person, begin(browser))
    session = browser.session
    key = next(key for key, _ in session.items() if key.startswith("_state_"))
    session[key]["data"]["begun"] -= 3601
    session.save()
    response = browser.get(back)
    assert response.status_code == 400
    assert nothing_stored()
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
    assert nothing_stored()


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "state=none", "code=x", "code=x&state=y", "state=%00", "error="])
def test_nonsense_at_the_callback(registry, browser, query: str) -> None:
    response = browser.get(f"/orcid/callback/?{query}")
    assert response.status_code == 400
    assert nothing_stored()


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
    assert nothing_stored()
    again = browser.post("/orcid/connect/again/")
    assert again["Location"].startswith(registry.base_url)


@pytest.mark.django_db
def test_a_code_without_its_state_is_never_taken(registry, browser, person) -> None:
    back = at_orcid(registry, person, begin(browser))
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert browser.get(f"/orcid/callback/?code={code}").status_code == 400
    assert nothing_stored()
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
    assert nothing_stored()


@pytest.mark.django_db
def test_a_secret_that_orcid_does_not_know(registry, browser, person, settings) -> None:
    back = at_orcid(registry, person, begin(browser))
    settings.ORCID_CLIENT_SECRET = "wrong"
    response = browser.get(back)
    assert response.status_code == 503
    assert "not your fault" in response.content.decode()
    assert nothing_stored()


@pytest.mark.django_db
def test_nobody_listens_at_all(registry, browser, person, settings) -> None:
    back = at_orcid(registry, person, begin(browser))
    settings.ORCID_BASE_URL = "http://127.0.0.1:9"
    assert browser.get(back).status_code == 503
    assert nothing_stored()


@pytest.mark.django_db
def test_a_record_that_cannot_be_read_does_not_stop_the_connection(registry, browser, person) -> None:
    back = at_orcid(registry, person, begin(browser))
    fault(registry, method="GET", path_regex="/record", status=500)
    assert browser.get(back).status_code == 302
    row = Connection.objects.get()
    assert row.record is None
    assert row.can_write
