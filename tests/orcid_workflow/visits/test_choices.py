"""choices.py: somebody signs in with another iD than the one that is connected, and is asked."""

import datetime as dt
import threading

import pytest
import requests
from django.contrib.auth import get_user_model
from django.db import connections as databases
from django.test import Client
from django.utils import timezone

from orcid_workflow import connections, sync
from orcid_workflow.models import Connection, Consent, Token

from ..conftest import HOST, at_orcid, attach, begin, fault, grant_for, works_of
from ..items import a_work, alive

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(new_person):
    """Two people at the registry, or one person with two iDs."""
    return new_person(), new_person()


@pytest.fixture
def old(registry, two, user) -> Connection:
    """The iD that is connected already."""
    return attach(grant_for(registry, two[0]), user)


@pytest.fixture
def asked(registry, browser, two, old):
    """The page that asks."""
    response = browser.get(at_orcid(registry, two[1], begin(browser)))
    assert response.status_code == 409
    return response


def test_the_page_names_both_and_changes_nothing(registry, browser, two, old, asked, user) -> None:
    page = asked.content.decode()
    for words in (two[0].orcid, two[1].orcid, f"Keep {two[0].orcid}", f"Use {two[1].orcid}", "keeps the iD"):
        assert words in page
    old.refresh_from_db()
    assert (old.user, old.is_connected) == (user, True)
    parked = Connection.objects.get(orcid=two[1].orcid)
    assert (parked.user, parked.state, parked.scope) == (None, "disconnected", "")
    assert parked.live_tokens() == []
    assert browser.get("/orcid/choose/").content.decode().count(two[1].orcid) == page.count(two[1].orcid)
    assert not Consent.objects.exists()


def test_no_secret_is_in_the_session(browser, asked, two) -> None:
    token = Token.objects.get(connection__orcid=two[1].orcid)
    kept = str(dict(browser.session.items()))
    for secret in (token.access_token, token.refresh_token, token.answer):
        assert secret not in kept


def test_keeping_the_first_revokes_the_second_and_forgets_it(
    registry, browser, two, old, asked, user
) -> None:
    secret = Token.objects.get(connection__orcid=two[1].orcid).access_token
    response = browser.post("/orcid/choose/", {"choice": "keep"}, follow=True)
    assert f"We kept {two[0].orcid}" in response.content.decode()
    assert not alive(registry, secret)
    assert [row.orcid for row in Connection.objects.all()] == [two[0].orcid]
    assert alive(registry, old.tokens.get().access_token)
    assert browser.post("/orcid/choose/", {"choice": "use"}).status_code == 400


def test_using_the_new_one_ends_the_old_one(
    registry, browser, two, old, asked, user, django_capture_on_commit_callbacks
) -> None:
    before = old.tokens.get().access_token
    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post("/orcid/choose/", {"choice": "use"})
    assert response["Location"] == "/orcid/connected/"
    new = Connection.objects.get(user=user)
    assert (new.orcid, new.is_connected, new.can_write, new.name) == (two[1].orcid, True, True, two[1].name)
    assert new.amr == "pwd"
    assert new.auth_time
    assert new.record["orcid-identifier"]["path"] == two[1].orcid
    assert alive(registry, new.tokens.get().access_token)
    old.refresh_from_db()
    assert (old.user, old.state) == (None, "disconnected")
    assert not old.tokens.exists()
    assert not alive(registry, before)
    consent = Consent.objects.get()
    assert (consent.connection, consent.withdrawn_at) == (new, None)


def test_what_is_on_the_old_record_goes_when_its_owner_says_so(
    registry, browser, two, old, user, django_capture_on_commit_callbacks
) -> None:
    item = sync.desire(old, "work", "t-1", a_work("k-1"), title="On Kelp")
    sync.run_due()
    assert len(works_of(registry, old)) == 1
    page = browser.get(at_orcid(registry, two[1], begin(browser))).content.decode()
    assert "On Kelp" in page
    assert "remove from my old record" in page
    look = grant_for(registry, two[0])
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/orcid/choose/", {"choice": "use", "remove_items": "yes"})
    item.refresh_from_db()
    assert (item.put_code, item.state) == (None, "removed")
    headers = {"Authorization": f"Bearer {look.access_token}", "Accept": "application/json"}
    left = requests.get(f"{registry.api_url}/{two[0].orcid}/works", headers=headers, timeout=5).json()
    assert left["group"] == []


def test_who_never_answers_has_the_grant_revoked_by_the_worker(registry, browser, two, old, asked) -> None:
    token = Token.objects.get(connection__orcid=two[1].orcid)
    sync.run_due(now=timezone.now() + connections.CHOICE - dt.timedelta(minutes=2))
    assert alive(registry, token.access_token)
    sync.run_due(now=timezone.now() + connections.CHOICE + dt.timedelta(minutes=2))
    assert not alive(registry, token.access_token)
    assert [row.orcid for row in Connection.objects.all()] == [two[0].orcid]
    response = browser.post("/orcid/choose/", {"choice": "use"})
    assert response.status_code == 400
    assert "expired" in response.content.decode()
    old.refresh_from_db()
    assert old.is_connected


