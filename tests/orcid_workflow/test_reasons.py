"""reasons.py: each reader gets their own words, and nobody those of the other."""

import re

import pytest

from orcid_workflow import reasons, wishes
from orcid_workflow.api import errors
from orcid_workflow.models import Connection, OrcidItem
from tests.factories import make_connection

from .desk.conftest import make_item

State = OrcidItem.State
TO_THE_OWNER = re.compile(r"\b(you|your|yours)\b", re.IGNORECASE)
pytestmark = pytest.mark.django_db

RULINGS = [*errors._EVERY, ("", errors.decide(500)), ("9999", errors.decide(400, "9999"))]


@pytest.mark.parametrize(("code", "ruling"), RULINGS)
def test_the_office_never_reads_what_is_meant_for_the_owner(code: str, ruling: errors.Ruling) -> None:
    item = make_item(state=State.NEEDS_ATTENTION, reason=ruling.person, error_code=code, action=ruling.action)
    said = reasons.reason(item)
    assert said.person == ruling.person
    assert said.staff
    assert not TO_THE_OWNER.search(said.staff), said.staff


@pytest.mark.parametrize(
    ("code", "person", "words"),
    [
        ("9045", errors.decide(400, "9045").person, "ORCID does not know the organisation id."),
        ("9021", errors.TWIN.person, "Another item here has the same identifier"),
        ("", errors.OUR_FAULT.person, "worker's log"),
        ("", errors.DOWN.person, "circuit is open"),
        ("", errors.NO_ANSWER.person, "no proper answer"),
        ("9045", "a sentence of an earlier version", "organisation id"),
        ("", "a sentence of an earlier version", "not in our table"),
    ],
)
def test_what_a_ruling_means_for_the_office(code: str, person: str, words: str) -> None:
    assert words in errors.for_staff(code, person)


def do(item: OrcidItem, act) -> reasons.Words:
    act(item)
    return reasons.reason(OrcidItem.objects.select_related("connection").get(pk=item.pk))


@pytest.mark.parametrize(
    ("act", "person", "staff"),
    [
        (lambda item: wishes.pause(item), "You paused this", "Its owner paused it"),
        (lambda item: wishes.pause(item, by="staff"), "The office paused this", "The office paused it"),
        (lambda item: wishes.pause_all(item.connection), "You paused this", "Its owner paused it"),
        (lambda item: wishes.pause_all(item.connection, by="staff"), "The office paused", "The office paused"),
        (lambda item: wishes.leave_off(item), "You asked us to leave this off", "Its owner asked to leave it off"),
        (lambda item: wishes.set_mode(item.connection, "manual"), "Look at it", "Its owner looks at everything"),
        (lambda item: wishes.set_mode(item.connection, "nightly"), "sent at night", "sent at night"),
    ],
)  # fmt: skip
def test_what_somebody_decided_is_said_to_each(act, person: str, staff: str) -> None:
    said = do(make_item(), act)
    assert person in said.person
    assert staff in said.staff
    assert not TO_THE_OWNER.search(said.staff)


def test_what_is_left_alone_is_on_the_record() -> None:
    item = make_item(put_code=5, sent_hash="h", first_sent_at="2026-01-01T00:00Z", state=State.SENT)
    said = do(item, wishes.leave_off)
    assert "stays as it is" in said.person
    assert "stays as it is" in said.staff
    assert "Its owner" in said.staff


def test_a_record_that_closed_in_another_way_is_said_at_once() -> None:
    connection = make_connection(record_state=Connection.RecordState.LOCKED)
    item = make_item(
        connection, state=State.NEEDS_ATTENTION, error_code="9018", reason="locked", action="ask_person"
    )
    assert "locked" in reasons.reason(item).person
    connection.record_state = Connection.RecordState.DEACTIVATED
    assert "deactivated" in reasons.reason(item).person
    assert reasons.reason(item).staff == "Its owner deactivated the record (9044)."
    connection.record_state = Connection.RecordState.OPEN
    assert reasons.reason(item).person == "locked"


def test_what_is_missing_is_said_to_both() -> None:
    item = make_item(state=State.NEEDS_ATTENTION, error_code="message", reason="The title is missing.")
    assert reasons.reason(item) == reasons.Words("The title is missing.", "The title is missing.")


def test_nothing_to_say() -> None:
    assert reasons.reason(make_item(state=State.SENT)) == reasons.Words()
