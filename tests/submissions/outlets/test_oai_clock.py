"""When datestamps move, and what becomes of them when a clock is set back (transactions: tests/faults)."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.test import Client
from django.utils import timezone

from submissions import lifecycle, outlets
from submissions.metadata.crosswalks.registry import WHOLE
from submissions.models import HarvestClock, Status, StoredRecord, Submission
from submissions.outlets.oai import dates
from tests.conftest import ROOT
from tests.contracts.conftest import load_xsd, schemas  # noqa: F401
from tests.factories import fresh, make_staff, make_submission

from .oai.asking import Harvester

HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="session")
def xsd(load_xsd):  # noqa: F811
    return load_xsd("oai-response/oai-response.xsd")


@pytest.fixture
def harvester(xsd, settings):
    settings.ETD_BASE_URL = "https://theses.example.edu"
    return Harvester(Client(), xsd)


def uuids(records) -> list[str]:
    return [record.identifier[-36:] for record in records]


def datestamp(submission: Submission) -> dt.datetime:
    (moment,) = set(submission.records.values_list("datestamp", flat=True))
    return moment


@pytest.mark.django_db
def test_a_visit_writes_down_the_second_it_speaks_of(harvester):
    make_submission(Status.PUBLISHED)
    answer = harvester.ask("ListRecords", metadataPrefix="oai_dc")
    assert dates.write(HarvestClock.objects.get().said) == answer.said
    assert HarvestClock.objects.count() == 1


# --- clocks that are set back --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_change_after_the_clock_was_set_back_is_found_by_the_time_of_the_last_answer(harvester):
    thesis = make_submission(Status.PUBLISHED)
    harvester.ask("ListRecords", metadataPrefix="oai_dc")
    said = (timezone.now() + HOUR).replace(microsecond=0)
    HarvestClock.objects.update(said=said)  # as if that visit had been an hour later by the clock
    lifecycle.withdraw(thesis, actor=make_staff())
    assert datestamp(thesis) >= said
    answer = harvester.ask("ListRecords", metadataPrefix="oai_dc", since=dates.write(said))
    assert [(r.identifier[-36:], r.deleted) for r in answer.records] == [(str(thesis.uuid), True)]
    assert answer.said >= dates.write(said)


@pytest.mark.django_db
def test_a_change_after_the_clock_was_set_back_is_found_by_the_latest_datestamp(harvester):
    thesis, other = make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    ahead = timezone.now() + HOUR
    other.records.update(datestamp=ahead)  # published before the clock was set back
    seen = max(record.datestamp for record in harvester.harvest("ListRecords"))
    assert seen == dates.write(ahead)
    lifecycle.withdraw(thesis, actor=make_staff())
    assert str(thesis.uuid) in uuids(harvester.harvest("ListRecords", since=seen))


@pytest.mark.django_db
def test_a_datestamp_never_goes_back():
    thesis = make_submission(Status.PUBLISHED)
    ahead = timezone.now() + HOUR
    thesis.records.update(datestamp=ahead)
    page = thesis.page
    page.title = "Corrected"
    page.save_revision()
    lifecycle.publish_correction(fresh(thesis), actor=make_staff())
    assert datestamp(thesis) >= ahead
    lifecycle.withdraw(fresh(thesis), actor=make_staff())
    assert datestamp(thesis) >= ahead


# --- when a datestamp moves ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_datestamp_moves_with_the_sets_and_with_nothing_else():
    thesis = make_submission(Status.PUBLISHED)
    before = {record.format: record.datestamp for record in thesis.records.all()}
    outlets.refresh(thesis)
    assert {record.format: record.datestamp for record in thesis.records.all()} == before
    thesis.records.filter(format="bibtex").update(content=b"something else")
    outlets.refresh(thesis)
    moved = {r.format for r in thesis.records.all() if r.datestamp != before[r.format]}
    assert moved == {"bibtex", WHOLE.name}  # which stands for all of them
    StoredRecord.objects.filter(submission=thesis).update(is_open=False)  # it was not in this set before
    outlets.refresh(thesis)
    moved = {r.format for r in thesis.records.all() if r.datestamp != before[r.format]}
    assert moved == set(before)
    assert all(record.is_open for record in thesis.records.all())


@pytest.mark.django_db
def test_the_end_of_an_embargo_moves_into_the_open_set_without_an_edit(harvester):
    thesis = make_submission(Status.PUBLISHED, months=6)
    assert harvester.ask("ListRecords", metadataPrefix="oai_dc", set="open").codes == ["noRecordsMatch"]
    visit = harvester.ask("ListRecords", metadataPrefix="oai_dc")
    Submission.objects.filter(pk=thesis.pk).update(embargo_until=timezone.localdate())
    outlets.refresh(thesis)
    answer = harvester.ask("ListRecords", metadataPrefix="oai_dc", set="open", since=visit.said)
    assert uuids(answer.records) == [str(thesis.uuid)]


@pytest.mark.django_db
def test_a_withdrawn_thesis_is_deleted_in_every_set_and_format_it_was_in(harvester):
    from submissions.metadata.crosswalks.registry import PREFIXES

    thesis = make_submission(Status.PUBLISHED)
    for prefix in PREFIXES:
        (before,) = harvester.harvest("ListRecords", metadataPrefix=prefix)
        assert not before.deleted
    lifecycle.withdraw(fresh(thesis), actor=make_staff())
    for prefix in PREFIXES:
        for spec in before.sets:
            (after,) = harvester.harvest("ListRecords", metadataPrefix=prefix, set=spec)
            assert (after.identifier, after.deleted, after.sets) == (before.identifier, True, before.sets)
    outlets.refresh(thesis)
    lifecycle.publish(fresh(thesis), actor=make_staff())
    (again,) = harvester.harvest("ListRecords", set="open")
    assert not again.deleted


@pytest.mark.django_db
def test_a_case_with_records_cannot_be_deleted():
    from django.db.models import ProtectedError

    thesis = make_submission(Status.PUBLISHED)
    with pytest.raises(ProtectedError):
        thesis.delete()


# --- SQLite --------------------------------------------------------------------------------------------------------

VISIT_DURING_A_WRITE = """
import django; django.setup()
import threading, time
from django.core.management import call_command
from django.db import connection, transaction
from submissions.models import HarvestClock
from submissions.outlets.oai import clock
call_command("migrate", "submissions", verbosity=0)
clock.tick(); time.sleep(1.1)
written = threading.Event()
def write():
    with transaction.atomic():
        stamps.append(clock.stamp()); written.set(); time.sleep(2)
        committed.append(time.monotonic())
    connection.close()
stamps, committed = [], []
thread = threading.Thread(target=write); thread.start(); written.wait()
moment = clock.tick(); answered = time.monotonic()
thread.join()
print(answered >= committed[0])
"""


def test_on_sqlite_a_visit_waits_for_the_one_who_writes(tmp_path):
    """In a file, as in real life: what is written when an answer says its time is committed before the list is read."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/etd.sqlite3",
        "DJANGO_SETTINGS_MODULE": "etd_site.settings.test",
    }
    done = subprocess.run(
        [sys.executable, "-c", VISIT_DURING_A_WRITE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["True"], done.stderr
