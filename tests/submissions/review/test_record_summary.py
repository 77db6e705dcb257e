"""What the student's ORCID record says stands beside the student's name, for staff only, as it was last read."""

import pytest
from django.test import Client
from django.utils import timezone

from orcid_workflow.models import Connection
from tests.factories import make_staff, make_submission
from tests.submissions.steps.record_of import funding, give, work

pytestmark = pytest.mark.django_db


def page_of(submission) -> str:
    client = Client()
    client.force_login(make_staff())
    return client.get(f"/admin/thesis-cases/{submission.pk}/").content.decode()


def test_the_record_in_short(settings):
    settings.ORCID_API_URL = "http://127.0.0.1:9/v3.0"  # nothing listens there, and nobody is asked
    submission = make_submission("in_review")
    connection = submission.student.orcid_connections.get()
    give(connection, fundings=[funding(1, "A grant")], works=[work(2, "One"), work(3, "Two")])
    Connection.objects.filter(pk=connection.pk).update(record_read_at=timezone.now())
    page = page_of(submission)
    before, _, after = page.partition("What the student’s ORCID record says")
    assert submission.student.get_full_name() in before
    assert "<dt>Works</dt><dd>2</dd>" in after
    assert "<dt>Grants</dt><dd>1</dd>" in after


def test_a_record_that_was_never_read_says_so():
    assert "The record has not been read." in page_of(make_submission("in_review"))


def test_without_an_id_there_is_nothing_to_say(settings):
    settings.ETD_ORCID_REQUIRED = False
    assert "ORCID record says" not in page_of(make_submission("in_review", connected=False))
