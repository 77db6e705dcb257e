"""removal.py: what we wrote comes off the record before the permission for it is given back."""

import datetime as dt
import threading

import pytest
import requests
from django.db import connections as databases
from django.utils import timezone

from orcid_workflow import connections, sync
from orcid_workflow.models import Connection, OrcidItem, Token
from orcid_workflow.visits import removal

from ..conftest import attach, calls, fault, grant_for, works_of
from ..items import a_work, alive

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(registry, connection) -> OrcidItem:
    """A work that is on the record."""
    item = sync.desire(connection, "work", "t-1", a_work("k-1"), title="On Kelp")
    sync.run_due()
    item.refresh_from_db()
    assert item.put_code
    return item


@pytest.fixture
def look(registry, person) -> dict:
    """A way to look at the record that no disconnecting takes away."""
    grant = grant_for(registry, person)
    headers = {"Authorization": f"Bearer {grant.access_token}", "Accept": "application/json"}

    def works() -> list:
        answer = requests.get(f"{registry.api_url}/{person.orcid}/works", headers=headers, timeout=5)
        answer.raise_for_status()
        return answer.json()["group"]

    return works


def test_the_page_offers_it_and_says_what_it_does(browser, written) -> None:
    page = browser.get("/orcid/disconnect/").content.decode()
    for words in ("Also remove what you wrote from my record", "On Kelp", "go on trying for a day"):
        assert words in page


def test_items_go_first_then_the_permission(registry, browser, connection, written, look) -> None:
    secret = connection.tokens.get().access_token
    page = browser.post("/orcid/disconnect/", {"remove_items": "yes"}).content.decode()
    assert "We removed from your record" in page
    assert "ORCID has confirmed" in page
    assert look() == []
    assert not Token.objects.exists()
    assert not alive(registry, secret)
    written.refresh_from_db()
    assert (written.put_code, written.state, written.in_doubt) == (None, "removed", "")
    connection.refresh_from_db()
    assert connection.removing_until is None


def test_without_the_tick_everything_stays(registry, browser, connection, written, look) -> None:
    page = browser.post("/orcid/disconnect/").content.decode()
    assert "These stay on your record" in page
    assert len(look()) == 1
    assert not Token.objects.exists()


def test_orcid_is_down_and_the_worker_finishes_before_it_revokes(
    registry, browser, connection, written, look
) -> None:
    secret = connection.tokens.get().access_token
    for _ in range(2):
        fault(registry, method="DELETE", path_regex="/work/", status=503)
    page = browser.post("/orcid/disconnect/", {"remove_items": "yes"}).content.decode()
    connection.refresh_from_db()
    assert connection.removing_until > timezone.now() + dt.timedelta(hours=23)
    assert "These are still on your record" in page
    assert connection.removing_until.strftime("%H:%M") in page
    assert connection.live_tokens() == [], "kept for the removal alone"
    assert alive(registry, secret)
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=6))  # still down
    assert alive(registry, secret)
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=12))
    assert look() == []
    assert not alive(registry, secret)
    assert not Token.objects.exists()


def test_an_answer_that_was_lost_is_no_doubt_in_the_end(registry, connection, written, look) -> None:
    fault(registry, method="DELETE", path_regex="/work/", action="drop_after")
    assert connections.disconnect(connection, remove_items=True) is False
    assert look() == [], "it was done, and we do not know it"
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=6))
    written.refresh_from_db()
    assert (written.put_code, written.owners_no) == (None, ""), "not taken for the owner's own hand"
    assert not Token.objects.exists()


def test_after_a_day_the_permission_goes_whatever_is_left(registry, connection, written, look) -> None:
    fault(registry, method="DELETE", path_regex="/work/", status=503)
    connections.disconnect(connection, remove_items=True)
    secret = connection.tokens.get().access_token
    Connection.objects.update(removing_until=timezone.now())
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=6))
    assert not alive(registry, secret)
    assert len(look()) == 1
    connection.refresh_from_db()
    assert connection.removing_until is None


def test_what_the_host_wishes_meanwhile_is_not_written(registry, connection, written, look, person) -> None:
    fault(registry, method="DELETE", path_regex="/work/", status=503)
    connections.disconnect(connection, remove_items=True)
    connection.refresh_from_db()
    sync.desire(connection, "work", "t-1", a_work("k-1", title="On Kelp, corrected"), title="On Kelp")
    sync.desire(connection, "work", "t-2", a_work("k-2"), title="On Tides")
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=6))
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=12))
    assert look() == []
    assert not [call for call in calls(registry, person.orcid) if call[0] in ("PUT",)]


def test_an_edit_after_disconnecting_does_not_bring_it_back_but_coming_back_does(
    registry, connection, written, look, person, user
) -> None:
    connections.disconnect(connection, remove_items=True)
    connection.refresh_from_db()
    sync.desire(connection, "work", "t-1", a_work("k-1", title="On Kelp, corrected"), title="On Kelp")
    sync.run_due()
    assert look() == []
    back = attach(grant_for(registry, person), user)
    sync.run_due()
    assert [row["title"]["title"]["value"] for row in works_of(registry, back)] == ["On Kelp, corrected"]


