"""wishes.py: what its owner said about an item stays said, whatever the host wishes later (orcid.md §22)."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection as database

from orcid_workflow import sync
from orcid_workflow.api.errors import Action
from orcid_workflow.models import Connection, OrcidItem

from .conftest import calls, fault, works_of
from .items import a_work, check_sent, during, later, remove, writes

pytestmark = pytest.mark.django_db
State = OrcidItem.State


def again(registry, connection: Connection, title: str = "Back") -> None:
    """The host withdraws the thing and later wants it on the record once more."""
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due(now=later())
    assert OrcidItem.objects.get().state == State.REMOVED
    assert works_of(registry, connection) == []
    sync.desire(connection, "work", "thesis-1", a_work("k-1", title))
    sync.run_due(now=later())


def test_the_unanswered_question_outlives_a_withdrawal(registry, connection, item) -> None:
    sync.run_due()
    item.refresh_from_db()
    remove(registry, connection, item.put_code)
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    sync.run_due()
    for _ in range(2):
        again(registry, connection)
        item.refresh_from_db()
        assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.GONE)
        assert "you, or someone you trust, removed it" in item.reason
    assert writes(registry, connection).count("POST") == 1
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "Back")
    again(registry, connection, "Once more")
    check_sent(registry, item, "Once more")


def test_left_off_outlives_a_withdrawal(registry, connection, item) -> None:
    sync.leave_off(item)
    again(registry, connection)
    item.refresh_from_db()
    assert item.state == State.PAUSED
    assert "leave this off" in item.reason
    assert writes(registry, connection) == []
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "Back")


def test_left_off_when_the_question_was_answered_outlives_it_too(registry, connection, item) -> None:
    sync.run_due()
    item.refresh_from_db()
    remove(registry, connection, item.put_code)
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    sync.run_due()
    sync.leave_off(item)
    again(registry, connection)
    item.refresh_from_db()
    assert item.state == State.PAUSED
    assert writes(registry, connection).count("POST") == 1


def test_what_is_left_off_is_still_withdrawn(registry, connection, item) -> None:
    """Paused with the work on the record: when the host takes it back too, both want it gone."""
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    sync.leave_off(item)
    sync.desire(connection, "work", "thesis-1", a_work("k-1"))
    item.refresh_from_db()
    assert item.state == State.PAUSED, "even where the wish happens to be what is there"
    again(registry, connection)
    item.refresh_from_db()
    assert item.state == State.PAUSED
    assert writes(registry, connection) == ["POST", "DELETE"]


def test_the_owner_was_quicker_than_the_withdrawal(registry, connection, item) -> None:
    """Our DELETE finds nothing: the owner had removed it, and that is a "no" as well."""
    sync.run_due()
    item.refresh_from_db()
    remove(registry, connection, item.put_code)
    again(registry, connection)
    item.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.GONE)
    assert writes(registry, connection).count("POST") == 1


def test_the_wish_changes_while_orcid_says_that_it_is_gone(registry, connection, item) -> None:
    sync.run_due()
    item.refresh_from_db()
    remove(registry, connection, item.put_code)
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    during("PUT", lambda: sync.desire(connection, "work", "thesis-1", a_work("k-1", "Third")))
    sync.run_due(now=later())
    item.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.GONE)
    assert writes(registry, connection).count("POST") == 1


def test_left_off_in_the_moment_before_the_call(registry, connection, item) -> None:
    """Between the worker's reading of the row and its writing down that a call begins."""

    def leave_off_first(execute, sql, params, many, context):
        nonlocal done
        if not done and sql.startswith("UPDATE") and '"in_doubt"' in sql:
            done = True
            sync.leave_off(item)
        return execute(sql, params, many, context)

    done = False
    with database.execute_wrapper(leave_off_first):
        sync.run_due()
    item.refresh_from_db()
    assert done
    assert (item.state, item.lease_owner) == (State.PAUSED, "")
    assert calls(registry, connection.orcid) == []


def test_left_off_while_the_answer_is_awaited_and_lost(registry, connection, item) -> None:
    """Nobody knows whether it is there: that is found out, and until then the page does not say that it is off."""
    fault(registry, method="POST", path_regex="/work$", status=503)
    during("POST", lambda: sync.leave_off(item))
    item.refresh_from_db()
    assert (item.state, item.in_doubt) == (State.WAITING, "POST")
    assert "we make sure that it is not there" in item.reason
    sync.run_due(now=later())
    item.refresh_from_db()
    assert (item.state, item.put_code) == (State.PAUSED, None)
    assert "leave this off" in item.reason
    assert writes(registry, connection) == ["POST"]


@pytest.mark.parametrize("answer", ["arrives", "is lost"])
def test_left_off_while_it_is_sent_for_the_first_time_is_taken_off_again(
    registry, connection, item, answer: str
) -> None:
    if answer == "is lost":
        fault(registry, method="POST", path_regex="/work$", action="drop_after")
    during("POST", lambda: sync.leave_off(item))
    sync.run_due(now=later())
    item.refresh_from_db()
    assert works_of(registry, connection) == []
    assert (item.state, item.put_code, item.in_doubt, item.first_sent_at) == (State.PAUSED, None, "", None)
    assert item.reason == "You asked us to leave this off your record."
    assert writes(registry, connection) == ["POST", "DELETE"]
    assert sync.run_due(now=later()) == 0
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "On Kelp")


def test_left_alone_on_the_record_says_so(registry, connection, item) -> None:
    sync.run_due()
    sync.leave_off(item)
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    sync.run_due(now=later())
    item.refresh_from_db()
    assert item.state == State.PAUSED
    assert "what is on your record stays as it is" in item.reason
    assert len(works_of(registry, connection)) == 1


def test_added_again_and_left_off_while_it_is_sent(registry, connection, item) -> None:
    """It was on the record once, long ago: that is no leave for this time."""
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    during("POST", lambda: sync.leave_off(item))
    sync.run_due(now=later())
    item.refresh_from_db()
    assert item.state == State.PAUSED
    assert works_of(registry, connection) == []


def test_a_no_from_before_there_was_a_column_for_it_is_kept(registry, connection, item) -> None:
    OrcidItem.objects.update(state=State.NEEDS_ATTENTION, action=Action.GONE)
    left = sync.desire(connection, "work", "thesis-2", a_work("k-2"))
    OrcidItem.objects.filter(pk=left.pk).update(state=State.PAUSED)
    sync.desire(connection, "work", "thesis-3", a_work("k-3"))
    import_module("orcid_workflow.migrations.0002_orciditem_owners_no").from_the_state(apps, None)
    assert dict(OrcidItem.objects.values_list("key", "owners_no")) == {
        "thesis-1": OrcidItem.No.REMOVED,
        "thesis-2": OrcidItem.No.LEFT_OFF,
        "thesis-3": "",
    }
