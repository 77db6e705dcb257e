"""A whole import: made, changed, left; again without duplicates; nothing sent."""

import datetime as dt
import hashlib
import io
import zipfile
from dataclasses import replace

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from orcid_workflow.models import Connection, OrcidItem
from submissions import lifecycle
from submissions.imports import make
from submissions.imports.imported import ImportedPerson, ImportedThesis
from submissions.imports.lists import Defaults
from submissions.imports.plan import Action
from submissions.imports.run import Options, run
from submissions.imports.sources import saf
from submissions.models import (
    CommitteeMember,
    Degree,
    Delivery,
    FoundId,
    ImportedRecord,
    Programme,
    Status,
    StoredRecord,
    Submission,
    Term,
    ThesisPage,
)
from submissions.outlets.delivery import wishes

from ...factories import make_connection, make_staff
from ..files.pdfs import with_pages
from .conftest import DEFAULTS

HEAD = (
    "identifier,title,author,language,published,degree,programme,doi,committee,author_orcid,embargo_until\n"
)
ROW = (
    'a1,Tides,"Carberry, Josiah",en,2009-05-31,PhD,Marine Biology,10.5555/tides,'
    '"Laud, Ada (advisor) 0000-0002-1694-233X | Ito, Rei",0000-0002-1825-0097,\n'
)


def only() -> Submission:
    return Submission.objects.get()


def test_a_thesis_is_public_with_its_own_dates_and_an_address(bring, client):
    (line,) = bring(HEAD + ROW)
    assert line.action == Action.MAKE, line.words
    thesis = only()
    assert (thesis.status, thesis.student, thesis.doi) == (Status.PUBLISHED, None, "10.5555/tides")
    assert timezone.localdate(thesis.published_at) == dt.date(2009, 5, 31)
    page = thesis.page
    assert page.live
    assert page.slug == "2009-carberry-tides"
    assert timezone.localdate(page.first_published_at) == dt.date(2009, 5, 31)
    assert [(m.given_name, m.family_name, m.role) for m in page.committee_members.all()] == [
        ("Ada", "Laud", "advisor"),
        ("Rei", "Ito", "member"),
    ]
    answer = client.get(page.url)
    assert answer.status_code == 200
    assert "Josiah Carberry" in answer.content.decode()
    assert StoredRecord.objects.filter(submission=thesis, deleted=False).exists()
    assert thesis.reference == line.reference