def test_coming_back_restores_what_nobody_touched_meanwhile(
    registry, connection, written, look, person, user
) -> None:
    connections.disconnect(connection, remove_items=True)
    assert look() == []
    back = attach(grant_for(registry, person), user)
    assert back.removing_until is None
    sync.run_due()
    assert len(works_of(registry, back)) == 1


@pytest.mark.parametrize("as_who", ["a committee member", "the owner, who does not let us write"])
def test_confirming_the_id_without_letting_us_write_does_not_call_it_off(
    registry, connection, written, look, person, user, as_who: str
) -> None:
    old = connection.tokens.get().access_token
    fault(registry, method="DELETE", path_regex="/work/", status=503)
    connections.disconnect(connection, remove_items=True)
    back = attach(grant_for(registry, person, "openid"), None if as_who == "a committee member" else user)
    assert back.is_connected
    assert back.removing_until is not None
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=10))
    written.refresh_from_db()
    assert (written.put_code, written.state) == (None, OrcidItem.State.REMOVED)
    assert look() == []
    assert not alive(registry, old)
    back.refresh_from_db()
    assert (back.removing_until, back.scope, back.tokens.count()) == (None, "openid", 1)


def test_coming_back_in_the_middle_ends_the_removal(
    registry, connection, written, look, person, user
) -> None:
    old = connection.tokens.get().access_token
    fault(registry, method="DELETE", path_regex="/work/", status=503)
    connections.disconnect(connection, remove_items=True)
    back = attach(grant_for(registry, person), user)
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=6))
    sync.run_due(now=timezone.now() + dt.timedelta(hours=3))
    assert len(works_of(registry, back)) == 1
    assert not alive(registry, old)
    assert back.tokens.count() == 1


def test_what_its_owner_removed_is_not_put_back_without_asking(
    registry, connection, written, look, person, user
) -> None:
    headers = {"Authorization": f"Bearer {connection.tokens.get().access_token}"}
    requests.delete(f"{registry.api_url}/{person.orcid}/work/{written.put_code}", headers=headers, timeout=5)
    connections.disconnect(connection, remove_items=True)
    written.refresh_from_db()
    assert written.owners_no == OrcidItem.No.REMOVED
    back = attach(grant_for(registry, person), user)
    sync.run_due()
    assert works_of(registry, back) == []


def test_a_permission_withdrawn_at_orcid_still_removes(registry, connection, written, look) -> None:
    """A token that its owner revoked deletes all the same (orcid.md §6)."""
    Token.objects.update(revoked_at=timezone.now())
    Connection.objects.update(state=Connection.State.REVOKED)
    connections.disconnect(connection, remove_items=True)
    assert look() == []


def test_a_post_without_an_answer_is_looked_for(registry, connection, look) -> None:
    item = sync.desire(connection, "work", "t-1", a_work("k-1"), title="On Kelp")
    fault(registry, method="POST", path_regex="/work$", action="drop_after")
    sync.run_due()
    item.refresh_from_db()
    assert (item.put_code, item.in_doubt) == (None, "POST")
    assert len(look()) == 1
    assert connections.disconnect(connection, remove_items=True) is True
    assert look() == []


def test_what_orcid_refuses_for_good_does_not_hold_the_permission(
    registry, connection, written, look
) -> None:
    secret = connection.tokens.get().access_token
    fault(registry, method="DELETE", path_regex="/work/", status=403)
    assert connections.disconnect(connection, remove_items=True) is True
    written.refresh_from_db()
    assert written.state == "needs_attention"
    assert written.reason
    assert len(look()) == 1
    assert not alive(registry, secret)


def test_with_nothing_written_there_is_nothing_to_wait_for(connection) -> None:
    assert removal.deadline(connection, timezone.now()) is None
    assert connections.disconnect(connection, remove_items=True) is True


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_whoever_comes_back_while_it_is_being_deleted_has_it_again(
    registry, connection, written, person, user
) -> None:
    """The deletion is slow at ORCID; its owner connects meanwhile."""
    if databases["default"].vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    grant = grant_for(registry, person)
    fault(registry, method="DELETE", path_regex="/work/", action="delay", seconds=1.5)

    def leave() -> None:
        try:
            connections.disconnect(connection, remove_items=True)
        finally:
            databases.close_all()

    thread = threading.Thread(target=leave)
    thread.start()
    while not OrcidItem.objects.filter(in_doubt="DELETE").exists():
        thread.join(timeout=0.02)
        assert thread.is_alive()
    back = attach(grant, user)
    thread.join(timeout=30)
    sync.run_due()
    written.refresh_from_db()
    assert written.state == OrcidItem.State.SENT
    assert len(works_of(registry, back)) == 1
