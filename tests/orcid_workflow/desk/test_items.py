"""The list of items, in bulk, and the page of one."""

import datetime as dt

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orcid_workflow.desk import items as desk_items
from orcid_workflow.models import ApiCall, OrcidItem, ServiceState
from tests.factories import make_connection

from .conftest import make_item, text

State = OrcidItem.State
LIST = "orcid_items:index"


def bulk(client, action: str = "pause", **data):
    """Press a button of the bar."""
    return client.post(
        reverse("orcid_items:bulk"), {"action": action, "which": "ticked", **data}, follow=True
    )


def paused() -> set[str]:
    """The titles of those that are paused."""
    return set(OrcidItem.objects.filter(paused_by="staff").values_list("title", flat=True))


def test_the_list_counts_searches_and_filters(desk) -> None:
    make_item(title="Kelp", state=State.SENT)
    make_item(
        title="Fjords", state=State.NEEDS_ATTENTION, action="ask_staff", error_code="9045", kind="education"
    )
    page = text(desk.get(reverse(LIST)))
    assert "<strong>1</strong> needs attention" in page
    assert "<strong>2</strong> all" in page
    for query, shown in (
        ({"state": "sent"}, {"Kelp"}),
        ({"kind": "education"}, {"Fjords"}),
        ({"action": "ask_staff"}, {"Fjords"}),
        ({"error_code": "9045"}, {"Fjords"}),
        ({"q": "kel"}, {"Kelp"}),
        ({"updated_at_from": "2000-01-01", "updated_at_to": "2000-01-02"}, set()),
    ):
        page = text(desk.get(reverse("orcid_items:index_results"), query))
        assert {title for title in ("Kelp", "Fjords") if title in page} == shown, query


def test_the_list_asks_the_database_as_often_for_five_as_for_one(desk) -> None:
    asked = []
    for more in (1, 4):
        for _ in range(more):
            make_item()
        with CaptureQueriesContext(database) as queries:
            desk.get(reverse(LIST))
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_ticked_ones_are_paused_and_no_other(desk) -> None:
    one, two, _three = make_item(title="1"), make_item(title="2", paused_by="person"), make_item(title="3")
    answer = bulk(desk, item=[one.pk, two.pk])
    assert paused() == {"1"}
    page = text(answer)
    assert "1 item paused." in page
    assert "1 left as it is: it is paused already." in page


def test_while_calls_are_held_back_trying_again_says_so(desk) -> None:
    item = make_item(state=State.NEEDS_ATTENTION, action="ask_staff")
    now = timezone.now()
    until = now + dt.timedelta(minutes=1)
    ServiceState.objects.create(
        environment=item.environment, open_until=until, changed_at=now, reason="ORCID does not answer."
    )
    page = text(desk.post(reverse("orcid_items:act", args=[item.pk, "retry"]), follow=True))
    assert "Calls are held back now: ORCID does not answer." in page


def test_nothing_ticked_nothing_done(desk) -> None:
    make_item()
    for ticked in ([], ["x"], ["9" * 40]):
        assert "nothing was done" in text(bulk(desk, item=ticked))
    assert paused() == set()


def test_all_that_match_are_asked_about_once_and_then_done_on_every_page(desk, monkeypatch) -> None:
    for number in range(3):
        make_item(title=f"W{number}", state=State.WAITING)
    make_item(title="S", state=State.SENT)
    monkeypatch.setattr(desk_items.ItemIndexView, "paginate_by", 2)
    asked = bulk(desk, which="all", query="state=waiting&p=2")
    assert "Pause: 3 items?" in text(asked)
    assert paused() == set()
    done = bulk(desk, which="all", query="state=waiting&p=2", confirmed="1", so_far=asked.context["so_far"])
    assert paused() == {"W0", "W1", "W2"}
    assert "3 items paused." in text(done)


