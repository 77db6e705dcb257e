"""Whose page it is, and what everybody else is told. Nobody's words are lost to a sign-out."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from submissions.models import Status
from submissions.steps.registry import STEPS
from tests.factories import fresh, make_draft, make_staff, make_submission, make_user

from .pages import client_of, state_of, step_url, tasks_url, words

pytestmark = pytest.mark.django_db


def addresses(submission) -> list[str]:
    return [
        tasks_url(submission),
        *(step_url(submission, step.identifier) for step in STEPS),
        reverse("submissions:sent", args=[submission.uuid]),
        reverse("submissions:discard", args=[submission.uuid]),
    ]


def test_without_an_account_one_is_asked_to_sign_in_and_comes_back():
    submission = make_draft()
    for address in [*addresses(submission), reverse("submissions:desk"), reverse("submissions:start")]:
        response = Client().get(f"{address}?back=review")
        assert (
            response.url
            == f"{reverse('login')}?next={address.replace('/', '%2F')}%3Fback%3Dreview".replace("%2F", "%2F")
        )


def test_somebody_else_is_told_whose_account_they_use():
    submission = make_draft()
    other = make_user("other", first_name="Olga", last_name="Other")
    client = client_of(other)
    for address in addresses(submission):
        response = client.get(address)
        assert response.status_code == 403
        assert "You are signed in as Olga Other (other, other@example.edu)." in words(response)
        assert submission.page.title not in response.text


def test_staff_are_led_to_their_desk():
    submission = make_draft()
    response = client_of(make_staff()).get(tasks_url(submission))
    assert response.status_code == 403
    assert "in the staff desk" in words(response)


def test_somebody_else_changes_nothing():
    submission = make_draft()
    before = state_of(submission)
    client = client_of(make_user())
    for address in addresses(submission):
        assert client.post(address, {"title": "Mine now"}).status_code in (403, 405)
    assert state_of(submission) == before
    assert fresh(submission).status == Status.DRAFT


def test_unknown_addresses_are_a_page():
    submission = make_draft()
    client = client_of(submission.student)
    for address in [reverse("submissions:tasks", args=[uuid.uuid4()]), step_url(submission, "nowhere")]:
        response = client.get(address)
        assert response.status_code == 404
        assert "There is no page here" in words(response)


def test_signed_out_while_typing_gives_the_words_back_and_the_way_in():
    submission = make_draft()
    before = state_of(submission)
    client = Client()
    response = client.post(
        step_url(submission, "thesis"), {"title": "Typed for an hour", "csrfmiddlewaretoken": "secret"}
    )
    assert response.status_code == 403
    assert "You were signed out in the meantime." in words(response)
    assert "Typed for an hour" in words(response)
    assert "secret" not in response.text
    assert reverse("login") in response.text
    assert state_of(submission) == before


@pytest.mark.parametrize("status", list(Status))
def test_no_page_breaks_in_any_status(status):
    submission = make_submission(status)
    client = client_of(submission.student)
    before = state_of(submission)
    for address in addresses(submission):
        assert client.get(address).status_code in (200, 302)
    assert client.get(reverse("submissions:desk")).status_code == 200
    assert state_of(submission) == before
    assert fresh(submission).status == status


def test_pages_are_not_kept_by_caches():
    submission = make_draft()
    client = client_of(submission.student)
    assert "no-store" in client.get(tasks_url(submission))["Cache-Control"]


def test_nothing_inline_and_nothing_from_elsewhere():
    submission = make_draft()
    client = client_of(submission.student)
    for address in addresses(submission):
        text = client.get(address).text
        assert " style=" not in text
        assert "<script" not in text
        assert " onclick=" not in text


class TestDiscard:
    def test_asks_first_and_then_does_it(self):
        submission = make_draft()
        client = client_of(submission.student)
        address = reverse("submissions:discard", args=[submission.uuid])
        page = words(client.get(address))
        assert "What will happen" in page
        assert "What stays as it is" in page
        assert fresh(submission).status == Status.DRAFT
        response = client.post(address, follow=True)
        assert fresh(submission).status == Status.WITHDRAWN
        assert "was discarded" in words(response)
        assert client.post(address).url == tasks_url(submission)

    @pytest.mark.parametrize("status", [Status.WITH_COMMITTEE, Status.CHANGES_REQUESTED, Status.PUBLISHED])
    def test_what_was_sent_once_is_not_discarded(self, status):
        submission = make_submission(status)
        client = client_of(submission.student)
        response = client.post(reverse("submissions:discard", args=[submission.uuid]), follow=True)
        assert fresh(submission).status == status
        assert "you cannot discard it" in words(response)
