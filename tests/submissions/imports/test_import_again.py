"""Importing once more: what a killed or half-told import left is made good, and no other thesis is written over."""

import datetime as dt
import io
from dataclasses import replace

import pytest
from django.core import mail
from django.test import TestCase

from submissions import lifecycle
from submissions.imports import make, plan
from submissions.imports.imported import ImportedFile, ImportedPerson, ImportedThesis
from submissions.imports.lists import Defaults, Lists
from submissions.imports.plan import Action
from submissions.imports.run import Options, run
from submissions.imports.sources import saf
from submissions.models import Delivery, FoundId, ImportedRecord, Programme, Status, StoredRecord, Submission
from submissions.refusals import MoveRefused

from ...factories import make_staff
from ..files.pdfs import with_pages
from .conftest import DEFAULTS

HEAD = "identifier,title,author,author_email,language,published,degree,programme,doi,author_orcid\n"
ROW = (
    'a1,Tides,"Carberry, Josiah",josiah@example.org,en,2009-05-31,PhD,Marine Biology,10.5555/tides,'
    "0000-0002-1825-0097\n"
)
OTHER = ROW.replace("Tides", "Ebb").replace("Carberry, Josiah", "Laud, Ada").replace("10.5555/tides", "")
THESIS = ImportedThesis(
    identifier="x1", place="record 1", title="Tides", language="en", published=dt.date(2009, 5, 31),
    author=ImportedPerson(given="Josiah", family="Carberry"), doi="10.5555/tides",
)  # fmt: skip


@pytest.fixture
def sea(office) -> None:
    Programme.objects.create(name="Marine Biology", department="Sea")


def test_a_second_import_invites_who_was_not_asked_and_delivers(bring, settings):
    settings.ETD_TARGETS = {
        "repo": {"kind": "datacite", "address": "http://127.0.0.1:9/", "user": "u", "secret": "s",
                 "prefix": "10.5555"},
    }  # fmt: skip
    bring(HEAD + ROW)
    with TestCase.captureOnCommitCallbacks(execute=True):
        (line,) = bring(HEAD + ROW, invite=True, deliver=True)
    assert line.action == Action.SAME
    assert [message.to for message in mail.outbox] == [["josiah@example.org"]]
    assert Delivery.objects.get().state == Delivery.State.WAITING
    with TestCase.captureOnCommitCallbacks(execute=True):
        bring(HEAD + ROW, invite=True, deliver=True, dry_run=True)
        bring(HEAD + ROW, invite=True)
    assert len(mail.outbox) == 1


def test_another_iD_alone_goes_into_the_records_at_once(bring, settings):
    settings.ETD_UNCONFIRMED_IDS = "mark"
    bring(HEAD + ROW)
    (line,) = bring(HEAD + ROW.replace("0000-0002-1825-0097", "0000-0002-1694-233X"))
    assert line.action == Action.SAME
    stored = b"".join(bytes(row.content) for row in StoredRecord.objects.all())
    assert b"0000-0002-1694-233X" in stored
    assert b"0000-0002-1825-0097" not in stored


def test_another_thesis_under_a_number_that_is_used_is_not_written_over_the_first(bring):
    """Two tables of two systems, both numbered from 1, imported under one name of a source."""
    bring(HEAD + ROW)
    (line,) = bring(HEAD + OTHER)
    assert line.action == Action.LEAVE
    assert "--source" in line.words[0]
    assert Submission.objects.get().page.title == "Tides"
    assert FoundId.objects.get().name == "Josiah Carberry"


def test_a_folder_without_a_name_or_number_is_left_out(sea, tmp_path):
    for number, title in enumerate(("Tides", "Ebb")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "dublin_core.xml").write_text(
            f'<dublin_core><dcvalue element="title">{title}</dcvalue>'
            '<dcvalue element="contributor" qualifier="author">Carberry, Josiah</dcvalue>'
            '<dcvalue element="language" qualifier="iso">en</dcvalue>'
            '<dcvalue element="date" qualifier="issued">2009-05-31</dcvalue></dublin_core>'
        )
        (line,) = run(saf.read(saf.Folder(folder)), Options(source="saf", dry_run=False, defaults=DEFAULTS))
        assert line.action == Action.LEAVE
        assert "identifier" in line.words[0]
    assert not Submission.objects.exists()


