"""connections.py: one iD, one person; what several tokens permit together; ending it."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from orcid_workflow.connections import IdInUse, OtherIdConnected, check_owner, disconnect
from orcid_workflow.models import Connection
from orcid_workflow.signals import connection_changed

from .conftest import attach, grant_for

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


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
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
