"""sync.py: what is broken in one item, or about one person, holds up nobody else."""

import datetime as dt
import logging

import pytest
import requests
from django.utils import timezone

from orcid_workflow import sync
from orcid_workflow.api.errors import Action
from orcid_workflow.models import ApiCall, Connection, OrcidItem, ServiceState, Token
from orcid_workflow.signals import connection_changed

from .conftest import attach, calls, fault, grant_for, lose_key
from .items import a_work, check_sent, later, withdraw

pytestmark = pytest.mark.django_db
State = OrcidItem.State


@pytest.fixture
def neighbour(registry, new_person) -> OrcidItem:
    """Somebody else's item, which waits behind the others."""
    row = attach(grant_for(registry, new_person(), "/activities/update"))
    return sync.desire(row, "work", "thesis-n", a_work("n-1"))


def test_a_token_of_a_lost_key_holds_up_its_own_item_alone(
    registry, connection, item, neighbour, person, user, caplog
) -> None:
    lose_key(connection.tokens.get())
    assert sync.run_due() == 2
    check_sent(registry, neighbour, "On Kelp")
    item.refresh_from_db()
    assert (item.state, item.action, item.in_doubt) == (State.WAITING, Action.RETRY, "")
    assert item.next_try_at > timezone.now()
    assert "Connect your ORCID iD again" in item.reason
    assert "ORCID_ENCRYPTION_KEYS" in caplog.text
    assert "a token of long ago" not in caplog.text
    attach(grant_for(registry, person), user)
    assert sync.run_due() == 1, "connecting again is enough, and nobody has to wait for the next try"
    check_sent(registry, item, "On Kelp")


def test_a_token_of_a_lost_key_beside_a_good_one(registry, connection, item, person, user) -> None:
    attach(grant_for(registry, person), user)
    lose_key(connection.tokens.order_by("-pk").first())
    sync.run_due()
    item.refresh_from_db()
    assert item.state == State.SENT
    assert [call[::2] for call in calls(registry, connection.orcid)] == [("POST", 201)]


def test_a_token_of_a_lost_key_that_is_to_be_revoked(registry, connection, neighbour, new_person) -> None:
    lost = connection.tokens.get()
    lose_key(lost)
    other = attach(grant_for(registry, new_person(), "openid"))
    Token.objects.exclude(connection=neighbour.connection).update(revoke_again_at=timezone.now())
    assert sync.run_due() == 1
    check_sent(registry, neighbour, "On Kelp")
    assert not other.tokens.exists()
    lost.refresh_from_db()
    assert lost.revoke_again_at > timezone.now()


def _asked_to_revoke() -> int:
    return ApiCall.objects.filter(path="/oauth/revoke").count()


def test_a_sign_in_site_that_is_silent_costs_one_call_a_run(
    registry, neighbour, new_person, settings
) -> None:
    for _ in range(3):
        attach(grant_for(registry, new_person(), "openid"))
    Token.objects.exclude(connection=neighbour.connection).update(revoke_again_at=timezone.now())
    fault(registry, path_regex="/oauth/revoke", action="drop_before", times=0)
    assert sync.run_due() == 1
    check_sent(registry, neighbour, "On Kelp")
    assert _asked_to_revoke() == 1
    requests.delete(f"{registry.base_url}/_faults", timeout=5)
    sync.run_due()
    assert Token.objects.filter(revoke_again_at__isnull=False).count() == 1, "the one that was put off"
    sync.run_due(now=later())
    assert not Token.objects.filter(revoke_again_at__isnull=False).exists()


@pytest.mark.parametrize("why", ["told to stop", "ORCID is down"])
def test_nothing_is_revoked_when_nothing_may_be_called(registry, connection, why) -> None:
    Token.objects.update(revoke_again_at=timezone.now())
    if why == "ORCID is down":
        until = timezone.now() + dt.timedelta(seconds=30)
        ServiceState.objects.create(environment="local", open_until=until, reason="ORCID does not answer.")
    sync.run_due(stop=lambda: why == "told to stop")
    assert _asked_to_revoke() == 0
    assert Token.objects.filter(revoke_again_at__lte=timezone.now()).exists()


def test_no_more_are_revoked_in_one_run_than_items_can_wait_for(registry, connection) -> None:
    keep = {"access_token": "a", "answer": "{}", "scope": "openid", "revoke_again_at": timezone.now()}
    Token.objects.bulk_create([Token(connection=connection, **keep) for _ in range(25)])
    sync.run_due()
    first = _asked_to_revoke()
    assert first == 20
    sync.run_due()
    assert _asked_to_revoke() == 25


@pytest.mark.postgres
def test_two_workers_revoke_each_token_once(uncommitted, beside, registry, connection) -> None:
    for number in range(4):
        Token.objects.create(connection=connection, access_token=f"{number}", answer="{}", scope="openid")
    Token.objects.update(revoke_again_at=timezone.now())
    fault(registry, path_regex="/oauth/revoke", action="delay", seconds=0.4, times=0)
    first, second = beside(sync.run_due), beside(sync.run_due)
    first()
    second()
    assert _asked_to_revoke() == 5
    assert not Token.objects.exists()


def test_a_fault_of_our_own_in_one_item(registry, connection, item, neighbour, caplog) -> None:
    """A message that is no XML (it came from a backup, say) cannot be read for its identifiers."""
    OrcidItem.objects.filter(pk=item.pk).update(message="<work secret='of this person'")
    caplog.set_level(logging.ERROR)
    assert sync.run_due() == 2
    check_sent(registry, neighbour, "On Kelp")
    item.refresh_from_db()
    assert (item.state, item.action, item.attempts) == (State.WAITING, Action.RETRY, 1)
    assert item.next_try_at > timezone.now()
    assert item.reason
    assert item.lease_owner == ""
    assert f"item {item.pk}" in caplog.text
    assert "of this person" not in caplog.text
    assert sync.run_due() == 0


def test_taken_without_a_put_code_and_not_to_be_found(registry, connection, item, neighbour) -> None:
    """Something between us and ORCID says 201 to everything and passes nothing on."""
    fault(registry, method="POST", path_regex=f"{connection.orcid}/work$", status=201, times=100)
    assert sync.run_due() == 2
    item.refresh_from_db()
    assert (item.state, item.in_doubt, item.attempts) == (State.WAITING, "POST", 1)
    assert "ORCID did not answer properly" in item.reason
    assert item.next_try_at > timezone.now()
    check_sent(registry, neighbour, "On Kelp")
    requests.delete(f"{registry.base_url}/_faults", timeout=5)
    sync.run_due(now=later())
    check_sent(registry, item, "On Kelp")


def test_a_listener_that_fails_does_not_stop_the_worker(
    registry, connection, item, neighbour, django_capture_on_commit_callbacks
) -> None:
    def fails(sender, **kwargs):
        raise LookupError("the host's own fault")

    connection_changed.connect(fails)
    withdraw(registry, connection)
    try:
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            assert sync.run_due() == 2
        assert callbacks
    finally:
        connection_changed.disconnect(fails)
    check_sent(registry, neighbour, "On Kelp")
    item.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.RECONNECT)


def test_tokens_that_ran_out_are_noticed(registry, connection, item) -> None:
    """Otherwise the person reads "connect again" here and "you are connected" there."""
    connection.tokens.update(expires_at=timezone.now())
    sync.run_due()
    item.refresh_from_db()
    connection.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.RECONNECT)
    assert connection.state == Connection.State.REVOKED
    assert connection.scope == ""
