"""A thesis whose author has no account here: nobody owns it, and nobody is taken for its author."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from orcid_workflow.models import OrcidItem
from submissions import lifecycle, outlets, permissions, readiness
from submissions.committee.orcid import PURPOSE
from submissions.committee.orcid import on_connected as member_connected
from submissions.committee.standing import standing
from submissions.committee.views import _about
from submissions.mails import _mail_student
from submissions.models import Status, Submission
from submissions.outlets.packages.source import sender_of
from submissions.refusals import MoveRefused

from ..factories import make_connection, make_draft, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported() -> Submission:
    """A public thesis, as it stands after an import: without a student, an acceptance and an iD."""
    submission = make_submission(Status.PUBLISHED)
    submission.acceptance.delete()
    page = submission.page
    page.author_given, page.author_family = "Sibylle", "Ohnekonto"
    page.embargo = None
    page.save()
    page.save_revision().publish()
    Submission.objects.filter(pk=submission.pk).update(student=None, author_connection=None)
    OrcidItem.objects.all().delete()
    submission.profile.contact_email = ""
    submission.profile.save()
    return Submission.objects.get(pk=submission.pk)


def test_nobody_owns_it(imported):
    somebody = make_user()
    for user in (somebody, AnonymousUser()):
        assert not permissions.can_see_case(user, imported)
    for user in (somebody, AnonymousUser(), None):
        assert not permissions.can_edit_thesis(user, imported)
    assert permissions.can_run_case(make_staff(), imported)


def test_a_connection_without_an_account_is_not_taken_for_its_authors(imported):
    make_connection(user=None)
    assert readiness.author_connection(imported) is None
    outlets.refresh(imported)
    imported.refresh_from_db()
    assert imported.author_connection is None


def test_nothing_is_wished_for_on_the_record_of_an_author_who_never_asked(imported):
    imported.author_connection = make_connection(user=None)
    imported.save()
    outlets.refresh(imported)
    assert not OrcidItem.objects.exists()


def test_its_committee_can_still_confirm_iDs(imported, rf):
    seat = imported.invitations.first()
    seat.expires_at = timezone.now() + dt.timedelta(days=1)
    seat.save()
    request = rf.get("/")
    request.session = {}
    request._messages = _Messages()
    connection = make_connection(user=None, name=seat.name)
    connection.consents.create(purpose=PURPOSE.name, text="x", text_version="1", given_at=timezone.now())
    member_connected(request, connection, {"invitation": seat.pk, "nonce": seat.nonce.hex})
    seat.refresh_from_db()
    assert seat.connection == connection


class _Messages:
    def add(self, *args: object) -> None:
        """Take what is said to the reader."""


def test_what_nobody_knows_any_more_is_not_missing(imported):
    page = imported.page
    page.keywords, page.abstract, page.defence_date, page.licence = "", "", None, None
    page.committee_members.clear()
    page.files.clear()
    assert readiness.problems(imported) == []
    page.title = ""
    assert [problem.field for problem in readiness.problems(imported)] == ["title"]


def test_no_mail_leaves_without_an_address_and_one_goes_to_the_known_one(imported):
    _mail_student("withdrawn", imported.pk)
    assert mail.outbox == []
    imported.profile.contact_email = "kept@example.org"
    imported.profile.save()
    _mail_student("withdrawn", imported.pk)
    assert [message.to for message in mail.outbox] == [["kept@example.org"]]


def test_its_embargo_outlives_a_correction(imported):
    until = timezone.localdate() + dt.timedelta(days=400)
    Submission.objects.filter(pk=imported.pk).update(embargo_until=until)
    page = imported.page
    page.title = "A corrected title"
    page.save_revision()
    lifecycle.publish_correction(imported, actor=make_staff())
    imported.refresh_from_db()
    assert imported.embargo_until == until


def test_the_system_takes_it_out_without_a_mail(imported, django_capture_on_commit_callbacks):
    imported.profile.contact_email = "kept@example.org"
    imported.profile.save()
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.withdraw(imported, actor=None)
    imported.refresh_from_db()
    assert imported.status == Status.WITHDRAWN
    assert not imported.page.live
    assert mail.outbox == []


def test_a_stranger_cannot_withdraw_it(imported):
    with pytest.raises(MoveRefused):
        lifecycle.withdraw(imported, actor=make_user())


def test_the_desk_shows_the_authors_name(imported, client):
    client.force_login(make_staff())
    index = reverse("thesis_cases:index")
    assert "Sibylle Ohnekonto" in client.get(index).content.decode()
    found = client.get(index, {"q": "Ohnekonto"}).content.decode()
    assert imported.reference in found
    export = client.get(index, {"export": "csv"})
    assert "Sibylle Ohnekonto" in b"".join(export.streaming_content).decode()


def test_the_case_and_its_withdrawal_show_the_authors_name(imported, client):
    client.force_login(make_staff())
    case = client.get(reverse("thesis_cases:case", args=[imported.pk])).content.decode()
    assert "Sibylle Ohnekonto" in case
    assert "no account here" in case
    asked = client.get(reverse("thesis_cases:act", args=[imported.pk, "withdraw"])).content.decode()
    assert "Sibylle Ohnekonto" in asked


def test_the_editor_opens(imported, client):
    client.force_login(make_staff())
    answer = client.get(reverse("wagtailadmin_pages:edit", args=[imported.page_id]))
    assert "Sibylle Ohnekonto" in answer.content.decode()


def test_mails_and_pages_of_the_committee_render(imported):
    seat = imported.invitations.first()
    text = render_to_string(
        "submissions/mail/invitation.txt", {"invitation": seat, "submission": imported, "link": "x"}
    )
    assert "Sibylle Ohnekonto" in text
    assert _about("token", standing(seat))["student"] == "Sibylle Ohnekonto"


def test_a_package_for_proquest_says_that_no_address_is_known(imported):
    sender, lacking = sender_of(imported)
    assert sender is None
    assert any("e-mail address of the author" in sentence for sentence in lacking)


def test_a_student_keeps_their_own_draft():
    draft = make_draft()
    assert draft.author_name == draft.student.get_full_name()
    assert lifecycle.withdraw(draft, actor=draft.student)


@pytest.mark.parametrize("address", ["", "sibylle@example.org"])
def test_a_withdrawal_says_who_hears_of_it_and_they_do(
    imported, client, mailoutbox, address, django_capture_on_commit_callbacks
):
    Submission.objects.update(submitted_at=None)
    imported.profile.contact_email = address
    imported.profile.save()
    client.force_login(make_staff())
    url = reverse("thesis_cases:act", args=[imported.pk, "withdraw"])
    page = client.get(url).content.decode()
    assert "student" not in page.partition("<main")[2]
    assert (f"in a mail to {address}" if address else "nobody gets a mail") in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"comment": "It was plagiarised."})
    assert [message.to for message in mailoutbox] == ([[address]] if address else [])
    for message in mailoutbox:
        assert "It was plagiarised." in message.body
        assert "/submit/" not in message.body  # the author has no account to see it with


def test_what_is_for_students_only_is_not_asked_about_its_author(imported, client):
    client.force_login(make_staff())
    page = client.get(reverse("thesis_cases:case", args=[imported.pk]))
    assert "enrolment" not in [one["name"] for one in page.context["recorded"]]
    text = page.content.decode()
    assert "Studies began" not in text
    about = text[text.index("About the author") : text.index("<h2>Committee")]
    assert "Nothing given" not in about
