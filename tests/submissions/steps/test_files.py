"""The upload page: what is refused and why, what arrived, what it replaced."""

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from submissions.models import Status, ThesisFile
from tests.factories import fresh, make_draft, make_submission
from tests.submissions.files import pdfs

from .pages import client_of, error_targets, errors, form_data, state_of, step_url, tasks_url, words

pytestmark = pytest.mark.django_db


def send(submission, content: bytes | None, name: str = "thesis.pdf", **data):
    if content is not None:
        data["file"] = SimpleUploadedFile(name, content, content_type="application/pdf")
    return client_of(submission.student).post(step_url(submission, "files"), data)


def get(submission):
    return client_of(submission.student).get(step_url(submission, "files"))


@pytest.fixture
def empty():
    return make_draft(complete=False)


def test_a_pdf_arrives_and_is_shown(empty):
    content = pdfs.with_pages(3)
    response = send(empty, content, "../My: thesis.pdf")
    assert response.url == step_url(empty, "files")
    item = fresh(empty).page.thesis_file
    assert (item.name, item.size, item.pages) == ("My: thesis.pdf", len(content), 3)
    assert storages["theses"].open(item.file.name).read() == content
    page = get(empty)
    assert item.sha256 in words(page)
    assert f"Size {len(content)} bytes Pages 3" in words(page)
    assert reverse("files:download", args=[empty.uuid, item.key, item.name]) in page.text
    assert fresh(empty).page.get_latest_revision_as_object().thesis_file.sha256 == item.sha256


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "Choose the PDF of your thesis first"),
        (b"", "This file is empty: it has 0 bytes."),
        (pdfs.NOT_A_PDF, "This file is not a PDF, whatever its name says."),
        (pdfs.WORD, "This file is a Word document or a ZIP archive, not a PDF."),
        (pdfs.CUT_SHORT, "The end of this PDF is missing"),
        (pdfs.BROKEN_TABLE, "This PDF is damaged"),
        (pdfs.locked(), "protected by a password"),
    ],
)
def test_a_bad_file_is_refused_at_its_field_and_the_earlier_one_stays(content, said):
    submission = make_draft()
    before = state_of(submission)
    response = send(submission, content)
    assert response.status_code == 200
    assert said in errors(response)[0]
    assert error_targets(response) == ["#id_file"]
    assert state_of(submission) == before
    assert submission.page.thesis_file.sha256 in words(response)


def test_a_file_over_the_limit_is_refused_with_both_sizes(empty, settings):
    settings.ETD_MAX_UPLOAD_BYTES = 2 * 1024 * 1024
    response = send(empty, b"%PDF-1.7" + b"x" * (3 * 1024 * 1024))
    assert response.status_code == 200
    assert "This file has 3.0 MB".replace(".0", "") in errors(response)[0].replace("\xa0", " ")
    assert "The largest file we can take has 2 MB." in errors(response)[0].replace("\xa0", " ")
    assert fresh(empty).page.thesis_file is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("..\\..\\a b.pdf", "a b.pdf"),
        ("no extension", "no extension.pdf"),
    ],
)
def test_odd_names_are_cleaned(empty, name, kept):
    send(empty, pdfs.GOOD, name)
    item = fresh(empty).page.thesis_file
    assert item.name == kept
    assert (
        client_of(empty.student)
        .get(reverse("files:download", args=[empty.uuid, item.key, item.name]))
        .status_code
        == 200
    )


def test_replacing_shows_what_was_there_before():
    submission = make_draft()
    old = submission.page.thesis_file
    send(submission, pdfs.with_pages(2), "second.pdf")
    assert ThesisFile.objects.filter(page=submission.page).count() == 1
    page = words(get(submission))
    assert "second.pdf" in page
    assert f"Earlier files (1) {old.name}" in page
    assert old.sha256 in page


def test_the_same_file_again_changes_nothing():
    submission = make_draft()
    content = storages["theses"].open(submission.page.thesis_file.file.name).read()
    before = state_of(submission)
    client = client_of(submission.student)
    response = client.post(
        step_url(submission, "files"), {"file": SimpleUploadedFile("again.pdf", content)}, follow=True
    )
    assert "This is the very file you uploaded before" in words(response)
    assert state_of(submission) == before


def test_going_on_without_a_new_file():
    submission = make_draft()
    before = state_of(submission)
    assert send(submission, None, go="next").url == step_url(submission, "review")
    assert send(submission, None, go="later").url == tasks_url(submission)
    assert state_of(submission) == before


def test_from_the_review_it_leads_back_there():
    submission = make_draft()
    page = client_of(submission.student).get(step_url(submission, "files", "?back=review"))
    assert form_data(page)["back"] == "review"
    response = send(submission, pdfs.with_pages(2), back="review")
    assert response.url == step_url(submission, "files", "?back=review")
    assert send(submission, None, go="next", back="review").url == step_url(submission, "review")


def test_a_file_is_not_taken_while_others_read():
    submission = make_submission(Status.WITH_COMMITTEE)
    before = state_of(submission)
    assert send(submission, pdfs.with_pages(2)).status_code == 409
    assert state_of(submission) == before


def test_the_token_is_checked_although_the_handler_is_set_before_it(empty):
    client = Client(enforce_csrf_checks=True)
    client.force_login(empty.student)
    upload = SimpleUploadedFile("thesis.pdf", pdfs.GOOD)
    assert client.post(step_url(empty, "files"), {"file": upload}).status_code == 403
    token = form_data(client.get(step_url(empty, "files")))["csrfmiddlewaretoken"]
    upload.seek(0)
    response = client.post(step_url(empty, "files"), {"file": upload, "csrfmiddlewaretoken": token})
    assert response.status_code == 302


def test_a_full_disk_is_a_sentence(empty, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "theses": {
            "BACKEND": "tests.submissions.files.test_store.FullStorage",
            "OPTIONS": {"location": tmp_path / "full"},
        },
    }
    response = send(empty, pdfs.GOOD)
    assert "We have no room to store your file at the moment" in errors(response)[0]
    assert fresh(empty).page.thesis_file is None
