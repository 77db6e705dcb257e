"""sync.py with the rules of sending: modes, quiet time, pauses, refusals, and a site without membership."""

import datetime as dt

import pytest
from django.utils import timezone

from orcid_workflow import sync, wishes
from orcid_workflow.api.errors import Action
from orcid_workflow.models import Connection, OrcidItem

from .conftest import calls, fault, works_of
from .items import a_work, check_sent, during, later, titles, writes

pytestmark = pytest.mark.django_db
State = OrcidItem.State
HOUR = dt.timedelta(hours=1)


def wish(connection: Connection, title: str, key: str = "thesis-1", self_id: str = "k-1") -> OrcidItem:
    return sync.desire(connection, "work", key, a_work(self_id, title), title=title)


# --- Quiet time -------------------------------------------------------------------------------------


def test_changes_within_the_hour_are_sent_together(registry, connection, item, settings) -> None:
    """The hour begins with the first of them, however long ago the last write was."""
    settings.ORCID_QUIET_SECONDS = 3600
    sync.run_due()
    OrcidItem.objects.update(sent_at=timezone.now() - dt.timedelta(days=30))
    before = timezone.now()
    wish(connection, "Second")
    item.refresh_from_db()
    end = item.next_try_at
    assert before + HOUR <= end <= timezone.now() + HOUR
    assert sync.run_due() == 0
    wish(connection, "Third")
    item.refresh_from_db()
    assert (item.state, item.next_try_at) == (State.WAITING, end), "a later change puts nothing off"
    assert "are sent together" in item.reason
    assert sync.run_due(now=end - dt.timedelta(seconds=1)) == 0
    assert sync.run_due(now=end) == 1
    check_sent(registry, item, "Third")
    assert writes(registry, connection) == ["POST", "PUT"]


def test_a_change_that_comes_while_it_is_sent_waits_too(registry, connection, item, settings) -> None:
    settings.ORCID_QUIET_SECONDS = 3600
    during("POST", lambda: wish(connection, "Second"))
    assert writes(registry, connection) == ["POST"]
    item.refresh_from_db()
    assert (item.state, item.lease_owner) == (State.WAITING, "")
    assert item.sent_at + HOUR <= item.next_try_at <= timezone.now() + HOUR
    sync.run_due(now=later())
    check_sent(registry, item, "Second")


def test_to_add_and_to_remove_wait_for_nothing(registry, connection, item, settings) -> None:
    settings.ORCID_QUIET_SECONDS = 3600
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    wish(connection, "Back")
    sync.run_due()
    check_sent(registry, item, "Back")


def test_a_lost_answer_is_cleared_up_within_the_quiet_time(registry, connection, item, settings) -> None:
    settings.ORCID_QUIET_SECONDS = 3600
    fault(registry, method="POST", path_regex="/work$", action="drop_after")
    sync.run_due()
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=2))
    check_sent(registry, item, "On Kelp")


def test_send_now_beats_the_quiet_time_once(registry, connection, item, settings) -> None:
    settings.ORCID_QUIET_SECONDS = 3600
    sync.run_due()
    wish(connection, "Second")
    assert sync.send_now(item)
    sync.run_due()
    check_sent(registry, item, "Second")
    wish(connection, "Third")
    assert sync.run_due() == 0


# --- At night -----------------------------------------------------------------------------------------


def test_nightly_waits_for_the_night_and_then_sends_the_last_word(
    registry, connection, item, settings
) -> None:
    wishes.set_mode(connection, "nightly")
    item.refresh_from_db()
    night = item.next_try_at
    assert "at night" in item.reason
    assert night.astimezone(timezone.get_default_timezone()).hour == settings.ORCID_NIGHT_HOUR
    wish(connection, "Second")
    assert sync.run_due(now=night - dt.timedelta(minutes=1)) == 0
    assert sync.run_due(now=night) == 1
    check_sent(registry, item, "Second")
    assert writes(registry, connection) == ["POST"]


def test_send_now_beats_the_night(registry, connection, item) -> None:
    wishes.set_mode(connection, "nightly")
    assert sync.send_now(item)
    sync.run_due()
    check_sent(registry, item, "On Kelp")


def test_what_is_withdrawn_does_not_wait_for_the_night(registry, connection, item) -> None:
    sync.run_due()
    wishes.set_mode(connection, "nightly")
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    assert works_of(registry, connection) == []