def test_nothing_is_sent_to_anybody(bring, settings, django_capture_on_commit_callbacks):
    settings.ETD_TARGETS = {
        "repo": {"kind": "datacite", "label": "DataCite", "address": "http://127.0.0.1:9/", "user": "u",
                 "secret": "s", "prefix": "10.5555"},
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        bring(HEAD + ROW)
    assert mail.outbox == []
    assert not OrcidItem.objects.exists()
    thesis = only()
    assert [delivery.state for delivery in thesis.deliveries.all()] == [Delivery.State.PAUSED]
    bring(HEAD + ROW.replace("a1", "a2").replace("10.5555/tides", ""), deliver=True)
    asked = Submission.objects.exclude(pk=thesis.pk).get()
    assert Delivery.State.PAUSED not in asked.deliveries.values_list("state", flat=True)


def test_what_the_office_paused_stays_paused_when_an_import_delivers(bring, settings):
    settings.ETD_TARGETS = {
        name: {"kind": "datacite", "label": name, "address": "http://127.0.0.1:9/", "user": "u",
               "secret": "s", "prefix": "10.5555"}
        for name in ("one", "two")
    }  # fmt: skip
    bring(HEAD + ROW)
    wishes.resume(Delivery.objects.get(target="one"), make_staff())
    wishes.pause(Delivery.objects.get(target="one"), make_staff())
    (line,) = bring(HEAD + ROW.replace("Tides", "Tides and winds"), deliver=True)
    assert line.action == Action.CHANGE
    states = dict(Delivery.objects.values_list("target", "state"))
    assert states == {"one": Delivery.State.PAUSED, "two": Delivery.State.WAITING}


def test_iDs_found_there_are_nobodys(bring):
    bring(HEAD + ROW)
    assert not Connection.objects.exists()
    found = {row.name: row.orcid for row in FoundId.objects.all()}
    assert found == {"Josiah Carberry": "0000-0002-1825-0097", "Ada Laud": "0000-0002-1694-233X"}
    member = CommitteeMember.objects.get(given_name="Ada")
    assert FoundId.objects.get(name="Ada Laud").member_key == member.key
    stored = b"".join(bytes(row.content) for row in StoredRecord.objects.all())
    assert b"0000-0002-1825-0097" not in stored


def test_iDs_are_marked_only_when_the_setting_says_so(bring, settings):
    settings.ETD_UNCONFIRMED_IDS = "mark"
    bring(HEAD + ROW)
    whole = StoredRecord.objects.get(format="record")
    assert b"0000-0002-1825-0097" in bytes(whole.content)


def test_an_iD_with_a_wrong_check_digit_is_reported_and_not_kept(bring):
    (line,) = bring(HEAD + ROW.replace("0000-0002-1825-0097", "0000-0002-1825-0098"))
    assert line.action == Action.MAKE
    assert any("0000-0002-1825-0098" in words and "left out" in words for words in line.words)
    assert [row.name for row in FoundId.objects.all()] == ["Ada Laud"]


def test_a_dry_run_writes_nothing_and_says_the_same(bring):
    tables = (Submission, ThesisPage, ImportedRecord, Degree, Programme, Term, FoundId)
    before = [model.objects.count() for model in tables]
    (line,) = bring(HEAD + ROW, dry_run=True)
    assert [model.objects.count() for model in tables] == before
    (done,) = bring(HEAD + ROW)
    assert (line.action, line.words) == (done.action, done.words)


def test_a_second_run_changes_nothing(bring):
    bring(HEAD + ROW)
    stamps = list(StoredRecord.objects.values_list("datestamp", "pk"))
    (line,) = bring(HEAD + ROW)
    assert line.action == Action.SAME
    assert Submission.objects.count() == 1
    assert list(StoredRecord.objects.values_list("datestamp", "pk")) == stamps


def test_only_what_changed_there_changes_here(bring):
    bring(HEAD + ROW)
    key = CommitteeMember.objects.get(given_name="Ada").key
    (line,) = bring(HEAD + ROW.replace("Tides", "The tides").replace("Ito, Rei", "Ito, Reiko"))
    assert line.action == Action.CHANGE
    assert line.words == ("Changed: title, committee.",)
    page = ThesisPage.objects.get()
    assert (page.title, page.slug) == ("The tides", "2009-carberry-tides")
    assert not page.has_unpublished_changes
    assert CommitteeMember.objects.get(given_name="Ada").key == key
    assert b"The tides" in bytes(StoredRecord.objects.get(format="oai_dc").content)


def test_what_was_changed_here_stays(bring):
    bring(HEAD + ROW)
    page = ThesisPage.objects.get()
    page.title = "Tides, as we call them"
    page.save_revision()
    lifecycle.publish_correction(only(), actor=make_staff())
    changed = ROW.replace("Tides", "The tides").replace("10.5555/tides", "10.5555/ebb")
    (line,) = bring(HEAD + changed)
    assert ThesisPage.objects.get().title == "Tides, as we call them"
    assert only().doi == "10.5555/ebb"
    assert any("left as it is here: title" in words for words in line.words)
    (again,) = bring(HEAD + changed)
    assert again.action == Action.SAME
    assert ThesisPage.objects.get().title == "Tides, as we call them"


def test_a_correction_under_way_is_not_overwritten(bring):
    bring(HEAD + ROW)
    page = ThesisPage.objects.get()
    page.title = "Half a correc"
    page.save_revision()
    (line,) = bring(HEAD + ROW.replace("Tides", "The tides"))
    assert line.action == Action.LEAVE
    assert ThesisPage.objects.get().title == "Tides"
    assert ThesisPage.objects.get().get_latest_revision_as_object().title == "Half a correc"


def test_a_correction_that_begins_while_the_import_is_at_it_is_not_overwritten(bring, monkeypatch):
    bring(HEAD + ROW)
    real = make.change

    def correct_first(plan, source):
        page = ThesisPage.objects.get()
        page.title = "Half a correc"
        page.save_revision()
        return real(plan, source)

    monkeypatch.setattr(make, "change", correct_first)
    (line,) = bring(HEAD + ROW.replace("Tides", "The tides"))
    assert line.action == Action.LEAVE
    assert "while the import was at it" in line.words[0]
    assert ThesisPage.objects.get().get_latest_revision_as_object().title == "Half a correc"


def test_a_confirmed_iD_never_comes_to_stand_beside_another_author(bring):
    bring(HEAD + ROW)
    Submission.objects.update(author_connection=make_connection())
    (line,) = bring(HEAD + ROW.replace("Carberry, Josiah", "Carbery, Joan"))
    assert line.action == Action.LEAVE
    assert "the iD of Josiah Carberry was confirmed" in line.words[0]
    assert ThesisPage.objects.get().author_family == "Carberry"


def test_a_link_that_was_sent_ends_when_somebody_else_is_named(bring):
    bring(HEAD + ROW)
    asked = FoundId.objects.get(member_key=None)
    FoundId.objects.filter(pk=asked.pk).update(
        email="josiah@example.org", invited_at=timezone.now(), expires_at=timezone.now()
    )
    bring(HEAD + ROW.replace("Carberry, Josiah", "Laud, Joan"))
    named = FoundId.objects.get(member_key=None)
    assert named.name == "Joan Laud"
    assert named.nonce != asked.nonce
    assert (named.invited_at, named.expires_at) == (None, None)
    assert named.email != "josiah@example.org"


def test_of_records_whose_first_import_is_not_known_nothing_is_overwritten(bring):
    bring(HEAD + ROW)
    ImportedRecord.objects.update(said={})
    (line,) = bring(HEAD + ROW.replace("Tides", "The tides"))
    assert line.action == Action.LEAVE
    assert "(title)" in line.words[0]
    assert ThesisPage.objects.get().title == "Tides"


def test_a_withdrawn_thesis_stays_withdrawn(bring):
    bring(HEAD + ROW)
    lifecycle.withdraw(only(), actor=make_staff(), comment="By mistake.")
    (line,) = bring(HEAD + ROW.replace("Tides", "The tides"))
    assert line.action == Action.LEAVE
    assert only().status == Status.WITHDRAWN


def test_bad_rows_do_not_stop_good_ones_and_say_field_and_row(bring):
    lines = bring(
        HEAD
        + "b1,,Nobody,en,2001,PhD,Marine Biology,,,,\n"
        + ROW
        + "b2,No day,Somebody,en,,PhD,Marine Biology,,,,\n"
        + "b3,No language,Somebody,,2001,PhD,Marine Biology,,,,\n"
        + "b4,Same DOI,Somebody,en,2001,PhD,Marine Biology,10.5555/TIDES,,,\n"
        + "a1,Same identifier,Somebody,en,2001,PhD,Marine Biology,,,,\n"
        + ",No identifier,Somebody,en,2001,PhD,Marine Biology,,,,\n"
    )
    assert [line.action for line in lines] == [Action.LEAVE, Action.MAKE, *[Action.LEAVE] * 5]
    fields = ["title", None, "published", "language", "doi", "identifier", "no identifier"]
    for number, (line, field) in enumerate(zip(lines, fields, strict=True), start=2):
        assert line.place == f"row {number}"
        if field:
            assert any(field in words for words in line.words), line
    assert Submission.objects.count() == 1


def test_a_thesis_that_breaks_off_leaves_nothing_and_can_be_imported_again(bring, monkeypatch):
    real = make._remember
    monkeypatch.setattr(make, "_remember", lambda *args: 1 / 0)
    lines = bring(HEAD + ROW)
    assert lines[0].action == Action.LEAVE
    assert not Submission.objects.exists()
    assert not ThesisPage.objects.exists()
    monkeypatch.setattr(make, "_remember", real)
    (line,) = bring(HEAD + ROW)
    assert line.action == Action.MAKE


@pytest.mark.parametrize("create", [False, True])
def test_rows_that_are_missing_from_the_lists(bring, create):
    row = ROW.replace(",PhD,Marine Biology,", ",Doctor of Tides,Tidal Studies,")
    (line,) = bring(HEAD + row, defaults=Defaults(create=create, level="doctoral"))
    assert line.action == (Action.MAKE if create else Action.LEAVE)
    if not create:
        assert any("degree: “Doctor of Tides” is not in our list" in words for words in line.words)
        return
    degree = Degree.objects.get(name="Doctor of Tides")
    assert (degree.level, degree.active) == ("doctoral", False)
    assert only().programme.name == "Tidal Studies"
    assert only().term.name == "2009"


def test_a_mapping_says_which_of_ours_is_meant(bring):
    row = ROW.replace(",PhD,", ",Dr. phil.,")
    names = {"degree": {"Dr. phil.": "PhD"}, "programme": {"Marine Biology": Programme.objects.first().name}}
    (line,) = bring(HEAD + row, defaults=Defaults(names=names, term=Term.objects.first().name))
    assert line.action == Action.MAKE, line.words
    assert only().degree.abbreviation == "PhD"


def test_an_embargo_comes_along(bring, client):
    until = timezone.localdate() + dt.timedelta(days=90)
    (line,) = bring(HEAD + ROW.replace(",\n", f",{until.isoformat()}\n"))
    assert line.action == Action.MAKE
    assert only().embargo_until == until


def test_files_of_an_archive_come_along(office, client):
    core = (
        '<dublin_core><dcvalue element="title" qualifier="none">Tides</dcvalue>'
        '<dcvalue element="contributor" qualifier="author">Carberry, Josiah</dcvalue>'
        '<dcvalue element="language" qualifier="iso">en</dcvalue>'
        '<dcvalue element="date" qualifier="issued">2009-05-31</dcvalue></dublin_core>'
    )
    content = with_pages(3)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("t/dublin_core.xml", core)
        file.writestr("t/contents", "tides.pdf\tbundle:ORIGINAL\nnotes.doc\tbundle:ORIGINAL\n")
        file.writestr("t/tides.pdf", content)
        file.writestr("t/notes.doc", b"PK\x03\x04 not a PDF")
    Programme.objects.create(name="Marine Biology", department="Sea")
    options = Options(source="saf", dry_run=False, defaults=DEFAULTS)
    for expected in (Action.MAKE, Action.SAME):
        with zipfile.ZipFile(packed) as file:
            (line,) = run(saf.read(saf.Zip(file)), options)
        assert line.action == expected
        if expected == Action.MAKE:
            assert any("“notes.doc” was left out" in words for words in line.words)
    (kept,) = only().page.files.all()
    assert (kept.name, kept.pages, kept.sha256) == ("tides.pdf", 3, hashlib.sha256(content).hexdigest())
    assert kept.md5 == hashlib.md5(content, usedforsecurity=False).hexdigest()
    answer = client.get(reverse("files:download", args=[only().uuid, kept.key, kept.name]))
    assert b"".join(answer.streaming_content) == content


def test_what_is_deleted_there_is_reported_and_withdrawn_when_asked(office):
    Programme.objects.create(name="Marine Biology", department="Sea")
    alive = ImportedThesis(
        identifier="oai:x:1", place="record 1", title="Tides", language="en", published=dt.date(2009, 5, 31),
        submitted=dt.date(2009, 1, 1), author=ImportedPerson(given="Josiah", email="josiah@example.org"),
    )  # fmt: skip
    gone = ImportedThesis(identifier="oai:x:1", place="record 1", deleted=True)
    options = Options(source="http://old.example.edu/oai", dry_run=False, defaults=DEFAULTS)
    assert [line.action for line in run([alive], options)] == [Action.MAKE]
    (line,) = run([gone], options)
    assert (line.action, only().status) == (Action.GONE, Status.PUBLISHED)
    assert ImportedRecord.objects.get().deleted_there
    (line,) = run([gone], replace(options, withdraw_deleted=True))
    assert (line.action, only().status) == (Action.GONE, Status.WITHDRAWN)
    assert mail.outbox == []
    assert not StoredRecord.objects.filter(deleted=False).exists()
    assert [line.action for line in run([gone], options)] == [Action.SAME]
