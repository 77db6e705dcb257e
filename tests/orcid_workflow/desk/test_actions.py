"""What the office may do with an item, and where its owner's word stands above it."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from orcid_workflow.desk.actions import ITEM_ACTIONS, apply
from orcid_workflow.models import ApiCall, OrcidItem
from tests.factories import make_connection

from ..conftest import attach, grant_for
from .conftest import make_item, text

State = OrcidItem.State


def act(client, item, action: str) -> OrcidItem:
    """Press the button on the item's page and return the item as it is then."""
    answer = client.post(reverse("orcid_items:act", args=[item.pk, action]), follow=True)
    assert answer.status_code == 200
    item.refresh_from_db()
    return item


def test_an_item_that_needs_the_office_is_put_back_to_work(desk) -> None:
    item = make_item(
        state=State.NEEDS_ATTENTION, action="ask_staff", error_code="9045", reason="R", attempts=3
    )
    act(desk, item, "retry")
    assert (item.state, item.error_code, item.attempts) == (State.WAITING, "", 0)
    assert ModelLogEntry.objects.get(action="orcid.retry").user == desk.user


def test_an_item_that_waits_for_the_night_is_sent_now(desk, settings) -> None:
    from django.utils import timezone

    settings.ORCID_MODE = "nightly"
    item = make_item(next_try_at=timezone.now() + timezone.timedelta(hours=5))
    act(desk, item, "retry")
    assert item.state == State.WAITING
    assert item.next_try_at is None or item.next_try_at <= timezone.now()


def test_pause_and_go_on(desk) -> None:
    item = act(desk, make_item(), "pause")
    assert (item.state, item.paused_by) == (State.PAUSED, "staff")
    item = act(desk, item, "resume")
    assert (item.state, item.paused_by) == (State.WAITING, "")


@pytest.mark.parametrize(
    ("action", "values", "words"),
    [
        (
            "retry",
            {"state": State.NEEDS_ATTENTION, "action": "gone", "owners_no": "removed"},
            "its owner said",
        ),
        ("retry", {"state": State.PAUSED, "owners_no": "left_off"}, "its owner said"),
        ("retry", {"state": State.NEEDS_ATTENTION, "action": "reconnect"}, "connect again"),
        (
            "retry",
            {"state": State.NEEDS_ATTENTION, "action": "ask_staff", "error_code": "message"},
            "not complete",
        ),
        ("retry", {"state": State.SENT}, "nothing to send"),
        ("pause", {"state": State.PAUSED, "paused_by": "person"}, "paused already"),
        ("resume", {"state": State.PAUSED, "paused_by": "person"}, "its owner paused it"),
        ("resume", {}, "not paused"),
        (
            "retry",
            {"environment": "sandbox", "state": State.NEEDS_ATTENTION, "action": "ask_staff"},
            "environment",
        ),
        ("pause", {"environment": "sandbox"}, "environment"),
        ("resume", {"environment": "sandbox", "paused_by": "staff"}, "environment"),
    ],
)
def test_what_the_office_may_not_do_says_why_and_changes_nothing(desk, action, values, words) -> None:
    item = make_item(**values)
    before = OrcidItem.objects.filter(pk=item.pk).values().get()
    answer = desk.post(reverse("orcid_items:act", args=[item.pk, action]), follow=True)
    assert words in text(answer)
    assert OrcidItem.objects.filter(pk=item.pk).values().get() == before


def test_a_go_that_has_no_time_left_says_where_it_stands(desk) -> None:
    items = [make_item() for _ in range(3)]
    everything = OrcidItem.objects.all()
    tally = apply(ITEM_ACTIONS["pause"], everything, desk.user, seconds=-1)
    assert (tally.done, tally.finished, tally.after) == (1, False, items[0].pk)
    tally = apply(ITEM_ACTIONS["pause"], everything, desk.user, after=tally.after, seconds=60)
    assert (tally.done, tally.finished) == (2, True)


def test_pausing_and_going_on_with_a_whole_record(desk) -> None:
    connection = make_connection()
    item = make_item(connection)
    page = reverse("orcid_connections:connection", args=[connection.pk])
    assert "Pause everything" in text(desk.get(page))
    desk.post(reverse("orcid_connections:act", args=[connection.pk, "pause"]))
    item.refresh_from_db()
    connection.refresh_from_db()
    assert (connection.paused_by, item.state) == ("staff", State.PAUSED)
    assert "Go on with everything" in text(desk.get(page))
    desk.post(reverse("orcid_connections:act", args=[connection.pk, "resume"]))
    item.refresh_from_db()
    connection.refresh_from_db()
    assert (connection.paused_by, item.state) == ("", State.WAITING)


@pytest.mark.parametrize("values", [{"paused_by": "person"}, {"environment": "sandbox"}])
def test_a_record_that_is_not_ours_to_start_again(desk, values) -> None:
    connection = make_connection(**values)
    for action in ("resume", "pause", "read"):
        if action == "read" and "paused_by" in values:
            continue
        answer = desk.post(reverse("orcid_connections:act", args=[connection.pk, action]), follow=True)
        assert "cannot be done" in text(answer)
    connection.refresh_from_db()
    assert connection.paused_by == values.get("paused_by", "")


def test_the_record_is_read_again(desk, registry, person) -> None:
    connection = attach(grant_for(registry, person))
    address = reverse("orcid_connections:act", args=[connection.pk, "read"])
    assert "read again" in text(desk.post(address, follow=True))
    connection.refresh_from_db()
    assert connection.record_read_at
    assert ApiCall.objects.filter(connection=connection, path__endswith="/record", status=200).exists()


def test_a_record_that_orcid_does_not_give_is_said_to_be_so(desk, settings, registry, person) -> None:
    connection = attach(grant_for(registry, person))
    settings.ORCID_API_URL = "http://127.0.0.1:9/v3.0"
    address = reverse("orcid_connections:act", args=[connection.pk, "read"])
    assert "did not give us the record" in text(desk.post(address, follow=True))


@pytest.mark.parametrize("name", ["orcid_items:act", "orcid_connections:act"])
def test_a_get_changes_nothing_and_a_strange_action_is_not_found(desk, name) -> None:
    item = make_item()
    pk = item.pk if "items" in name else item.connection_id
    assert desk.get(reverse(name, args=[pk, "pause"])).status_code == 405
    assert desk.post(reverse(name, args=[pk, "explode"])).status_code == 404
