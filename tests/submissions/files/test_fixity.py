"""MD5 for files that came in before it was reckoned."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from submissions.files.fixity import fill_md5
from submissions.files.store import open_bytes
from submissions.models import Status, ThesisFile
from tests.factories import fresh, make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def old():
    """A published thesis whose file has no MD5, neither in its row nor in its revision."""
    case = make_submission(Status.PUBLISHED)
    ThesisFile.objects.update(md5="")
    revision = case.page.latest_revision
    for row in revision.content["files"]:
        row["md5"] = ""
    revision.save()
    return fresh(case)


def test_an_upload_has_both_checksums():
    item = make_submission().page.thesis_file
    with open_bytes(item) as stored:
        content = stored.read()
    assert item.md5 == hashlib.md5(content, usedforsecurity=False).hexdigest()
    assert item.sha256 == hashlib.sha256(content).hexdigest()


def test_an_old_file_gets_its_own_and_so_does_the_revision(old):
    with open_bytes(old.page.thesis_file) as stored:
        md5 = hashlib.md5(stored.read(), usedforsecurity=False).hexdigest()
    assert fill_md5() == 1
    page = fresh(old).page
    assert page.thesis_file.md5 == page.get_latest_revision_as_object().thesis_file.md5 == md5
    assert fill_md5() == 0


def test_bytes_that_are_not_those_uploaded_get_none(old, caplog):
    name = old.page.thesis_file.file.name
    storages["theses"].delete(name)
    assert fill_md5() == 0
    assert "cannot be read" in caplog.text
    storages["theses"].save(name, ContentFile(b"%PDF-1.4 something else"))
    assert fill_md5() == 0
    assert "is not what was uploaded" in caplog.text
    assert fresh(old).page.thesis_file.md5 == ""
