"""leaving.py: an account that is deleted takes its permission with it."""

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from orcid_workflow import connections, sync
from orcid_workflow.models import Connection, Consent, OrcidItem, Token

from .conftest import attach, calls, fault, grant_for, works_of
from .items import a_work, alive

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("one_by_one", [True, False])
def test_nothing_is_read_or_written_for_an_account_that_is_gone(
    registry, connection, person, user, one_by_one: bool
) -> None:
    secret = connection.tokens.get().access_token
    sync.desire(connection, "work", "t", a_work("k-1"))
    Connection.objects.update(record={"a": "record"}, read_wanted_at=timezone.now())
    (user if one_by_one else get_user_model().objects.filter(pk=user.pk)).delete()
    connection.refresh_from_db()
    assert (connection.state, connection.user, connection.record) == ("disconnected", None, None)
    sync.run_due()
    assert calls(registry, person.orcid) == []
    assert not alive(registry, secret)
    assert not Token.objects.exists()


def test_who_connects_the_id_later_gets_nothing_of_it(registry, connection, person, user) -> None:
    item = sync.desire(connection, "work", "t", a_work("k-1"))
    sync.set_mode(connection, "manual")
    user.delete()
    row = attach(grant_for(registry, person), get_user_model().objects.create_user("bob"))
    assert row.mode == ""
    sync.run_due()
    assert works_of(registry, row) == []
    item.refresh_from_db()
    assert item.message == ""


def test_a_removal_that_was_asked_for_before_goes_on(registry, connection, person, user) -> None:
    item = sync.desire(connection, "work", "t", a_work("k-1"))
    sync.run_due()
    fault(registry, method="DELETE", path_regex="/work/", status=503)
    connections.disconnect(connection, remove_items=True)
    user.delete()
    sync.run_due(now=timezone.now() + connections.CHOICE)
    item.refresh_from_db()
    assert (item.put_code, item.state) == (None, OrcidItem.State.REMOVED)


def test_what_it_agreed_to_has_ended(connection, user) -> None:
    Consent.objects.create(connection=connection, purpose="account", text="", given_at=timezone.now())
    user.delete()
    assert Consent.objects.get().withdrawn_how == Consent.Withdrawn.HERE


def test_a_deletion_that_is_undone_ends_nothing(connection, user) -> None:
    with transaction.atomic():
        user.delete()
        transaction.set_rollback(True)
    connection.refresh_from_db()
    assert connection.is_connected