def test_a_grant_that_orcid_does_not_take_back_at_once_is_tried_again(
    registry, browser, two, old, asked
) -> None:
    secret = Token.objects.get(connection__orcid=two[1].orcid).access_token
    fault(registry, method="POST", path_regex="/oauth/revoke", status=503)
    browser.post("/orcid/choose/", {"choice": "keep"})
    assert Token.objects.filter(connection__orcid=two[1].orcid).exists()
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=6))
    assert not alive(registry, secret)
    assert not Connection.objects.filter(orcid=two[1].orcid).exists()


def test_the_second_visit_takes_the_place_of_the_first(
    registry, browser, two, old, asked, new_person
) -> None:
    secret = Token.objects.get(connection__orcid=two[1].orcid).access_token
    third = new_person()
    page = browser.get(at_orcid(registry, third, begin(browser))).content.decode()
    assert third.orcid in page
    assert not alive(registry, secret)
    assert not Connection.objects.filter(orcid=two[1].orcid).exists()


def test_another_account_in_the_same_browser_answers_nothing(registry, browser, two, old, asked) -> None:
    other = get_user_model().objects.create_user("eve")
    session = browser.session
    session["_auth_user_id"], session["_auth_user_hash"] = str(other.pk), other.get_session_auth_hash()
    session.save()
    for data in ({"choice": "use"}, {"choice": "keep"}):
        assert browser.post("/orcid/choose/", data).status_code == 400
    old.refresh_from_db()
    assert old.is_connected
    assert not Connection.objects.filter(user=other).exists()


def test_an_id_that_somebody_else_took_meanwhile(registry, browser, two, old, asked, user) -> None:
    other = get_user_model().objects.create_user("bob")
    attach(grant_for(registry, two[1]), other)
    parked = Token.objects.get(revoke_again_at__isnull=False).access_token
    response = browser.post("/orcid/choose/", {"choice": "use"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "connected to another account" in page
    assert "bob" not in page
    assert not alive(registry, parked)
    old.refresh_from_db()
    assert (old.user, old.is_connected) == (user, True)
    assert Connection.objects.get(orcid=two[1].orcid).user == other


def test_a_grant_that_orcid_was_asked_to_revoke_is_no_longer_taken(
    registry, browser, two, old, asked
) -> None:
    """Also when no answer came: it may have been done all the same."""
    Token.objects.filter(revoke_again_at__isnull=False).update(
        created_at=timezone.now() - connections.CHOICE, revoke_again_at=timezone.now()
    )
    fault(registry, path_regex="/oauth/revoke", action="drop_after")
    sync.run_due()
    assert Token.objects.filter(revoke_again_at__gt=timezone.now()).count() == 1
    assert browser.post("/orcid/choose/", {"choice": "use"}).status_code == 400
    old.refresh_from_db()
    assert old.is_connected


def test_nothing_waits_without_a_question(browser) -> None:
    for response in (browser.get("/orcid/choose/"), browser.post("/orcid/choose/", {"choice": "use"})):
        assert response.status_code == 400


def test_an_answer_that_is_none_asks_again(browser, asked) -> None:
    assert browser.post("/orcid/choose/", {"choice": "both"}).status_code == 409


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_two_clicks_at_the_same_moment_store_one_grant(registry, browser, two, old, user) -> None:
    if databases["default"].vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    browser.get(at_orcid(registry, two[1], begin(browser)))
    answers, gate = [], threading.Barrier(2)

    def click() -> None:
        twin = Client(HTTP_HOST=HOST)
        twin.cookies = browser.cookies
        gate.wait()
        try:
            answers.append(twin.post("/orcid/choose/", {"choice": "use"}).status_code)
        finally:
            databases.close_all()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) in ([302, 302], [302, 400], [302, 409])
    new = Connection.objects.get(user=user)
    assert new.orcid == two[1].orcid
    assert new.tokens.count() <= 1


def test_the_client_of_a_chosen_grant_is_the_one_it_was_given_to(
    registry, browser, two, old, settings
) -> None:
    """The iD may be known here from a time when the site was another client of ORCID's."""
    Connection.objects.create(
        environment="local",
        orcid=two[1].orcid,
        client_id="APP-OF-LONG-AGO",
        authenticated_at=timezone.now(),
        state=Connection.State.DISCONNECTED,
        disconnected_at=timezone.now(),
    )
    browser.get(at_orcid(registry, two[1], begin(browser)))
    browser.post("/orcid/choose/", {"choice": "use"})
    row = Connection.objects.get(orcid=two[1].orcid)
    assert row.is_connected
    assert row.client_id == settings.ORCID_CLIENT_ID
    assert row.consents.get().client_id == settings.ORCID_CLIENT_ID