def test_a_change_that_comes_while_the_night_sends_waits_for_the_next(registry, connection, item) -> None:
    wishes.set_mode(connection, "nightly")
    item.refresh_from_db()
    night = item.next_try_at
    real_now = timezone.now()
    OrcidItem.objects.update(next_try_at=real_now)
    during("POST", lambda: wish(connection, "Second"))
    assert writes(registry, connection) == ["POST"]
    item.refresh_from_db()
    assert (item.state, item.next_try_at) == (State.WAITING, night)


# --- After a look ---------------------------------------------------------------------------------------


@pytest.fixture
def held(connection, settings) -> OrcidItem:
    """An item that waits for its owner's look."""
    settings.ORCID_MODE = "manual"
    return wish(connection, "On Kelp")


def test_nothing_is_sent_before_the_look(registry, connection, held) -> None:
    assert (held.state, held.next_try_at) == (State.HELD, None)
    assert "Look at it" in held.reason
    assert sync.run_due(now=later()) == 0
    assert sync.approve(held, held.desired_hash)
    sync.run_due()
    check_sent(registry, held, "On Kelp")
    wish(connection, "Second")
    held.refresh_from_db()
    assert held.state == State.HELD, "every change wants a look of its own"
    assert titles(registry, connection) == ["On Kelp"]


def test_what_was_looked_at_is_what_is_sent(registry, connection, held) -> None:
    seen = held.desired_hash
    wish(connection, "Second")
    assert not sync.approve(held, seen)
    assert sync.run_due(now=later()) == 0
    wish(connection, "On Kelp")
    held.refresh_from_db()
    assert held.state == State.HELD
    assert sync.approve(held, seen)
    wish(connection, "Third")
    assert sync.run_due(now=later()) == 0, "approved was the one before"
    assert calls(registry, connection.orcid) == []


def test_a_change_that_comes_while_it_is_sent_is_held(registry, connection, held) -> None:
    sync.approve(held)
    during("POST", lambda: wish(connection, "Second"))
    sync.run_due(now=later())
    held.refresh_from_db()
    assert held.state == State.HELD
    assert titles(registry, connection) == ["On Kelp"]


def test_to_remove_needs_no_look(registry, connection, held) -> None:
    sync.approve(held)
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    assert works_of(registry, connection) == []


def test_discarded_instead(registry, connection, held) -> None:
    sync.leave_off(held)
    held.refresh_from_db()
    assert held.state == State.PAUSED
    wish(connection, "Second")
    held.refresh_from_db()
    assert held.state == State.PAUSED


def test_send_now_is_no_look(registry, connection, held) -> None:
    assert not sync.send_now(held)
    wishes.set_mode(connection, "automatic")
    held.refresh_from_db()
    assert held.state == State.WAITING
    wishes.set_mode(connection, "manual")
    assert not sync.send_now(held)
    assert sync.run_due(now=later()) == 0


def test_the_setting_changes_and_what_waits_follows(registry, connection, held, settings) -> None:
    settings.ORCID_MODE = "automatic"
    sync.keep_house()
    held.refresh_from_db()
    assert held.state == State.WAITING
    settings.ORCID_MODE = "manual"
    sync.run_due()
    held.refresh_from_db()
    assert (held.state, held.lease_owner) == (State.HELD, "")
    assert calls(registry, connection.orcid) == []


def test_a_mode_that_does_not_exist(connection) -> None:
    with pytest.raises(ValueError, match="weekly"):
        wishes.set_mode(connection, "weekly")


# --- Paused -----------------------------------------------------------------------------------------------


def test_a_paused_item_is_not_worked_on(registry, connection, item) -> None:
    sync.pause(item)
    wish(connection, "Second")
    assert sync.run_due(now=later()) == 0
    item.refresh_from_db()
    assert (item.state, item.paused_by) == (State.PAUSED, "person")
    assert item.reason.startswith("You paused this")
    sync.resume_item(item)
    sync.run_due()
    check_sent(registry, item, "Second")


def test_what_the_office_paused_its_owner_does_not_take_over(connection, item) -> None:
    sync.pause(item, by="staff")
    sync.pause(item)
    item.refresh_from_db()
    assert item.paused_by == "staff"
    sync.send_again(item)
    item.refresh_from_db()
    assert item.state == State.PAUSED
    assert item.reason.startswith("The office paused this")


