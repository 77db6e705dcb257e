"""Who gets a thesis file, in which dress, and what everybody else is told."""

import datetime as dt
import uuid

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from submissions import lifecycle
from submissions.committee.invitations import make_token
from submissions.drafts import save_draft
from submissions.models import Status, ThesisFile
from tests.factories import fresh, make_draft, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db


def address(submission, *, key=None, name="thesis.pdf") -> str:
    key = key or submission.page.thesis_file.key
    return reverse("files:download", args=[submission.uuid, key, name])


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_the_student_gets_the_draft_as_it_was_uploaded():
    submission = make_draft()
    item = submission.page.thesis_file
    response = as_user(submission.student).get(address(submission))
    content = body(response)
    assert response.status_code == 200
    assert (len(content), content[:5]) == (item.size, b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="thesis.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Robots-Tag"] == "noindex"


def test_a_name_in_another_script_follows_rfc_5987():
    submission = make_draft()
    ThesisFile.objects.update(name="論文 1.pdf")
    response = as_user(submission.student).get(address(submission, name="論文 1.pdf"))
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%E8%AB%96%E6%96%87%201.pdf"
    body(response)


def test_head_sends_no_body_and_post_is_refused():
    submission = make_draft()
    client = as_user(submission.student)
    response = client.head(address(submission))
    assert (response.status_code, response["Content-Length"]) == (200, str(submission.page.thesis_file.size))
    assert body(response) == b""
    assert client.post(address(submission)).status_code == 405


def test_a_browser_that_has_it_is_told_so():
    submission = make_draft()
    client = as_user(submission.student)
    etag = f'"{submission.page.thesis_file.sha256}"'
    assert client.get(address(submission), headers={"if-none-match": etag}).status_code == 304


def test_before_publication_others_are_told_why_not(client):
    submission = make_submission(Status.IN_REVIEW)
    for stranger in (client, as_user(make_user())):
        response = stranger.get(address(submission))
        assert response.status_code == 403
        assert "This thesis is not public." in response.text
        assert submission.page.title not in response.text


def test_the_office_opens_it_at_any_time():
    submission = make_submission(Status.WITH_COMMITTEE)
    response = as_user(make_staff()).get(address(submission))
    assert response.status_code == 200
    body(response)


class TestLinkOfAMember:
    def test_it_opens_this_thesis(self, client):
        submission = make_submission(Status.WITH_COMMITTEE)
        response = client.get(address(submission), {"via": make_token(submission.invitations.first())})
        assert (response.status_code, response["Cache-Control"]) == (200, "private, no-cache")
        body(response)

    def test_it_opens_no_other(self, client):
        own, other = make_submission(Status.WITH_COMMITTEE), make_submission(Status.WITH_COMMITTEE)
        response = client.get(address(other), {"via": make_token(own.invitations.first())})
        assert response.status_code == 403
        assert "Your link is for another thesis." in response.text

    def test_it_ends(self, client):
        submission = make_submission(Status.WITH_COMMITTEE)
        invitation = submission.invitations.first()
        submission.invitations.update(expires_at=timezone.now() - dt.timedelta(days=1))
        response = client.get(address(submission), {"via": make_token(invitation)})
        assert response.status_code == 403
        assert "This link expired on" in response.text

    def test_a_forged_one_is_explained(self, client):
        submission = make_submission(Status.WITH_COMMITTEE)
        response = client.get(address(submission), {"via": "no.such:token"})
        assert response.status_code == 403
        assert "This link is not complete" in response.text


class TestPublished:
    def test_everybody_gets_it(self, client):
        submission = make_submission(Status.PUBLISHED)
        response = client.get(address(submission))
        assert (response.status_code, response["Cache-Control"]) == (200, "public, no-cache")
        assert "X-Robots-Tag" not in response
        body(response)

    def test_under_embargo_the_day_is_named(self, client):
        submission = make_submission(Status.PUBLISHED, months=12)
        response = client.get(address(submission))
        assert response.status_code == 403
        assert date_format(submission.embargo_until, "j F Y") in response.text
        assert response["Content-Type"].startswith("text/html")
        own = as_user(submission.student).get(address(submission))
        assert (own.status_code, own["Cache-Control"]) == (200, "private, no-cache")
        body(own)

    def test_it_opens_on_the_first_day_after_the_embargo(self, client):
        submission = make_submission(Status.PUBLISHED, months=12)
        submission.embargo_until = timezone.localdate()
        submission.save()
        response = client.get(address(submission))
        assert response.status_code == 200
        body(response)

    def test_a_withdrawn_one_is_closed_again(self, client):
        submission = make_submission(Status.PUBLISHED)
        lifecycle.withdraw(submission, actor=make_staff())
        assert client.get(address(submission)).status_code == 403


def test_a_file_that_was_replaced_is_not_found():
    submission = make_draft()
    client = as_user(submission.student)
    old = address(submission)
    page = fresh(submission).page
    row = page.files.first()
    row.pk, row.key = None, uuid.uuid4()
    page.files.set([row])
    save_draft(page, user=submission.student)
    assert client.get(old).status_code == 404
    assert client.get(address(submission, key=uuid.uuid4())).status_code == 404


def test_bytes_that_are_gone_are_no_fault_of_the_reader():
    submission = make_draft()
    item = submission.page.thesis_file
    storages["theses"].delete(item.file.name)
    assert as_user(submission.student).get(address(submission)).status_code == 404
