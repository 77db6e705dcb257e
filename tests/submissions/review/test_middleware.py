"""A refused move in the admin is a sentence, whoever asked and however the browser sent it."""

import datetime as dt

import pytest
from django.test import RequestFactory
from django.urls import reverse

from submissions.models import Status
from submissions.review.middleware import MoveRefusedMiddleware
from tests.editor import edit_url, editor_form
from tests.factories import fresh, make_registrar, make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission(client):
    submission = make_submission(Status.APPROVED)
    client.force_login(make_registrar())
    return submission


def modal(submission):
    """Address of the dialogue in which the registrar gives the day."""
    state = submission.page.current_workflow_task_state
    return reverse("wagtailadmin_pages:workflow_action", args=[submission.page_id, "confer", state.pk])


@pytest.mark.parametrize("extra", ["", "{}", '{"conferred_on": ""}', '{"conferred_on": "2999-01-01"}'])
def test_the_editor_says_why_a_conferral_was_refused(client, submission, extra):
    data = editor_form(client, submission.page)
    data |= {"action-workflow-action": "1", "workflow-action-name": "confer"}
    if extra:
        data["workflow-action-extra-data"] = extra
    answer = client.post(edit_url(submission.page), data)
    assert (answer.status_code, answer.url) == (302, edit_url(submission.page))
    text = client.get(answer.url).content.decode()
    assert "day of conferral is in the future" in text or "Say on which day" in text
    case = fresh(submission)
    assert (case.status, case.conferred_on, case.page.live) == (Status.APPROVED, None, False)


def test_a_day_that_is_none_is_a_sentence_too(client, submission):
    data = editor_form(client, submission.page)
    data |= {
        "action-workflow-action": "1",
        "workflow-action-name": "confer",
        "workflow-action-extra-data": '{"conferred_on": "the day after"}',
    }
    answer = client.post(edit_url(submission.page), data)
    assert answer.status_code == 302
    assert fresh(submission).status == Status.APPROVED


def test_the_dialogue_gets_the_json_it_speaks(client, submission):
    before_the_defence = submission.page.defence_date - dt.timedelta(days=1)
    answer = client.post(
        modal(submission),
        {"conferred_on": before_the_defence.isoformat()},
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    assert answer.json() == {"step": "success", "redirect": edit_url(submission.page)}
    assert "The thesis was defended on" in client.get(edit_url(submission.page)).content.decode()
    assert fresh(submission).status == Status.APPROVED


def test_other_errors_are_left_to_django():
    middleware = MoveRefusedMiddleware(lambda request: None)
    assert middleware.process_exception(RequestFactory().get("/admin/"), RuntimeError("ours")) is None
