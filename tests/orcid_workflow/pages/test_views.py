"""views.py: the pages of a person, and that a GET changes nothing."""

import pytest
import requests
from django.contrib.auth import get_user_model
from django.test import Client

from orcid_workflow import sync
from orcid_workflow.models import Connection, OrcidItem, Token

from ..conftest import HOST, at_orcid, attach, begin, fault, grant_for, works_of
from ..items import a_work

PAGES = [
    "/orcid/",
    "/orcid/history/",
    "/orcid/items/1/",
    "/orcid/connect/",
    "/orcid/connected/",
    "/orcid/disconnect/",
]
ACTIONS = [
    "/orcid/refresh/",
    "/orcid/connect/again/",
    "/orcid/items/1/send-again/",
    "/orcid/items/1/approve/",
    "/orcid/mode/",
    "/orcid/pause/",
    "/orcid/go-on/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_one_has_to_be_signed_in(path: str) -> None:
    response = Client(HTTP_HOST=HOST).get(path)
    assert response.status_code == 302
    assert "next=" in response["Location"]


@pytest.mark.parametrize("path", ACTIONS)
def test_what_changes_something_is_no_get(browser, path: str) -> None:
    assert browser.get(path).status_code == 405


def test_posts_need_the_token_of_the_form(user, registry) -> None:
    strict = Client(HTTP_HOST=HOST, enforce_csrf_checks=True)
    strict.force_login(user)
    for path in ("/orcid/connect/", "/orcid/disconnect/", "/orcid/connect/again/"):
        assert strict.post(path).status_code == 403


def test_before_connecting_everything_is_explained(registry, browser) -> None:
    page = browser.get("/orcid/connect/?next=/submit/").content.decode()
    for words in ("Why we ask", "What we read", "What we write", "You can undo it", 'value="/submit/"'):
        assert words in page
    assert "Create or connect your ORCID iD" in page
    assert not [key for key, _ in browser.session.items() if key.startswith("_state_")]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil"]
)
def test_nobody_is_led_away(registry, browser, person, target: str) -> None:
    assert "evil" not in browser.get("/orcid/connect/", {"next": target}).content.decode()
    response = browser.post("/orcid/connect/", {"next": target})
    done = browser.get(at_orcid(registry, person, response["Location"]))
    assert done["Location"] == "/orcid/connected/"
    assert "evil" not in browser.get("/orcid/connected/", {"next": target}).content.decode()


def test_the_way_on_leads_back_to_where_one_was(registry, browser, person) -> None:
    response = browser.post("/orcid/connect/", {"next": "/submit/1/?a=b&c=d"})
    done = browser.get(at_orcid(registry, person, response["Location"]))
    assert 'href="/submit/1/?a=b&amp;c=d"' in browser.get(done["Location"]).content.decode()


def test_an_unknown_or_private_purpose_is_the_account(registry, browser, purpose) -> None:
    purpose("hidden", requires_user=True)
    for name in ("hidden", "no-such"):
        assert "read-limited" in browser.post("/orcid/connect/", {"purpose": name})["Location"]


def test_home_without_an_id(browser) -> None:
    assert "No ORCID iD is connected" in browser.get("/orcid/").content.decode()


def test_home_shows_id_permissions_reading_and_items(registry, browser, person) -> None:
    browser.get(at_orcid(registry, person, begin(browser)))
    row = Connection.objects.get()
    sync.desire(
        row, "work", "t-1", a_work("k-1"), title="On Kelp", facts={"type": "Thesis", "date": "2026-11-20"}
    )
    page = browser.get("/orcid/").content.decode()
    assert "Waiting to be sent" in page
    sync.run_due()
    page = browser.get("/orcid/").content.decode()
    for words in (
        "20 November 2026 | Thesis",
        person.name,
        f"https://orcid.org/{person.orcid}",
        "On Kelp",
        "On the ORCID record",
        "kelp, tides",
    ):
        assert words in page
    assert f"{registry.base_url}/{person.orcid}" in page


def test_disconnect_asks_once_and_then_does_it(registry, browser, connection) -> None:
    token = connection.tokens.get().access_token
    page = browser.get("/orcid/disconnect/").content.decode()
    assert "What stays as it is" in page
    connection.refresh_from_db()
    assert connection.is_connected
    page = browser.post("/orcid/disconnect/").content.decode()
    assert "ORCID has confirmed" in page
    connection.refresh_from_db()
    assert connection.state == Connection.State.DISCONNECTED
    assert connection.record is None
    assert connection.disconnected_at
    assert not Token.objects.exists()
    answer = requests.get(
        f"{registry.api_url}/{connection.orcid}/record",
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    )
    assert answer.status_code == 401
    assert "You disconnected" in browser.get("/orcid/").content.decode()
    assert browser.post("/orcid/disconnect/").status_code == 302


def test_disconnect_while_orcid_is_down_is_finished_by_the_worker(registry, browser, connection) -> None:
    fault(registry, method="POST", path_regex="/oauth/revoke", status=503)
    page = browser.post("/orcid/disconnect/").content.decode()
    assert "go on asking" in page
    token = Token.objects.get()
    connection.refresh_from_db()
    assert connection.live_tokens() == []
    sync.run_due(now=token.revoke_again_at)
    assert not Token.objects.filter(revoke_again_at__lt=token.revoke_again_at).exists()
    sync.run_due(now=Token.objects.get().revoke_again_at if Token.objects.exists() else None)
    assert not Token.objects.exists()


def test_every_pair_is_revoked(registry, browser, connection, person, user) -> None:
    attach(grant_for(registry, person), user)
    attach(grant_for(registry, person, "openid"), user)
    values = [token.access_token for token in connection.tokens.all()]
    assert len(set(values)) == 3
    browser.post("/orcid/disconnect/")
    for value in values:
        answer = requests.get(
            f"{registry.base_url}/oauth/userinfo", headers={"Authorization": f"Bearer {value}"}, timeout=5
        )
        assert answer.status_code == 403


def test_refresh(registry, browser, connection) -> None:
    assert "We read your ORCID record again" in browser.post("/orcid/refresh/", follow=True).content.decode()
    connection.refresh_from_db()
    assert connection.record


def test_the_owner_answers_for_a_removed_item_and_nobody_else(registry, browser, connection) -> None:
    item = sync.desire(connection, "work", "t-1", a_work("k-1"), title="On Kelp")
    sync.run_due()
    item.refresh_from_db()
    _remove_at_orcid(registry, connection, item.put_code)
    sync.desire(connection, "work", "t-1", a_work("k-1", title="On Kelp, again"), title="On Kelp")
    sync.run_due()
    page = browser.get("/orcid/").content.decode()
    assert "no longer on your ORCID record" in page
    assert f"/orcid/items/{item.pk}/send-again/" in page
    stranger = Client(HTTP_HOST=HOST)
    stranger.force_login(get_user_model().objects.create_user("eve"))
    assert stranger.post(f"/orcid/items/{item.pk}/send-again/").status_code == 404
    assert browser.post(f"/orcid/items/{item.pk}/leave-off/").status_code == 302
    assert sync.run_due() == 0
    assert works_of(registry, connection) == []
    assert browser.post(f"/orcid/items/{item.pk}/send-again/").status_code == 302
    sync.run_due()
    item.refresh_from_db()
    assert item.state == OrcidItem.State.SENT
    assert len(works_of(registry, connection)) == 1


def _remove_at_orcid(registry, connection: Connection, put_code: int) -> None:
    token = connection.tokens.first().access_token
    requests.delete(
        f"{registry.api_url}/{connection.orcid}/work/{put_code}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    ).raise_for_status()
