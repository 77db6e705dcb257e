"""What the student's ORCID record says stands beside the student's name, for staff only, as it was last read."""

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

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


def test_what_the_student_said_of_themselves_stands_on_the_case_page():
    submission = make_submission("in_review")
    connection = submission.student.orcid_connections.get()
    profile = submission.profile
    profile.contact_email, profile.country = "later@example.org", "FR"
    profile.websites = "https://one.example.org/\nhttps://two.example.org/"
    profile.from_orcid = {
        "websites": profile.websites,
        "_orcid": connection.orcid,
        "_stated_by": {"websites": "yourself"},
    }
    profile.save()
    about = html.fromstring(page_of(submission)).get_element_by_id("about-student")
    said = {
        row.find("dt").text_content(): " ".join(" ".join(row.find("dd").itertext()).split())
        for row in about.findall("div")
    }
    assert said["E-mail address after graduation"] == "later@example.org"
    assert said["Country where you live"] == "France"
    assert said["Websites you want to be found by"] == (
        "https://one.example.org/ https://two.example.org/ From the ORCID record, added by the student"
    )
    assert said["Current position"] == "Nothing given"
