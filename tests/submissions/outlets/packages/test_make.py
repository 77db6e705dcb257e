"""Packages of real cases with their stored files: which theses go, what is refused, and the command."""

import datetime as dt
import io
import zipfile

import bagit
import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from submissions import lifecycle
from submissions.files.store import open_bytes
from submissions.models import Status, Submission, Term
from submissions.outlets.packages import Kind, PackageBroken, PackageRefused, make
from tests.factories import fresh, make_staff, make_submission

pytestmark = pytest.mark.django_db

SCHOOL = {"code": "0123", "prefix": "example"}


def of(*submissions):
    return Submission.objects.filter(pk__in=[one.pk for one in submissions])


def opened(package) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(package.chunks)))


def overwrite(submission, content: bytes) -> None:
    file = submission.page.thesis_file.file
    path = storages["theses"].path(file.name)
    with open(path, "wb") as stored:
        stored.write(content)


@pytest.mark.parametrize("kind", [Kind.SAF, Kind.BAG, Kind.SIP])
def test_the_pdf_that_the_student_handed_in_is_in_each(kind):
    submission = make_submission(Status.PUBLISHED)
    package = make(kind, of(submission))
    assert package.name == f"{submission.reference}-{kind}.zip"
    archive = opened(package)
    (pdf,) = [name for name in archive.namelist() if name.endswith(".pdf")]
    with open_bytes(submission.page.thesis_file) as stored:
        assert archive.read(pdf) == stored.read()


def test_the_person_of_a_real_author():
    submission = make_submission(Status.PUBLISHED)
    archive = opened(make(Kind.SAF, of(submission)))
    orcid = submission.author_connection.orcid
    person = etree.fromstring(archive.read(f"person_{orcid}/metadata_person.xml"))
    assert orcid in person.xpath("//dcvalue/text()")


def test_only_what_is_public_goes():
    public, draft = make_submission(Status.PUBLISHED), make_submission(Status.APPROVED)
    withdrawn = make_submission(Status.PUBLISHED)
    lifecycle.withdraw(withdrawn, actor=make_staff(), comment="No.")
    names = opened(make(Kind.SAF, of(public, draft, withdrawn))).namelist()
    assert {name.split("/")[0] for name in names if name.startswith("T-")} == {public.reference}
    with pytest.raises(PackageRefused, match="no public thesis among them"):
        make(Kind.BAG, of(draft, withdrawn))


def test_a_closed_thesis():
    submission = make_submission(Status.PUBLISHED, months=12)
    assert opened(make(Kind.SIP, of(submission))).namelist() == ["mets.xml"]
    contents = opened(make(Kind.SAF, of(submission))).read(f"{submission.reference}/contents").decode()
    assert "permissions:-r 'Administrator'" in contents
    # On the day it opens, whether or not any job ran.
    Submission.objects.filter(pk=submission.pk).update(embargo_until=timezone.localdate())
    assert len(opened(make(Kind.SIP, of(submission))).namelist()) == 2


@pytest.mark.parametrize("content", [b"short", None])
def test_a_file_that_is_gone_or_cut_is_said_before_anything_is_sent(content):
    submission = make_submission(Status.PUBLISHED)
    if content is None:
        storages["theses"].delete(submission.page.thesis_file.file.name)
    else:
        overwrite(submission, content)
    with pytest.raises(PackageRefused, match=submission.reference):
        make(Kind.BAG, of(submission))


def test_a_file_with_another_byte_ends_the_package():
    submission = make_submission(Status.PUBLISHED)
    overwrite(submission, b"x" * submission.page.thesis_file.size)
    with pytest.raises(PackageBroken, match="not the one that was handed in"):
        b"".join(make(Kind.BAG, of(submission)).chunks)


def test_proquest_says_what_is_missing_in_the_set_up(settings):
    submission = make_submission(Status.PUBLISHED)
    settings.ETD_PROQUEST = {}
    with pytest.raises(PackageRefused) as refusal:
        make(Kind.PROQUEST, of(submission))
    assert len(refusal.value.reasons) == 3
    assert all(reason.startswith(submission.reference) for reason in refusal.value.reasons)
    settings.ETD_PROQUEST = {**SCHOOL, "categories": {submission.programme.name: [["0415", "Oceanography"]]}}
    package = make(Kind.PROQUEST, of(submission))
    assert package.name.startswith("upload_")
    archive = opened(package)
    (data,) = [name for name in archive.namelist() if name.endswith("_DATA.xml")]
    tree = etree.fromstring(archive.read(data))
    assert tree.xpath("//DISS_email/text()") == ["after@example.org"]
    assert tree.xpath("//DISS_orcid/text()") == [submission.author_connection.orcid]


def test_the_command_writes_a_bag_of_a_term(tmp_path):
    first, second, other = (make_submission(Status.PUBLISHED) for _ in range(3))
    term = Term.objects.create(
        name="Winter 2031", submission_deadline=dt.date(2031, 1, 1), conferral_date=dt.date(2031, 2, 1)
    )
    of(first, second).update(term=term)
    call_command("export_packages", "bagit", term="Winter 2031", output=str(tmp_path))
    assert [path.name for path in tmp_path.glob("*.zip*")] == ["winter-2031-bagit.zip"]
    zipfile.ZipFile(tmp_path / "winter-2031-bagit.zip").extractall(tmp_path)
    bag = bagit.Bag(str(tmp_path / "winter-2031"))
    bag.validate()
    kept = {path.split("/")[1] for path in bag.entries if path.startswith("data/")}
    assert kept == {first.reference, second.reference}
    assert other.reference not in kept


def test_the_command_takes_references_and_uuids(tmp_path):
    first, second, _ = (make_submission(Status.PUBLISHED) for _ in range(3))
    target = tmp_path / "some.zip"
    call_command("export_packages", "mets-sip", first.reference, str(second.uuid), output=str(target))
    assert zipfile.ZipFile(target).namelist() == [f"{first.reference}.zip", f"{second.reference}.zip"]


@pytest.mark.parametrize("wrong", [["T-99999"], ["nonsense"], ["--term", "Never"]])
def test_the_command_says_what_it_does_not_know(tmp_path, wrong):
    make_submission(Status.PUBLISHED)
    with pytest.raises(CommandError, match="There is no"):
        call_command("export_packages", "saf", *wrong, "--output", str(tmp_path))
    assert list(tmp_path.glob("*.zip*")) == []


def test_the_command_leaves_nothing_half_done(tmp_path):
    submission = make_submission(Status.PUBLISHED)
    overwrite(submission, b"x" * submission.page.thesis_file.size)
    with pytest.raises(CommandError, match="Put it back from a copy"):
        call_command("export_packages", "saf", output=str(tmp_path / "a.zip"))
    assert list(tmp_path.glob("a.zip*")) == []
    assert fresh(submission).status == Status.PUBLISHED


def test_a_thesis_is_made_ready_when_its_turn_comes():
    for _ in range(4):
        make_submission(Status.PUBLISHED)
    package = make(Kind.SAF, Submission.objects.all())
    with CaptureQueriesContext(connection) as first:
        next(package.chunks)
    with CaptureQueriesContext(connection) as others:
        b"".join(package.chunks)
    assert len(others) > 2 * len(first)
