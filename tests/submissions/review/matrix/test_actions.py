"""What the office does with deliveries: one by one, ticked, and all that match; who may, and what the history says."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from submissions.models import Delivery, Submission
from submissions.review.history import history
from submissions.review.matrix import actions

from .conftest import make_delivery, retitled, text

State = Delivery.State


def press(client, delivery: Delivery, action: str):
    """Press a button on the page of a thesis."""
    address = reverse("deliveries:act", args=[delivery.submission_id, delivery.target, action])
    return client.post(address, follow=True)


def bulk(client, action: str = "retry", **data):
    """Press a button of the bar."""
    data = {"action": action, "which": "ticked", "place": "repository", **data}
    return client.post(reverse("deliveries:bulk"), data, follow=True)


def state(delivery: Delivery) -> str:
    """As the database has it now."""
    return Delivery.objects.get(pk=delivery.pk).state


@pytest.fixture
def refused(thesis) -> Delivery:
    """A delivery that the repository refused."""
    return make_delivery(
        thesis,
        state=State.NEEDS_ATTENTION,
        sent_wish="",
        sent_hash="",
        attempts=3,
        reason="The repository wants a subject.",
    )


def test_try_again_puts_it_back_to_work_and_the_history_of_the_office_says_who(desk, refused):
    told = refused.submission.changes.count()
    page = text(press(desk, refused, "retry"))
    row = Delivery.objects.get(pk=refused.pk)
    assert (row.state, row.attempts, row.reason) == (State.WAITING, 0, "")
    assert "University repository: put back to work." in page
    newest = history(refused.submission)[0]
    assert newest.sentence == "The delivery to University repository is tried again."
    assert newest.actor_name == desk.user.get_full_name()
    case = reverse("thesis_cases:case", args=[refused.submission_id])
    assert newest.sentence in text(desk.get(case))
    # The student is told of the thesis, and not of the office's work on a place.
    assert refused.submission.changes.count() == told
    desk.force_login(refused.submission.student)
    page = text(desk.get(reverse("submissions:tasks", args=[refused.submission.uuid])))
    assert "is tried again" not in page


def test_send_again_forgets_what_was_accepted(desk, thesis):
    delivery = make_delivery(thesis)
    press(desk, delivery, "replay")
    row = Delivery.objects.get(pk=delivery.pk)
    assert (row.state, row.sent_hash, row.sent_wish) == (State.WAITING, "", "public")


def test_pause_and_go_on(desk, thesis):
    delivery = make_delivery(thesis)
    page = text(press(desk, delivery, "pause"))
    assert "paused." in page
    assert "in the background" not in page  # it is paused already
    assert state(delivery) == State.PAUSED
    assert "was not done: it is paused already" in text(press(desk, delivery, "pause"))
    assert "in the background" in text(press(desk, delivery, "resume"))
    assert state(delivery) == State.DONE


def test_reading_back_is_due_at_once_and_stands_in_the_sites_history(desk, thesis):
    delivery = make_delivery(thesis)
    press(desk, delivery, "check")
    assert Delivery.objects.get(pk=delivery.pk).check_at is not None
    assert ModelLogEntry.objects.get(action=actions.CHECKED).user == desk.user
    assert desk.get(reverse("wagtailadmin_reports:site_history")).status_code in (200, 302)


@pytest.mark.parametrize(
    ("action", "values", "reason"),
    [
        ("retry", {}, "nothing waits to be sent"),
        ("replay", {"state": State.PAUSED}, "it is paused; go on first"),
        ("replay", {"wish": "", "sent_wish": "", "state": State.REMOVED}, "nothing should be there"),
        ("check", {"state": State.WAITING}, "only what is delivered can be read back"),
        ("resume", {}, "it is not paused"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_not_offered(desk, thesis, action, values, reason):
    delivery = make_delivery(thesis, **values)
    before = Delivery.objects.filter(pk=delivery.pk).values().get()
    page = text(press(desk, delivery, action))
    assert f"was not done: {reason}." in page
    assert Delivery.objects.filter(pk=delivery.pk).values().get() == before
    assert reverse("deliveries:act", args=[thesis.pk, "repository", action]) not in page


def test_who_may_act(enter, refused):
    assert press(enter("registrar"), refused, "retry").redirect_chain[0][0].endswith("/admin/")
    assert state(refused) == State.NEEDS_ATTENTION
    manager = enter("manager")
    Submission.objects.filter(pk=refused.submission_id).update(student=manager.user)
    press(manager, refused, "retry")
    assert state(refused) == State.NEEDS_ATTENTION
    page = text(manager.get(reverse("deliveries:thesis", args=[refused.submission_id])))
    assert "You cannot act on your own thesis." in page
    assert "<form method" not in page[page.index('class="matrix"') :]
    press(enter("staff"), refused, "retry")
    assert state(refused) == State.WAITING


def test_only_by_post_with_the_token(desk, refused):
    address = reverse("deliveries:act", args=[refused.submission_id, "repository", "retry"])
    assert desk.get(address).status_code == 405
    strict = desk.__class__(enforce_csrf_checks=True)
    strict.force_login(desk.user)
    assert strict.post(address).status_code == 403
    assert state(refused) == State.NEEDS_ATTENTION


def test_an_action_or_a_place_that_there_is_not(desk, refused):
    assert press(desk, refused, "explode").status_code == 404
    refused.target = "elsewhere"
    assert press(desk, refused, "retry").status_code == 404


def test_the_ticked_ones_and_no_other(desk, refused, settings):
    other = make_delivery(refused.submission, "doi", state=State.NEEDS_ATTENTION)
    page = text(bulk(desk, thesis=[refused.submission_id]))
    assert "University repository: 1 thesis put back to work." in page
    assert (state(refused), state(other)) == (State.WAITING, State.NEEDS_ATTENTION)
    assert "1 left as it is: nothing waits to be sent." in text(
        bulk(desk, thesis=[make_delivery_done(refused)])
    )
    assert "No thesis was ticked" in text(bulk(desk))
    assert "choose the place" in text(bulk(desk, place="elsewhere", thesis=[refused.submission_id]))


def make_delivery_done(delivery: Delivery) -> int:
    """Say that it was done meanwhile; return the key of its thesis."""
    Delivery.objects.filter(pk=delivery.pk).update(state=State.DONE)
    return delivery.submission_id


@pytest.fixture
def many(refused, settings) -> list[Delivery]:
    """Three theses that the repository refused, two of them called Kelp."""
    from submissions.models import Status
    from tests.factories import make_submission

    places, settings.ETD_TARGETS = settings.ETD_TARGETS, {}
    cases = [refused.submission, make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)]
    settings.ETD_TARGETS = places
    rows = [refused, *(make_delivery(case, state=State.NEEDS_ATTENTION) for case in cases[1:])]
    for case in cases[:2]:
        retitled(case, "Kelp")
    return rows


def test_all_that_match_are_asked_about_once_and_then_done(desk, many):
    query = "q=Kelp&target=repository&state=needs_attention"
    page = text(bulk(desk, which="all", query=query))
    assert "Try again at University repository: 2 theses?" in page
    assert {state(row) for row in many} == {State.NEEDS_ATTENTION}
    page = text(bulk(desk, which="all", query=query, confirmed="1"))
    assert "2 theses put back to work." in page
    assert [state(row) for row in many] == [State.WAITING, State.WAITING, State.NEEDS_ATTENTION]


def test_a_filter_that_cannot_be_read_does_nothing(desk, many):
    page = text(bulk(desk, which="all", query="target=nowhere", confirmed="1"))
    assert "could not be read" in page
    assert {state(row) for row in many} == {State.NEEDS_ATTENTION}


def test_what_takes_too_long_says_how_far_it_came_and_goes_on(desk, many, monkeypatch):
    moments = iter([0.0, 1.0, 99.0, *[0.0] * 9])
    monkeypatch.setattr(actions.time, "monotonic", lambda: next(moments))
    answer = bulk(desk, which="all", confirmed="1")
    page = text(answer)
    assert "1 thesis put back to work." in page
    assert "<strong>2</strong> left to look at." in page
    page = text(bulk(desk, which="all", confirmed="1", so_far=answer.context["so_far"]))
    assert "3 theses put back to work." in page
    assert {state(row) for row in many} == {State.WAITING}


def test_in_bulk_ones_own_thesis_is_left_as_it_is(desk, many):
    Submission.objects.filter(pk=many[0].submission_id).update(student=desk.user)
    page = text(bulk(desk, which="all", confirmed="1"))
    assert "1 left as it is: you cannot act on your own thesis." in page
    assert state(many[0]) == State.NEEDS_ATTENTION


def test_the_registrar_and_people_without_a_group_press_nothing(enter, many):
    for client in (enter("registrar"), enter("")):
        bulk(client, which="all", confirmed="1")
    assert {state(row) for row in many} == {State.NEEDS_ATTENTION}


def test_a_place_that_was_taken_out_of_the_settings_is_left_alone(desk, refused, settings):
    settings.ETD_TARGETS = {}
    page = text(press(desk, refused, "retry"))
    assert "this place is not in the settings any more" in page
    assert state(refused) == State.NEEDS_ATTENTION


def test_all_that_the_page_shows_without_a_tick(desk, thesis):
    delivery = make_delivery(thesis)
    page = text(desk.get(reverse("deliveries:index")))
    assert "with the one on this page" in page
    assert "with the one that matches" in page
    assert f'<input type="hidden" name="shown" value="{thesis.pk}">' in page
    bulk(desk, "replay", which="ticked", shown=[thesis.pk])
    assert state(delivery) == State.DONE
    bulk(desk, "replay", which="page", shown=[thesis.pk])
    assert state(delivery) == State.WAITING