def test_a_file_that_could_not_be_read_keeps_its_thesis_for_the_next_time(sea):
    content = with_pages(2)
    fails = [OSError("the disk is not there")]

    def opened() -> io.BytesIO:
        if fails:
            raise fails.pop()
        return io.BytesIO(content)

    file = ImportedFile(name="t.pdf", sha256="0" * 64, size=len(content), open=opened)
    thesis = replace(THESIS, files=(file,))
    options = Options(source="s", dry_run=False, defaults=DEFAULTS)
    (line,) = run([thesis], options)
    assert (line.action, "could not be read" in line.words[0]) == (Action.LEAVE, True)
    (line,) = run([thesis], options)
    assert line.action == Action.MAKE
    assert Submission.objects.get().page.files.count() == 1


def test_a_text_that_is_stored_without_its_blanks_is_the_same_the_next_time(sea):
    title, grant = f"{'Tide' * 63}no  and more than fits", ("Old  Fund\x01", "", " 7", "", "")
    thesis = replace(THESIS, translated_title=title, translated_title_language="nb", funding=(grant,))
    run_all = list(run([thesis], Options(source="s", dry_run=False, defaults=DEFAULTS)))
    assert [line.action for line in run_all] == [Action.MAKE]
    again = plan.plan(replace(thesis, subtitle="Ebb"), ImportedRecord.objects.get(), Lists(DEFAULTS))
    assert again.change == ["subtitle"]
    page = Submission.objects.get().page
    assert page.translated_title == f"{'Tide' * 63}no"
    assert [(row.funder_name, row.award_number) for row in page.funding.all()] == [("Old Fund", "7")]


def test_two_imports_at_once_do_not_bring_one_DOI_twice(sea):
    lists = [Lists(DEFAULTS), Lists(DEFAULTS)]
    first = plan.plan(THESIS, None, lists[0])
    second = plan.plan(replace(THESIS, identifier="x2"), None, lists[1])
    make.make(first, "one")
    with pytest.raises(MoveRefused, match=r"10\.5555/tides"):
        make.make(second, "two")
    assert Submission.objects.count() == 1


def test_a_dry_run_finds_what_is_twice_in_the_source_and_tells_of_a_new_row_once(bring):
    table = HEAD + ROW + ROW.replace("a1", "a2") + OTHER.replace("a1", "a3")
    options = {"defaults": Defaults(degree="PhD", create=True)}
    dry = bring(table, dry_run=True, **options)
    done = bring(table, **options)
    assert [line.action for line in done] == [Action.MAKE, Action.LEAVE, Action.MAKE]
    assert [(line.action, line.words) for line in dry] == [(line.action, line.words) for line in done]


def test_an_address_that_is_none_is_said_and_nobody_is_invited_there(bring):
    with TestCase.captureOnCommitCallbacks(execute=True):
        (line,) = bring(HEAD + ROW.replace("josiah@example.org", "see card 7"), invite=True)
    assert line.action == Action.MAKE
    assert any("see card 7" in words and "e-mail" in words for words in line.words)
    assert FoundId.objects.get().email == ""
    assert mail.outbox == []


def test_texts_that_are_too_long_are_cut_and_said(sea):
    grant = ("F" * 300, "", "N" * 120, "T" * 300, "https://example.org/" + "x" * 1000)
    work = ("HasPart", "W", "doi", "10.5555/" + "d" * 300, "")
    thesis = replace(THESIS, funding=(grant,), related=(work,))
    (line,) = run([thesis], Options(source="s", dry_run=False, defaults=DEFAULTS))
    assert line.action == Action.MAKE
    (kept,) = Submission.objects.get().page.funding.all()
    assert (len(kept.funder_name), len(kept.award_number), len(kept.award_title)) == (255, 100, 255)
    assert kept.award_url == ""  # half an address leads nowhere
    (related,) = Submission.objects.get().page.related_works.all()
    assert related.identifier == ""
    assert sum("longer than" in words for words in line.words) == 5


def test_a_thesis_of_which_nobody_knows_the_day_of_conferral_can_be_made_public_again(bring):
    bring(HEAD + ROW)
    thesis = Submission.objects.get()
    assert thesis.conferred_on is None
    lifecycle.withdraw(thesis, actor=make_staff(), comment="By mistake.")
    lifecycle.publish(Submission.objects.get(), actor=make_staff())
    assert Submission.objects.get().status == Status.PUBLISHED
    assert StoredRecord.objects.filter(deleted=False).exists()
