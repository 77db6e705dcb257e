"""Licence and embargo: what is offered, what a retired choice means, what a stranger's number gets."""

import pytest

from submissions.models import EmbargoOption, Licence
from tests.factories import fresh, make_draft

from .pages import client_of, errors, form_data, state_of, step_url, tree, words

pytestmark = pytest.mark.django_db


def send(submission, data):
    return client_of(submission.student).post(step_url(submission, "rights"), data)


def get(submission):
    return client_of(submission.student).get(step_url(submission, "rights"))


def test_choices_are_kept():
    submission = make_draft(complete=False)
    licence, embargo = Licence.objects.last(), EmbargoOption.objects.get(months=12)
    response = send(submission, {"licence": licence.pk, "embargo": embargo.pk})
    assert response.url == step_url(submission, "files")
    page = fresh(submission).page
    assert (page.licence, page.embargo) == (licence, embargo)


def test_open_and_save_changes_nothing():
    submission = make_draft()
    before = state_of(submission)
    assert send(submission, form_data(get(submission))).status_code == 302
    assert state_of(submission) == before


def test_choosing_nothing_is_a_fine_draft_and_takes_nothing_back():
    submission = make_draft()
    before = state_of(submission)
    assert send(submission, {}).status_code == 302
    assert state_of(submission) == before


def test_a_choice_that_is_no_longer_offered_keeps_the_other():
    submission = make_draft(complete=False)
    licence = Licence.objects.first()
    Licence.objects.filter(pk=licence.pk).update(active=False)
    embargo = EmbargoOption.objects.first()
    response = send(submission, {"licence": licence.pk, "embargo": embargo.pk})
    assert errors(response) == ["This choice is no longer offered. Choose another one."]
    page = fresh(submission).page
    assert (page.licence, page.embargo) == (None, embargo)


@pytest.mark.parametrize("value", ["999999", "no-number"])
def test_a_made_up_choice(value):
    response = send(make_draft(), {"licence": value})
    assert errors(response) == ["This choice is no longer offered. Choose another one."]


def test_a_retired_licence_stays_with_those_who_chose_it():
    submission = make_draft()
    Licence.objects.filter(pk=submission.page.licence_id).update(active=False)
    before = state_of(submission)
    assert send(submission, form_data(get(submission))).status_code == 302
    assert state_of(submission) == before


def test_each_choice_is_explained():
    submission = make_draft(complete=False)
    page = words(get(submission))
    for row in Licence.objects.filter(active=True):
        assert row.summary in page
    for row in EmbargoOption.objects.filter(active=True):
        assert row.explanation in page
    assert tree(get(submission)).xpath("//*[@id='id_licence'] | //*[@id='id_embargo']")
