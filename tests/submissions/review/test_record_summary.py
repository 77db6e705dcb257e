"""What the student's ORCID record says stands beside the student's name, for staff only, as it was last read."""

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from orcid_workflow.models import Connection
from tests.factories import make_connection, make_staff, make_submission
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
    assert said["Your websites"] == (
        "https://one.example.org/ https://two.example.org/ From the ORCID record, added by the student"
    )
    assert "Current position" not in said
    assert "Current position" in about.getnext().text_content()  # with what was left empty


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "disconnected"}, "The student disconnected the iD here."),
        ({"state": "revoked"}, "Nothing is sent until the student connects again."),
        ({"record_state": "locked"}, "ORCID has locked the record (9018)."),
        ({"record_state": "deactivated"}, "Its owner deactivated the record (9044)."),
        ({"record_state": "deprecated"}, "The iD was merged into another one (9007)."),
    ],
)
def test_what_stands_in_the_way_is_said_beside_the_entries(changes, said):
    submission = make_submission("published")
    submission.student.orcid_connections.update(**changes)
    _, _, after = page_of(submission).partition("<h2>ORCID</h2>")
    assert said in after


@pytest.mark.parametrize("address", ["", "withdraw/"])
def test_one_heading_of_the_first_kind_and_it_says_something(address):
    submission = make_submission("published")
    client = Client()
    client.force_login(make_staff())
    page = html.fromstring(client.get(f"/admin/thesis-cases/{submission.pk}/{address}").content)
    (title,) = page.xpath("//h1")
    assert title.text_content().split()


def test_staff_see_the_name_at_orcid_of_a_member_with_another_name():
    submission = make_submission("with_committee")
    one, two, _ = submission.invitations.order_by("pk")
    for seat, name in ((one, "Ingrid Sørensen"), (two, two.name.upper())):
        seat.connection = make_connection(name=name)
        seat.save()
    page = page_of(submission)
    assert page.count("At ORCID: ") == 1
    assert "At ORCID: Ingrid Sørensen." in page
