"""connections.py: one iD, one person; what several tokens permit together; ending it."""

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from orcid_workflow import profile, sync
from orcid_workflow.account import STUDENT_SCOPES
from orcid_workflow.api.errors import Action
from orcid_workflow.connections import (
    IdInUse,
    OtherIdConnected,
    check_owner,
    disconnect,
    park,
    tokens_died,
)
from orcid_workflow.models import Connection, OrcidItem, Token
from orcid_workflow.revoking import revoke_at_orcid, revoke_parked
from orcid_workflow.signals import connection_changed

from .conftest import HOST, at_orcid, attach, begin, grant_for, lose_key
from .items import a_work

pytestmark = pytest.mark.django_db


def test_one_id_one_person(registry, connection, person) -> None:
    other = get_user_model().objects.create_user("bob")
    with pytest.raises(IdInUse):
        attach(grant_for(registry, person), other)
    connection.refresh_from_db()
    assert connection.tokens.count() == 1


def test_one_person_one_id(registry, connection, new_person, user) -> None:
    with pytest.raises(OtherIdConnected) as caught:
        attach(grant_for(registry, new_person()), user)
    assert caught.value.orcid == connection.orcid


@pytest.mark.parametrize("who", ["same iD", "same user"])
def test_the_database_keeps_both_rules(connection, user, who: str) -> None:
    values = {
        "same iD": {"orcid": connection.orcid},
        "same user": {"orcid": "0000-0002-1825-0097", "user": user},
    }[who]
    with pytest.raises(IntegrityError), transaction.atomic():
        Connection.objects.create(
            environment="local", client_id="APP", authenticated_at=timezone.now(), **values
        )


def test_nothing_crosses_environments(connection, user, settings) -> None:
    settings.ORCID_ENVIRONMENT = "sandbox"
    check_owner(connection.orcid, get_user_model().objects.create_user("bob"))
    check_owner("0000-0002-1825-0097", user)


def test_a_token_of_another_environment_is_not_sent_to_this_one(connection, settings) -> None:
    connection.tokens.update(revoke_again_at=timezone.now())
    settings.ORCID_ENVIRONMENT = "sandbox"
    sync.run_due()
    assert connection.tokens.exists()
    settings.ORCID_ENVIRONMENT = "local"
    sync.run_due()
    assert not connection.tokens.exists()


def test_a_withdrawn_id_still_belongs_to_its_account(connection) -> None:
    Connection.objects.update(state=Connection.State.REVOKED)
    with pytest.raises(IdInUse):
        check_owner(connection.orcid, get_user_model().objects.create_user("bob"))


def test_disconnect_is_announced_when_it_is_true(connection, django_capture_on_commit_callbacks) -> None:
    heard = []

    def listen(sender, connection, change, **kwargs):
        heard.append((change, connection.state))

    connection_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        assert disconnect(connection) is True
    connection_changed.disconnect(listen)
    assert heard == [("disconnected", "disconnected")]
    assert connection.scope == ""
    assert not connection.can_read


def test_expired_tokens_permit_nothing(connection) -> None:
    assert connection.live_tokens("/activities/update")
    connection.tokens.update(expires_at=timezone.now())
    assert connection.live_tokens() == []


def test_a_token_of_a_lost_key_keeps_nobody_from_disconnecting(connection) -> None:
    lose_key(connection.tokens.get())
    assert disconnect(connection) is False
    connection.refresh_from_db()
    assert connection.state == Connection.State.DISCONNECTED
    token = connection.tokens.get()
    assert token.revoke_again_at > timezone.now()
    assert token.read("refresh_token", "access_token") is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_two_accounts_at_the_same_moment(registry, person) -> None:
    if connections["default"].vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    ada, bob = (get_user_model().objects.create_user(name) for name in ("ada", "bob"))
    first, second = grant_for(registry, person), grant_for(registry, person)
    result = []

    def late() -> None:
        try:
            attach(second, bob)
        except IdInUse:
            result.append("refused")
        finally:
            connections.close_all()

    thread = threading.Thread(target=late)
    with transaction.atomic():
        attach(first, ada)
        thread.start()
        # Long enough for the other to look, find nothing, and wait at the unique index for us.
        thread.join(timeout=1)
        assert thread.is_alive()
    thread.join(timeout=10)
    assert result == ["refused"]
    assert Connection.objects.get().user == ada