def test_what_takes_too_long_is_done_in_several_goes(desk, monkeypatch) -> None:
    for number in range(3):
        make_item(title=f"W{number}")
    monkeypatch.setattr(desk_items, "SECONDS", -1)
    answer = bulk(desk, which="all", query="", confirmed="1")
    for done in (1, 2):
        assert len(paused()) == done
        assert "Not finished yet" in text(answer)
        assert f"{done} item{'s' * (done > 1)} paused." in text(answer)
        answer = bulk(desk, which="all", query="", confirmed="1", so_far=answer.context["so_far"])
    assert len(paused()) == 3
    assert "Not finished yet" not in text(answer)
    assert "3 items paused." in text(answer)


def test_a_filter_that_cannot_be_read_does_not_stand_for_everything(desk) -> None:
    make_item()
    answer = bulk(desk, which="all", query="state=no-such-state", confirmed="1")
    assert "filter could not be read" in text(answer)
    assert paused() == set()


def test_a_forged_position_is_not_believed(desk) -> None:
    make_item()
    bulk(desk, which="all", query="", confirmed="1", so_far="[999999, 5, {}]")
    assert len(paused()) == 1


def test_the_bar_is_a_plain_form(desk) -> None:
    item = make_item()
    page = text(desk.get(reverse(LIST)))
    form = page[page.index(f'action="{reverse("orcid_items:bulk")}"') :]
    form = form[: form.index("</form>")]
    assert f'name="item" value="{item.pk}"' in form
    assert "csrfmiddlewaretoken" in form
    for action in ("retry", "pause", "resume"):
        assert f'name="action" value="{action}"' in form


def test_the_page_of_an_item_says_why_in_words_for_the_office(desk) -> None:
    item = make_item(
        state=State.NEEDS_ATTENTION, action="ask_staff", error_code="9045", reason="You need do nothing."
    )
    ApiCall.objects.create(
        item=item, method="POST", path="/x/work", status=400, error_code="9045", outcome="400 Bad"
    )
    page = text(desk.get(reverse("orcid_items:item", args=[item.pk])))
    for words in (
        "Its owner reads: “You need do nothing.”",
        "ORCID does not know the organisation id.",
        "POST /x/work",
        "400 Bad",
    ):
        assert words in page
    assert "Try again now" in page


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("9045", "organisation id"),
        ("9038", "lacks the scope"),
        ("9016", "put-code is gone"),
        ("9999", "not in our table"),
    ],
)
def test_the_list_says_what_a_code_means_for_the_office(desk, code, words) -> None:
    make_item(state=State.NEEDS_ATTENTION, action="ask_staff", error_code=code, reason="You need do nothing.")
    for page in (text(desk.get(reverse(LIST))), text(desk.get(reverse(LIST), {"export": "csv"}))):
        assert words in page
    assert "You need do nothing." not in text(desk.get(reverse(LIST)))


def test_a_pause_is_said_beside_where_it_stands(desk) -> None:
    item = make_item(state=State.SENT, paused_by="staff")
    for address in (reverse(LIST), reverse("orcid_items:item", args=[item.pk])):
        assert "Paused by the office" in text(desk.get(address))


def test_what_its_owner_removed_was_sent_all_the_same(desk) -> None:
    moment = dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC)
    item = make_item(state=State.NEEDS_ATTENTION, error_code="9016", owners_no="removed", sent_at=moment)
    page = text(desk.get(reverse("orcid_items:item", args=[item.pk])))
    assert "last 4 March 2026" in page
    assert "never" not in page


def test_the_list_is_downloaded_without_a_script_too(desk) -> None:
    make_item()
    page = text(desk.get(reverse(LIST), {"state": "waiting"}))
    address = f"{reverse(LIST)}?state=waiting&amp;export=csv"
    assert f'<a href="{address}">CSV</a>' in page
    assert "On Kelp" in text(desk.get(address.replace("&amp;", "&")))


def test_a_title_of_somebody_else_is_text(desk) -> None:
    connection = make_connection(name="<script>alert(1)</script>")
    item = make_item(connection, title="<script>alert(2)</script>", message="<script>alert(3)</script>")
    for address in (
        reverse(LIST),
        reverse("orcid_items:item", args=[item.pk]),
        reverse("orcid_connections:connection", args=[connection.pk]),
        reverse("orcid_connections:index"),
    ):
        assert "<script>alert" not in text(desk.get(address))