def test_a_paused_record_takes_nothing_old_or_new(registry, connection, item) -> None:
    sync.run_due()
    sync.pause_all(connection, by="staff")
    item.refresh_from_db()
    assert item.state == State.SENT, "what is done is done"
    wish(connection, "Second")
    new = wish(connection, "Other", key="thesis-2", self_id="k-2")
    sync.pause(new)
    assert sync.run_due(now=later()) == 0
    sync.resume_all(connection)
    sync.run_due(now=later())
    check_sent(registry, item, "Second")
    new.refresh_from_db()
    assert (new.state, new.paused_by) == (State.PAUSED, "person")


def test_paused_in_the_moment_before_the_work(registry, connection, item) -> None:
    """The wish was made before the pause was seen: the worker sees it."""
    Connection.objects.update(paused_by="staff")
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.lease_owner) == (State.PAUSED, "")
    assert calls(registry, connection.orcid) == []


def test_a_pause_keeps_what_needs_attention(registry, connection) -> None:
    bad = a_work("k-1").replace(b"dissertation-thesis", b"thesis")
    item = sync.desire(connection, "work", "thesis-1", bad)
    sync.run_due()
    sync.pause_all(connection)
    sync.resume_all(connection)
    item.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.ASK_STAFF)


# --- What cannot be said ------------------------------------------------------------------------------------


def refused(connection: Connection, *problems: str) -> OrcidItem:
    return sync.refuse(
        connection, "work", "thesis-1", list(problems or ["The title is missing."]), title="On Kelp"
    )


def test_what_orcid_would_refuse_never_leaves(registry, connection) -> None:
    item = refused(connection, "The title is missing.", "The year is before 1900.")
    assert (item.state, item.action, item.error_code) == (State.NEEDS_ATTENTION, Action.ASK_STAFF, "message")
    assert item.reason == "The title is missing. The year is before 1900."
    sync.send_again(item)
    assert not sync.approve(item)
    assert sync.run_due(now=later()) == 0
    item.refresh_from_db()
    assert item.reason == "The title is missing. The year is before 1900."
    wish(connection, "On Kelp")
    sync.run_due()
    check_sent(registry, item, "On Kelp")
    assert "problems" not in OrcidItem.objects.get().facts


def test_what_is_there_stays_and_what_waited_does_not_go(registry, connection, item) -> None:
    sync.run_due()
    wish(connection, "Second")
    refused(connection)
    assert sync.run_due(now=later()) == 0
    assert titles(registry, connection) == ["On Kelp"]
    wish(connection, "On Kelp")
    item.refresh_from_db()
    assert item.state == State.SENT, "back to what is there"
    refused(connection)
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    assert works_of(registry, connection) == []


def test_refused_while_it_is_sent(registry, connection, item) -> None:
    during("POST", lambda: refused(connection))
    item.refresh_from_db()
    assert (item.state, item.lease_owner) == (State.NEEDS_ATTENTION, "")
    assert item.put_code
    assert writes(registry, connection) == ["POST"]


def test_the_owners_no_comes_before_a_refusal(registry, connection, item) -> None:
    sync.leave_off(item)
    refused(connection)
    item.refresh_from_db()
    assert item.state == State.PAUSED


# --- Without membership ---------------------------------------------------------------------------------------


def test_without_membership_nothing_is_called_and_the_page_says_why(registry, connection, settings) -> None:
    settings.ORCID_API_KIND = "public"
    item = wish(connection, "On Kelp")
    assert (item.state, item.error_code) == (State.NEEDS_ATTENTION, "public_api")
    assert "not a member of ORCID" in item.reason
    assert sync.run_due(now=later()) == 0
    OrcidItem.objects.update(state=State.WAITING)
    sync.run_due(now=later())
    item.refresh_from_db()
    assert (item.state, item.error_code, item.in_doubt) == (State.NEEDS_ATTENTION, "public_api", "")
    assert calls(registry, connection.orcid) == []
    settings.ORCID_API_KIND = "member"
    wish(connection, "On Kelp")
    sync.run_due()
    check_sent(registry, item, "On Kelp")
