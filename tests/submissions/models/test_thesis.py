"""The page of a thesis: served only while its case is published, and never made without a case."""

import pytest
from django.test import Client
from django.urls import reverse

from submissions.models import Status, ThesisPage
from tests.factories import fresh, make_office, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [status for status in Status if status != Status.PUBLISHED])
def test_a_live_page_of_an_unpublished_case_is_there_for_nobody(status):
    submission = make_submission(status)
    ThesisPage.objects.filter(pk=submission.page_id).update(live=True)
    people = [None, submission.student, make_staff(), make_user(is_superuser=True)]
    for person in people:
        client = Client()
        if person:
            client.force_login(person)
        answer = client.get(submission.page.url)
        assert answer.status_code == 404
        assert "narrows" not in answer.content.decode()


def test_a_live_page_without_a_case_is_not_served(client):
    index = make_office()
    page = ThesisPage(title="No case", slug="no-case")
    index.add_child(instance=page)
    assert client.get(page.url).status_code == 404


def test_a_published_thesis_is_served(client):
    submission = make_submission(Status.PUBLISHED)
    assert client.get(fresh(submission).page.url).status_code == 200


def test_nobody_adds_a_thesis_in_the_admin(client):
    index = make_office()
    client.force_login(make_user(is_superuser=True))
    address = reverse("wagtailadmin_pages:add", args=["submissions", "thesispage", index.pk])
    assert client.get(address).status_code == 302
    client.post(address, {"title": "Without a case", "slug": "without"})
    assert not ThesisPage.objects.exists()