@pytest.fixture
def two_locks(transactional_db, registry, person) -> Callable[[Callable], None]:
    """Return a function that runs its argument while somebody publishes: they hold the host's case (here: a group)
    and need the connection and its item, whereas ``on_connected`` needs the case. PostgreSQL only.
    """
    if connections["default"].vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    case = Group.objects.create(name="a case of the host")
    row = attach(grant_for(registry, person))
    sync.desire(row, "work", "old", a_work("k-1", "Before"))
    OrcidItem.objects.update(state=OrcidItem.State.NEEDS_ATTENTION, action=Action.RECONNECT)
    publishing, connecting = threading.Event(), threading.Event()
    failures = []

    def publish() -> None:
        try:
            with transaction.atomic():
                Group.objects.select_for_update().get(pk=case.pk)
                publishing.set()
                assert connecting.wait(10)
                sync.desire(Connection.objects.get(), "work", "new", a_work("k-2", "New"))
                sync.desire(Connection.objects.get(), "work", "old", a_work("k-1", "After"))
        except Exception as fault:
            failures.append(fault)
        finally:
            connections.close_all()

    def needs_the_case(request, connection, context) -> str:
        connecting.set()
        Group.objects.select_for_update().get(pk=case.pk)
        return "/done/"

    def run(connect: Callable) -> None:
        thread = threading.Thread(target=publish)
        thread.start()
        assert publishing.wait(10)
        try:
            connect(needs_the_case)
        finally:
            connecting.set()
            thread.join(timeout=20)
        assert failures == []

    return run


@pytest.mark.postgres
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_connecting_while_the_host_publishes(registry, person, two_locks, purpose) -> None:
    browser = Client(HTTP_HOST=HOST)
    user = get_user_model().objects.create_user("ada")
    browser.force_login(user)

    def connect(needs_the_case: Callable) -> None:
        purpose("account", scopes=STUDENT_SCOPES, requires_user=True, on_connected=needs_the_case)
        response = browser.get(at_orcid(registry, person, begin(browser)))
        assert response["Location"] == "/done/"

    two_locks(connect)
    row = Connection.objects.get()
    assert row.user == user
    assert row.tokens.count() == 2
    assert sorted(row.items.values_list("key", "state")) == [("new", "waiting"), ("old", "waiting")]


@pytest.mark.postgres
def test_a_dead_token_is_noticed_while_its_owner_connects_again(
    uncommitted, beside, registry, person, connection, user
) -> None:
    new = grant_for(registry, person)
    Token.objects.update(revoked_at=timezone.now())
    commit = uncommitted(lambda: attach(new, user))
    noticed = beside(lambda: tokens_died(Connection.objects.get(pk=connection.pk)))
    commit()
    noticed()
    connection.refresh_from_db()
    assert (connection.state, connection.scopes) == ("connected", set(STUDENT_SCOPES))


@pytest.mark.postgres
def test_a_grant_is_parked_while_another_one_of_the_same_id_is_stored(
    uncommitted, beside, registry, person, connection, user
) -> None:
    new, parked = grant_for(registry, person), grant_for(registry, person, "openid")
    Token.objects.all().delete()
    Connection.objects.update(scope="")
    commit = uncommitted(lambda: attach(new, user))
    in_another_tab = beside(lambda: park(parked))
    commit()
    token = in_another_tab()
    connection.refresh_from_db()
    assert connection.can_write
    assert token.connection == connection


def test_a_parked_grant_changes_nothing_of_what_is_permitted(registry, person, connection) -> None:
    Connection.objects.update(scope="/read-limited")
    park(grant_for(registry, person, "openid"))
    connection.refresh_from_db()
    assert connection.scope == "/read-limited"


@pytest.mark.postgres
def test_a_grant_is_parked_while_the_last_one_of_its_id_is_forgotten(
    uncommitted, beside, registry, person
) -> None:
    """Whichever is first: a grant that lives at ORCID stands here until it is revoked there."""
    first, second = park(grant_for(registry, person, "openid")), grant_for(registry, person, "openid")
    commit = uncommitted(lambda: revoke_parked(first))
    again = beside(lambda: park(second))
    commit()
    token = again()
    third = grant_for(registry, person, "openid")
    commit = uncommitted(lambda: park(third))
    forgotten = beside(lambda: revoke_parked(token))
    commit()
    forgotten()
    assert [row.access_token for row in Token.objects.all()] == [third.access_token]


@pytest.mark.parametrize("how", ["withdrawn at ORCID", "run out"])
def test_what_was_read_is_forgotten_with_the_permission(registry, connection, how: str) -> None:
    """It holds what its owner shows to trusted organisations only, and we are none of them any more."""
    assert profile.refresh(connection)
    Connection.objects.update(read_wanted_at=timezone.now())
    if how == "run out":
        connection.tokens.update(expires_at=timezone.now())
    else:
        revoke_at_orcid(connection.tokens.get().access_token)
    assert profile.refresh(connection) is None
    connection.refresh_from_db()
    assert connection.state == Connection.State.REVOKED
    assert (connection.record, connection.record_read_at, connection.read_wanted_at) == (None, None, None)


def test_what_was_being_read_while_the_permission_went_is_not_kept(registry, connection) -> None:
    reading = profile.fetch(connection.orcid, connection.tokens.get().access_token)
    connection.tokens.update(revoked_at=timezone.now())
    tokens_died(Connection.objects.get(pk=connection.pk))
    profile.store(connection, reading)
    connection.refresh_from_db()
    assert connection.record is None
