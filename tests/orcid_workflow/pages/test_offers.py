"""offers.py: every place an item can stand in has its buttons, and no others are accepted."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from orcid_workflow.api.errors import UNREADABLE_CODE, Action
from orcid_workflow.models import Connection, OrcidItem
from orcid_workflow.pages import offers
from orcid_workflow.pages.offers import OFFERS, offers_for

State = OrcidItem.State
TOMORROW = timezone.now() + dt.timedelta(days=1)


def an_item(state: str, **values) -> OrcidItem:
    scope = values.pop("scope", "openid /activities/update")
    connection = Connection(
        environment="local", orcid="0000-0002-1825-0097", scope=scope, paused_by=values.pop("all_paused", "")
    )
    return OrcidItem(connection=connection, state=state, **{"message": "<x/>", "desired_hash": "h"} | values)


def names(item: OrcidItem) -> list[str]:
    return [offer.name for offer in offers_for(item)]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (an_item(State.WAITING, next_try_at=TOMORROW), ["send-now", "see", "pause", "leave-off"]),
        (an_item(State.WAITING), ["see", "pause", "leave-off"]),
        (an_item(State.WAITING, next_try_at=TOMORROW, scope="openid"), ["see", "pause", "leave-off"]),
        (an_item(State.WAITING, next_try_at=TOMORROW, all_paused="person"), ["see", "pause", "leave-off"]),
        (an_item(State.WAITING, error_code=UNREADABLE_CODE), ["connect", "pause", "leave-off"]),
        (an_item(State.WAITING, desired_hash="", next_try_at=TOMORROW), []),
        (an_item(State.HELD), ["look", "approve", "leave-off"]),
        (an_item(State.SENT), ["see"]),
        (an_item(State.NEEDS_ATTENTION, action=Action.RECONNECT), ["connect", "see", "leave-off"]),
        (an_item(State.NEEDS_ATTENTION, action=Action.RECONNECT, desired_hash=""), ["connect"]),
        (an_item(State.NEEDS_ATTENTION, action=Action.GONE), ["send-again", "see", "leave-off"]),
        (an_item(State.NEEDS_ATTENTION, action=Action.ASK_PERSON), ["send-again", "see", "leave-off"]),
        (an_item(State.NEEDS_ATTENTION, action=Action.ASK_STAFF), ["see", "leave-off"]),
        (
            an_item(State.NEEDS_ATTENTION, action=Action.ASK_STAFF, error_code="message", message=""),
            ["leave-off"],
        ),
        (an_item(State.PAUSED, owners_no=OrcidItem.No.LEFT_OFF), ["send-again", "see"]),
        (an_item(State.PAUSED, paused_by="person"), ["go-on", "see", "leave-off"]),
        (an_item(State.PAUSED, paused_by="person", all_paused="person"), ["see", "leave-off"]),
        (an_item(State.PAUSED, all_paused="person"), ["see", "leave-off"]),
        (an_item(State.PAUSED, paused_by="staff"), ["see"]),
        (an_item(State.WAITING, owners_no=OrcidItem.No.LEFT_OFF), ["send-again", "see"]),
        (an_item(State.REMOVED, message="", desired_hash=""), []),
    ],
    ids=str,
)
def test_what_is_offered(item: OrcidItem, expected: list[str]) -> None:
    assert names(item) == expected
    for name in OFFERS:
        assert (offers.offer(item, name) is not None) == (name in expected)


def test_every_state_has_a_row_and_every_row_its_offers() -> None:
    assert {row[0] for row in offers._TABLE} == set(State)
    for _, also, row in offers._TABLE:
        assert set(row) <= set(OFFERS)
        assert all(hasattr(OrcidItem(), field) for field in also)


def test_what_the_office_paused_the_person_does_not_set_going() -> None:
    for no, action in itertools.product(("", "removed"), ("", Action.GONE)):
        item = an_item(State.PAUSED, paused_by="staff", owners_no=no, action=action)
        assert set(names(item)) <= {"see"}


ON_RECORD = {"put_code": 5, "first_sent_at": timezone.now()}


@pytest.mark.parametrize(
    ("item", "name", "label", "done"),
    [
        (an_item(State.NEEDS_ATTENTION), "leave-off", "Leave it off", "We leave it off your ORCID record."),
        (an_item(State.NEEDS_ATTENTION, **ON_RECORD), "leave-off", "Leave it as it is", "It stays on your"),
        (an_item(State.WAITING, **ON_RECORD), "leave-off", "Leave it as it is", "You can remove it at ORCID."),
        # Being sent at this moment: it is taken off again.
        (an_item(State.WAITING, put_code=5), "leave-off", "Leave it off", "We leave it off"),
        (an_item(State.NEEDS_ATTENTION, action=Action.ASK_PERSON), "send-again", "Try again", "We try it again"),
        (
            an_item(State.NEEDS_ATTENTION, action=Action.GONE, owners_no="removed"),
            "send-again", "Put it back on my record", "put it on your ORCID record again",
        ),
        (an_item(State.PAUSED, owners_no="left_off"), "send-again", "Put it on my record", "We will put it on"),
        (
            an_item(State.PAUSED, owners_no="left_off", **ON_RECORD),
            "send-again", "Correct it again", "From now on we correct it",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_a_button_says_what_it_does_to_this_item(item: OrcidItem, name: str, label: str, done: str) -> None:
    found = offers.offer(item, name)
    assert found.label == label
    assert done in found.done


def test_posts_have_something_to_do_and_to_say() -> None:
    for offer in OFFERS.values():
        assert bool(offer.act and offer.done) == (offer.how == "post"), offer.name
