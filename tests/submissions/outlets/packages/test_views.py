"""Packages from the staff desk: for whom, and what happens when one cannot be made."""

import io
import zipfile

import pytest
from django.core.files.storage import storages
from django.urls import reverse

from submissions.models import Status
from submissions.outlets.packages import LABELS, Kind, PackageBroken
from submissions.permissions import MANAGER_GROUP
from tests.factories import make_registrar, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db


def address(submission, kind=Kind.BAG) -> str:
    return reverse("thesis_cases:package", args=[submission.pk, kind])


def case_page(submission) -> str:
    return reverse("thesis_cases:case", args=[submission.pk])


@pytest.mark.parametrize("who", [make_staff, lambda: make_user(groups=(MANAGER_GROUP,))])
def test_staff_and_repository_managers_find_them_and_take_them(client, settings, who):
    settings.ETD_PROQUEST = {"code": "0000", "prefix": "example"}
    submission = make_submission(Status.PUBLISHED, months=12)
    client.force_login(who())
    page = client.get(case_page(submission)).content.decode()
    assert all(f'href="{address(submission, kind)}"' in page for kind in LABELS)
    answer = client.get(address(submission))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == f'attachment; filename="{submission.reference}-bagit.zip"'
    assert "no-store" in answer["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None


@pytest.mark.parametrize("kind", list(Kind))
def test_nobody_else_does(client, kind):
    submission = make_submission(Status.PUBLISHED)
    for user in (submission.student, make_registrar(), None):
        client.logout()
        if user:
            client.force_login(user)
        answer = client.get(address(submission, kind))
        assert answer.status_code in (302, 403)
        assert not answer.streaming
    client.force_login(make_registrar())
    assert address(submission, kind) not in client.get(case_page(submission)).content.decode()


def test_what_is_missing_is_said_on_the_page_of_the_case(client, settings):
    settings.ETD_PROQUEST = {}
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_staff())
    answer = client.get(address(submission, Kind.PROQUEST), follow=True)
    assert answer.redirect_chain == [(case_page(submission), 302)]
    assert "code at ProQuest is not set" in answer.content.decode()


def test_what_the_school_cannot_make_is_not_offered(client, settings):
    settings.ETD_PROQUEST = {}
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_staff())
    for where in (case_page(submission), reverse("thesis_cases:index")):
        page = client.get(where).content.decode()
        assert "BagIt" in page
        assert "ProQuest" not in page


def test_a_thesis_that_is_not_public_has_none(client):
    submission = make_submission(Status.APPROVED)
    client.force_login(make_staff())
    assert address(submission) not in client.get(case_page(submission)).content.decode()
    assert "only published theses leave" in client.get(address(submission), follow=True).content.decode()


def test_there_is_no_other_kind_and_no_other_case(client):
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_staff())
    assert client.get(address(submission, "rar")).status_code == 404
    assert client.get(reverse("thesis_cases:package", args=[99999, Kind.BAG])).status_code == 404
    assert client.post(address(submission)).status_code == 405


def test_a_download_of_a_changed_file_fails_and_is_logged(client, caplog):
    submission = make_submission(Status.PUBLISHED)
    item = submission.page.thesis_file
    with open(storages["theses"].path(item.file.name), "wb") as stored:
        stored.write(b"x" * item.size)
    client.force_login(make_staff())
    with pytest.raises(PackageBroken):
        b"".join(client.get(address(submission)).streaming_content)
    assert "was broken off" in caplog.text
