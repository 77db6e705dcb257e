"""The same bytes are kept once, nothing half-written stays, and an earlier file is never lost."""

import errno
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.core.files.uploadedfile import TemporaryUploadedFile

from submissions.files.preflight import FileRefused, check
from submissions.files.store import keep, put_on_page
from submissions.models import ThesisFile, ThesisPage
from tests.factories import fresh, make_draft

from . import pdfs


@pytest.fixture
def incoming():
    """Make uploads as the handler leaves them: on disk, at their beginning. Closed afterwards, as a request does."""
    made = []

    def make(content: bytes):
        upload = TemporaryUploadedFile("thesis.pdf", "application/pdf", len(content), None)
        made.append(upload)
        upload.write(content)
        upload.seek(0)
        return upload, check(upload, max_bytes=10**9)

    yield make
    for upload in made:
        upload.close()


def test_kept_under_case_and_checksum(incoming):
    case = uuid.uuid4()
    upload, facts = incoming(pdfs.GOOD)
    name = keep(upload, case, facts)
    assert name == f"{case}/{facts.sha256}.pdf"
    assert storages["theses"].open(name).read() == pdfs.GOOD


def test_the_same_bytes_are_kept_once(incoming):
    case = uuid.uuid4()
    names = {keep(upload, case, facts) for upload, facts in (incoming(pdfs.GOOD), incoming(pdfs.GOOD))}
    assert len(names) == 1
    assert storages["theses"].listdir(str(case))[1] == [names.pop().split("/")[1]]


def test_what_a_dead_process_left_half_written_is_written_again(incoming):
    case = uuid.uuid4()
    upload, facts = incoming(pdfs.GOOD)
    storages["theses"].save(f"{case}/{facts.sha256}.pdf", ContentFile(pdfs.GOOD[:100]))
    name = keep(upload, case, facts)
    assert storages["theses"].open(name).read() == pdfs.GOOD


class FullStorage(FileSystemStorage):
    """A disk that has room for 100 bytes."""

    error = errno.ENOSPC

    def _save(self, name, content):
        super()._save(name, ContentFile(content.read(100)))
        raise OSError(self.error, "as on a full disk")


class BrokenStorage(FullStorage):
    error = errno.EIO


@pytest.mark.parametrize(
    ("storage", "said"), [("FullStorage", "no room"), ("BrokenStorage", "could not store")]
)
def test_a_disk_that_takes_no_more_is_a_sentence_and_leaves_nothing(
    settings, tmp_path, incoming, storage, said
):
    settings.STORAGES = {
        **settings.STORAGES,
        "theses": {"BACKEND": f"{__name__}.{storage}", "OPTIONS": {"location": tmp_path / "full"}},
    }
    case = uuid.uuid4()
    upload, facts = incoming(pdfs.GOOD)
    with pytest.raises(FileRefused, match=said):
        keep(upload, case, facts)
    assert storages["theses"].listdir(str(case)) == ([], [])


@pytest.mark.django_db
def test_replacing_keeps_the_earlier_revision_and_bytes(incoming):
    submission = make_draft()
    first = submission.page.thesis_file
    upload, facts = incoming(pdfs.with_pages(3))
    page = fresh(submission).page
    new = put_on_page(page, facts, keep(upload, submission.uuid, facts), user=submission.student)
    page = ThesisPage.objects.get(pk=page.pk)
    assert [row.sha256 for row in page.files.all()] == [facts.sha256]
    assert new.key != first.key
    assert ThesisFile.objects.filter(page=page).count() == 1
    earlier = [row["sha256"] for revision in page.revisions.all() for row in revision.content["files"]]
    assert first.sha256 in earlier
    assert storages["theses"].open(first.file.name).read(5) == b"%PDF-"
    assert page.get_latest_revision_as_object().thesis_file.sha256 == facts.sha256
