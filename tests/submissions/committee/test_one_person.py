"""The same person is a student here and a committee member there: one iD, one connection, two consents."""

import pytest
from django.test import Client, TestCase
from wagtail.models import Site

from etd_site.models import BrandingSettings
from orcid_workflow.models import Connection, Consent
from tests.factories import fresh, make_submission, make_user

from .conftest import HOST, orcid_of, visit, words
from .test_orcid import connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def student():
    """Somebody with an account, who sits on a colleague's committee."""
    return make_user()


@pytest.fixture
def desk(student) -> Client:
    """The browser in which the student is signed in."""
    client = Client(HTTP_HOST=HOST)
    client.force_login(student)
    return client


def connect_as_student(registry, desk: Client, number: int):
    """Connect one's own account; return the answer of the callback."""
    target = desk.post("/orcid/connect/")["Location"]
    with TestCase.captureOnCommitCallbacks(execute=True):
        return desk.get(visit(registry, target, number))


def both(student, seat) -> Connection:
    """The one connection of the person, with all that both visits gave."""
    seat.refresh_from_db()
    row = Connection.objects.get(orcid=orcid_of(9001))
    assert row.user == student
    assert seat.connection == row
    assert row.is_connected
    assert row.scopes == {"openid", "/read-limited", "/activities/update"}
    assert row.tokens.count() == 2
    assert sorted(row.consents.values_list("purpose", flat=True)) == ["account", "committee"]
    return row


def test_member_first_then_student(registry, reader, desk, student, seat, address) -> None:
    connect(reader, registry, address(seat), 9001)
    assert Connection.objects.get(orcid=orcid_of(9001)).user is None
    assert connect_as_student(registry, desk, 9001).status_code == 302
    assert both(student, seat).can_write


def test_student_first_then_member(registry, reader, desk, student, seat, address) -> None:
    connect_as_student(registry, desk, 9001)
    assert connect(reader, registry, address(seat), 9001).status_code == 302
    assert both(student, seat).record, "the visit as a member took away nothing that was read"


def test_disconnecting_as_a_student_says_what_becomes_of_the_seat(
    registry, reader, desk, student, seat, address
) -> None:
    connect_as_student(registry, desk, 9001)
    connect(reader, registry, address(seat), 9001)
    page = words(desk.get("/orcid/disconnect/"))
    assert f"stays beside your name on the committee of “{seat.submission}”" in page
    assert "The link in your invitation opens the page where you can take it off" in page
    with TestCase.captureOnCommitCallbacks(execute=True):
        done = words(desk.post("/orcid/disconnect/"))
    assert f"stays beside your name on the committee of “{seat.submission}”" in done
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(9001)
    assert seat.connection.state == Connection.State.DISCONNECTED
    assert not seat.connection.tokens.exists()
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert orcid_of(9001) in words(reader.get(address(seat)))


def test_leaving_the_seat_leaves_the_students_connection(
    registry, reader, desk, student, seat, address
) -> None:
    connect_as_student(registry, desk, 9001)
    connect(reader, registry, address(seat), 9001)
    reader.post(address(seat, "not_me"))
    row = Connection.objects.get(orcid=orcid_of(9001))
    assert (row.user, row.is_connected, row.can_write) == (student, True, True)
    assert row.consents.get(purpose="committee").withdrawn_how == "here"
    assert row.consents.get(purpose="account").withdrawn_at is None


def test_the_student_who_comes_back_finds_one_connection(
    registry, reader, desk, student, seat, address
) -> None:
    connect_as_student(registry, desk, 9001)
    connect(reader, registry, address(seat), 9001)
    desk.post("/orcid/disconnect/")
    connect_as_student(registry, desk, 9001)
    seat.refresh_from_db()
    row = Connection.objects.get(orcid=orcid_of(9001))
    assert (row.user, row.can_write, seat.connection) == (student, True, row)


def test_a_published_thesis_is_named_before_disconnecting(registry, desk, student) -> None:
    case = make_submission("published")
    row = fresh(case).author_connection
    browser = Client(HTTP_HOST=HOST)
    browser.force_login(case.student)
    page = words(browser.get("/orcid/disconnect/"))
    assert f"Your iD stays on your thesis “{case}”" in page
    assert row.user == case.student


def test_a_second_account_finds_a_mail_to_the_office_begun(registry, desk, student) -> None:
    branding = BrandingSettings.for_site(Site.objects.get(is_default_site=True))
    branding.contact_email = "office@example.edu"
    branding.save()
    connect_as_student(registry, desk, 9001)
    second = make_user("second&account")
    browser = Client(HTTP_HOST=HOST)
    browser.force_login(second)
    answer = connect_as_student(registry, browser, 9001)
    assert answer.status_code == 409
    source = answer.content.decode()
    assert 'href="mailto:office@example.edu?subject=My%20ORCID%20iD' in source
    assert f"iD%20{orcid_of(9001)}%20to%20my%20account%20second%26account%3A" in source
    assert student.username not in source
    assert student.email not in source
