"""sync.py: what the owner of a record does to it and to our permission, and what ORCID refuses."""

import pytest
import requests

from orcid_workflow import sync
from orcid_workflow.api import client
from orcid_workflow.api.errors import Action
from orcid_workflow.models import ApiCall, Connection, OrcidItem
from tests.registry_process import authorize, submit

from .conftest import CALLBACK, PASSWORD, attach, calls, fault, grant_for, works_of
from .items import a_work, check_sent, later, remove, withdraw, writes

pytestmark = pytest.mark.django_db
State = OrcidItem.State


def test_removed_by_its_owner_is_asked_about_and_never_sent_again(registry, connection, item) -> None:
    sync.run_due()
    item.refresh_from_db()
    remove(registry, connection, item.put_code)
    for title in ("Second", "Third"):
        sync.desire(connection, "work", "thesis-1", a_work("k-1", title))
        sync.run_due(now=later())
        item.refresh_from_db()
        assert (item.state, item.action, item.put_code) == (State.NEEDS_ATTENTION, Action.GONE, None)
        assert works_of(registry, connection) == []
    assert writes(registry, connection) == ["POST", "DELETE", "PUT"]
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "Third")


def test_removed_by_its_owner_and_no_longer_wanted(registry, connection, item) -> None:
    sync.run_due()
    item.refresh_from_db()
    remove(registry, connection, item.put_code)
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.put_code) == (State.REMOVED, None)


def test_left_off_until_the_owner_says_otherwise(registry, connection, item) -> None:
    sync.leave_off(item)
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    assert sync.run_due(now=later()) == 0
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "Second")


def test_permission_withdrawn_is_noticed_and_work_goes_on_after_reconnecting(
    registry, connection, item, person, user
) -> None:
    withdraw(registry, connection)
    sync.run_due()
    item.refresh_from_db()
    connection.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.RECONNECT)
    assert connection.state == Connection.State.REVOKED
    assert not connection.can_write
    token = connection.tokens.get()
    assert token.revoked_at
    call = ApiCall.objects.get(method="POST")
    assert (call.status, call.error_code) == (401, "invalid_token")
    assert token.access_token not in call.outcome
    attach(grant_for(registry, person), user)
    connection.refresh_from_db()
    assert connection.can_write
    sync.run_due()
    check_sent(registry, item, "On Kelp")


@pytest.mark.parametrize("scopes", ["openid /read-limited /activities/update", "openid"])
def test_connected_again_before_the_refusal_was_written_down(
    registry, connection, item, person, user, monkeypatch, scopes
) -> None:
    new, post = grant_for(registry, person, scopes), client.post_item
    before = []

    def post_item(*args, **kwargs):
        if not before:
            withdraw(registry, connection)
        answer = post(*args, **kwargs)
        if not before:
            before.append(answer.status)
            attach(new, user)
        return answer

    monkeypatch.setattr(client, "post_item", post_item)
    sync.run_due()
    item.refresh_from_db()
    assert before == [401]
    if scopes == "openid":  # that one does not help
        assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.RECONNECT)
        return
    assert (item.state, item.action, item.attempts) == (State.WAITING, Action.RETRY, 0)
    sync.run_due(now=later())
    check_sent(registry, item, "On Kelp")


def test_one_dead_token_of_two_is_no_loss(registry, connection, item, person, user) -> None:
    old = connection.tokens.get()
    attach(grant_for(registry, person), user)
    newest = connection.tokens.order_by("-pk").first()
    requests.post(
        f"{registry.base_url}/oauth/revoke",
        data={
            "client_id": registry.client_id,
            "client_secret": registry.client_secret,
            "token": newest.access_token,
        },
        timeout=5,
    ).raise_for_status()
    sync.run_due()
    connection.refresh_from_db()
    assert connection.is_connected
    assert connection.live_tokens() == [old]
    item.refresh_from_db()
    assert item.state == State.SENT


def test_without_the_permission_nothing_is_called(registry, person) -> None:
    row = attach(grant_for(registry, person, "openid"))
    thing = sync.desire(row, "work", "thesis", a_work("k-9"))
    sync.run_due()
    thing.refresh_from_db()
    assert (thing.state, thing.action, thing.in_doubt) == (State.NEEDS_ATTENTION, Action.RECONNECT, "")
    assert calls(registry, row.orcid) == []


@pytest.mark.parametrize(
    ("status", "action"), [("locked", Action.ASK_PERSON), ("deactivated", Action.ASK_PERSON)]
)
def test_a_closed_record(registry, connection, item, status: str, action: Action) -> None:
    body = {"orcid": connection.orcid, "status": status}
    requests.post(f"{registry.base_url}/_status", json=body, timeout=5).raise_for_status()
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, action)
    requests.post(f"{registry.base_url}/_status", json=body | {"status": "active"}, timeout=5)
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "On Kelp")


def test_a_refused_message_waits_for_another_one(registry, connection) -> None:
    bad = a_work("k-1").replace(b"dissertation-thesis", b"thesis")
    thing = sync.desire(connection, "work", "thesis-1", bad)
    sync.run_due()
    thing.refresh_from_db()
    assert (thing.state, thing.action, thing.in_doubt) == (State.NEEDS_ATTENTION, Action.ASK_STAFF, "")
    assert thing.error_code
    sync.desire(connection, "work", "thesis-1", bad)
    assert sync.run_due(now=later()) == 0
    sync.desire(connection, "work", "thesis-1", a_work("k-1"))
    sync.run_due()
    check_sent(registry, thing, "On Kelp")


def test_two_things_with_one_identifier_do_not_overwrite_each_other(registry, connection, item) -> None:
    sync.run_due()
    other = sync.desire(connection, "work", "thesis-2", a_work("k-1", "Twin"))
    sync.run_due()
    other.refresh_from_db()
    assert (other.state, other.action, other.put_code) == (State.NEEDS_ATTENTION, Action.ASK_STAFF, None)
    check_sent(registry, item, "On Kelp")


def test_a_404_that_is_not_the_registrys_own_says_nothing_about_the_item(registry, connection, item) -> None:
    sync.run_due()
    item.refresh_from_db()
    put_code = item.put_code
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    fault(registry, method="PUT", path_regex="/work/", status=404)
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.action, item.put_code) == (State.NEEDS_ATTENTION, Action.ASK_STAFF, put_code)
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "Second")


def test_a_permission_withdrawn_by_the_person_still_removes(registry, connection, item, person) -> None:
    """A token that the person withdrew at ORCID is good for DELETE (orcid.md §6)."""
    sync.run_due()
    session = requests.Session()
    authorize(registry, person.orcid, PASSWORD, "openid", CALLBACK, session=session)
    page = session.get(f"{registry.base_url}/trusted-parties", timeout=5)
    submit(session, page, {"client_id": registry.client_id})
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.RECONNECT)
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.put_code) == (State.REMOVED, None)
    connection.refresh_from_db()
    assert connection.state == Connection.State.REVOKED


def test_the_doubt_outlives_a_lost_permission(registry, connection, item, person, user) -> None:
    fault(registry, method="POST", path_regex="/work$", action="drop_after")
    sync.run_due()
    withdraw(registry, connection)
    sync.desire(connection, "work", "thesis-1", a_work("other-id", "Second"))
    sync.run_due(now=later())
    item.refresh_from_db()
    assert (item.state, item.action, item.in_doubt) == (State.NEEDS_ATTENTION, Action.RECONNECT, "POST")
    attach(grant_for(registry, person), user)
    sync.run_due(now=later())
    check_sent(registry, item, "Second")
