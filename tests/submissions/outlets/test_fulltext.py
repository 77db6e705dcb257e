"""The words of a thesis' files: found while they are open, and never before or after."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.utils import timezone
from wagtail.search.models import IndexEntry

from submissions import lifecycle, outlets
from submissions.models import FileText, Status, Submission, ThesisFile, ThesisPage
from submissions.outlets import fulltext
from tests.factories import fresh, make_staff, make_submission

pytestmark = pytest.mark.django_db
WORD = "wave"  # stands in the PDF below and nowhere else


@pytest.fixture(autouse=True)
def _a_pdf_with_a_word(monkeypatch) -> None:
    from etd_site.demo.pdf import thesis_pdf

    facts = {"title": "T", "author": "A", "degree": "PhD", "university": "U", "year": 2026}
    monkeypatch.setattr(
        "tests.factories.make_pdf", lambda *args: thesis_pdf(abstract="A standing wave.", **facts)
    )


def found(word: str = WORD) -> list[int]:
    """Keys of the pages in the index that hold ``word``."""
    return list(ThesisPage.objects.search(word).get_queryset().values_list("pk", flat=True))


def test_they_are_found_once_they_were_read() -> None:
    case = make_submission(Status.PUBLISHED)
    assert found() == []
    assert fulltext.read_due() == 1
    assert found() == [case.page_id]
    assert fulltext.read_due() == 0


def test_a_thesis_that_is_not_public_is_not_read() -> None:
    make_submission(Status.APPROVED)
    call_command("index_files", all=True)
    assert not FileText.objects.exists()
    assert found() == []


def test_a_worker_is_told_after_the_commit(django_capture_on_commit_callbacks) -> None:
    queue = fulltext.read_page.get_backend()
    queue.clear()
    told = lambda: [result.args for result in queue.results if result.task == fulltext.read_page]  # noqa: E731
    with django_capture_on_commit_callbacks(execute=True):
        case = make_submission(Status.PUBLISHED)
        assert told() == []
    assert [case.page_id] in map(list, told())
    fulltext.read_page.call(case.page_id)
    assert found() == [case.page_id]


def test_closed_files_are_found_from_the_day_they_open_and_not_before(monkeypatch) -> None:
    case = make_submission(Status.PUBLISHED, months=12)
    call_command("index_files", all=True)
    assert FileText.objects.get().text  # read, and not told
    assert found() == []
    day = case.embargo_until
    for today, expected in ((day - dt.timedelta(days=1), []), (day, [case.page_id])):
        monkeypatch.setattr(timezone, "localdate", lambda value=None, today=today: today)
        call_command("refresh_records", verbosity=0)
        assert found() == expected


def test_closing_a_file_takes_its_words_out() -> None:
    case = make_submission(Status.PUBLISHED)
    fulltext.read_due()
    assert found() == [case.page_id]
    Submission.objects.filter(pk=case.pk).update(embargo_until=timezone.localdate() + dt.timedelta(days=9))
    outlets.refresh(fresh(case))
    assert found() == []
    case.page.save()  # Wagtail writes the index by itself too
    assert found() == []


def test_what_was_withdrawn_is_gone_from_the_index() -> None:
    case = make_submission(Status.PUBLISHED)
    fulltext.read_due()
    lifecycle.withdraw(fresh(case), actor=make_staff())
    assert found() == []
    lifecycle.publish(fresh(case), actor=make_staff())
    assert found() == [case.page_id]


def test_a_file_that_cannot_be_read_is_tried_once() -> None:
    case = make_submission(Status.PUBLISHED)
    item = case.page.thesis_file
    storages["theses"].delete(item.file.name)
    storages["theses"].save(item.file.name, ContentFile(b"%PDF-1.7 broken"))
    assert fulltext.read_due() == 1
    assert "could not be read" in FileText.objects.get().problem
    assert fulltext.read_due() == 0


def test_a_file_that_is_not_there_stops_no_other() -> None:
    lost, there = make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    item = lost.page.thesis_file
    ThesisFile.objects.filter(pk=item.pk).update(sha256="0" * 64)
    storages["theses"].delete(item.file.name)
    call_command("refresh_records", verbosity=0)
    assert found() == [there.page_id]
    assert fulltext.unread().count() == 1


def test_names_titles_and_place_are_found_too() -> None:
    case = make_submission(Status.PUBLISHED)
    for word in ("Member1", case.programme.department.split()[0], "Philosophy"):
        assert found(word) == [case.page_id]


def test_a_whole_dictionary_fits_into_the_index() -> None:
    """PostgreSQL refuses a tsvector of 1 MB, and so the thesis with it."""
    case = make_submission(Status.PUBLISHED)
    sha256 = case.page.thesis_file.sha256
    text = " ".join(f"{number:05x}語彙" for number in range(400_000))
    FileText.objects.create(sha256=sha256, text="zostera " + text + " 海" * 10)
    fulltext.reindex(case)
    assert found("zostera") == [case.page_id]
    assert IndexEntry.objects.filter(object_id=str(case.page_id)).exists()


def test_each_word_stands_there_once() -> None:
    assert fulltext.different_words(["The tide, the Tide", "and\nthe\twind"]) == "the tide and wind"
    assert fulltext.different_words(["x" * 100]) == "x" * fulltext.LONGEST_WORD


def test_a_long_run_that_comes_again_and_again_leaves_room_for_others() -> None:
    runs = " ".join("海" * 60 + f"{number}" for number in range(5_000))
    assert fulltext.different_words([f"{runs} zostera"]) == "海" * fulltext.LONGEST_WORD + " zostera"
