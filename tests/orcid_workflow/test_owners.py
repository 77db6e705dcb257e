"""owners.py: an iD that two accounts connect, one after the other. What is the one's never becomes the other's."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from orcid_workflow import connections, owners, sync, wishes
from orcid_workflow.models import Connection, OrcidItem

from .conftest import HOST, at_orcid, attach, begin, calls, grant_for, works_of
from .items import a_work

pytestmark = pytest.mark.django_db
State = OrcidItem.State
TITLE = "The thesis of Ada"


@pytest.fixture
def bob(db):
    """The person whose iD Ada connected by mistake."""
    return get_user_model().objects.create_user("bob", "bob@example.edu", "pw")


@pytest.fixture
def wished(connection) -> OrcidItem:
    """Ada's thesis, to be written to the record that she connected."""
    return sync.desire(connection, "work", "ada-1", a_work("a-1", TITLE), title=TITLE)


def titles(registry, connection: Connection) -> list[str]:
    return [work["title"]["title"]["value"] for work in works_of(registry, connection)]


def own_page(user, address: str = "/orcid/") -> str:
    browser = Client(HTTP_HOST=HOST)
    browser.force_login(user)
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def later() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=2)


@pytest.mark.parametrize("done", ["never sent", "sent and taken off", "sent and left there"])
def test_what_was_wished_for_one_is_not_on_the_record_of_another(
    registry, person, connection, wished, bob, done: str
) -> None:
    if done != "never sent":
        sync.run_due()
    connections.disconnect(connection, remove_items=done == "sent and taken off")
    row = attach(grant_for(registry, person), bob)
    sync.run_due(now=later())
    assert titles(registry, row) == []
    wished.refresh_from_db()
    assert (wished.state, wished.put_code, wished.message) == (State.REMOVED, None, "")
    assert wished.user != bob


def test_it_comes_back_to_nobody_when_the_record_is_read_or_permitted_again(
    registry, person, connection, wished, bob
) -> None:
    connections.disconnect(connection)
    row = attach(grant_for(registry, person), bob)
    sync.run_due()
    wishes.resume_all(row)
    wishes.set_mode(row, "automatic")
    attach(grant_for(registry, person), bob)
    sync.run_due(now=later())
    assert [method for method, _, _ in calls(registry, person.orcid) if method == "POST"] == []


def test_what_was_wished_in_the_moment_it_changed_hands_is_not_sent(
    registry, person, connection, user, bob
) -> None:
    """Whoever wishes may have read the connection a moment before it became another's."""
    before = Connection.objects.get(pk=connection.pk)
    connections.disconnect(connection)
    row = attach(grant_for(registry, person), bob)
    late = sync.desire(before, "work", "ada-1", a_work("a-1", TITLE), title=TITLE)
    sync.run_due(now=later())
    late.refresh_from_db()
    assert titles(registry, row) == []
    assert late.state == State.REMOVED


def test_the_owner_sees_nothing_of_the_former_one(registry, person, user, bob) -> None:
    ada = Client(HTTP_HOST=HOST)
    ada.force_login(user)
    ada.get(at_orcid(registry, person, begin(ada)))
    row = Connection.objects.get()
    item = sync.desire(row, "work", "ada-1", a_work("a-1", TITLE), title=TITLE)
    sync.run_due()
    wishes.set_mode(row, "manual")
    wishes.pause_all(row)
    receipt = str(row.consents.get().key)
    assert receipt in own_page(user)
    assert f"/orcid/items/{item.pk}/" in own_page(user)
    connections.disconnect(row)
    browser = Client(HTTP_HOST=HOST)
    browser.force_login(bob)
    browser.get(at_orcid(registry, person, begin(browser)))
    row.refresh_from_db()
    assert (row.user, row.mode, row.paused_by) == (bob, "", "")
    sync.run_due(now=later())
    home, history = own_page(bob), own_page(bob, "/orcid/history/")
    assert f"/orcid/items/{item.pk}/" not in home
    assert TITLE not in history
    assert receipt not in home
    assert str(row.consents.first().key) in home
    # What was done for himself is there: the reading on his way in, and that an entry was taken off.
    assert "We read your record." in history
    assert "We took an entry off your record." in history
    assert "We added" not in history
    assert browser.get(f"/orcid/items/{item.pk}/").status_code == 404
    assert browser.post(f"/orcid/items/{item.pk}/send-again/").status_code == 404


def test_who_comes_back_finds_everything_as_it_was(registry, person, connection, wished, user) -> None:
    wishes.set_mode(connection, "nightly")
    connections.disconnect(connection)
    row = attach(grant_for(registry, person), user)
    assert (row.mode, row.owned_since) == ("nightly", None)
    wished.refresh_from_db()
    assert (wished.state, wished.user) == (State.WAITING, user)
    assert list(owners.items(row)) == [wished]


def test_a_seat_on_a_committee_takes_nothing_from_who_comes_back(
    registry, person, connection, wished, user
) -> None:
    """An iD that is confirmed without an account belongs to nobody: what was wished for its owner waits for them."""
    sync.run_due()
    connections.disconnect(connection)
    attach(grant_for(registry, person, "openid"))
    wished.refresh_from_db()
    assert (wished.state, bool(wished.message)) == (State.SENT, True)
    row = attach(grant_for(registry, person), user)
    sync.run_due()
    assert titles(registry, row) == [TITLE]


def test_what_was_wished_for_nobodys_id_goes_to_its_first_owner(registry, person, user) -> None:
    row = attach(grant_for(registry, person))
    item = sync.desire(row, "work", "ada-1", a_work("a-1", TITLE), title=TITLE)
    row = attach(grant_for(registry, person), user)
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.user) == (State.SENT, user)


def test_an_id_that_was_left_for_another_one_is_left_with_all_of_it(
    registry, person, new_person, connection, wished, user, bob
) -> None:
    wishes.set_mode(connection, "manual")
    connections.disconnect(connection)
    attach(grant_for(registry, new_person()), user)
    connection.refresh_from_db()
    assert (connection.user, connection.mode) == (None, "")
    row = attach(grant_for(registry, person), bob)
    sync.run_due(now=later())
    assert titles(registry, row) == []
    assert list(owners.items(row)) == []


def test_what_stands_on_the_record_is_named_to_who_disconnects(
    registry, person, connection, wished, bob
) -> None:
    """It is on his record, whoever brought it there: he is told, and has it taken off with the rest."""
    sync.run_due()
    connections.disconnect(connection)
    attach(grant_for(registry, person), bob)
    assert TITLE in own_page(bob, "/orcid/disconnect/")


@pytest.mark.postgres
def test_a_wish_and_a_change_of_hands_at_the_same_moment(
    uncommitted, registry, person, connection, bob
) -> None:
    connections.disconnect(connection)
    new = grant_for(registry, person)
    commit = uncommitted(lambda: attach(new, bob))
    item = sync.desire(Connection.objects.get(), "work", "ada-1", a_work("a-1", TITLE), title=TITLE)
    commit()
    sync.run_due(now=later())
    item.refresh_from_db()
    assert titles(registry, Connection.objects.get()) == []
    assert item.state == State.REMOVED
