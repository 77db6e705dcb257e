"""Harvesters that come while a transaction is open: what it changes is found at their next visit at the latest."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from submissions import lifecycle, outlets
from submissions.models import Status, Submission
from submissions.outlets.oai import clock, dates
from tests.contracts.conftest import load_xsd, schemas  # noqa: F401
from tests.factories import fresh, make_staff, make_submission
from tests.submissions.outlets.oai.asking import Harvester

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("reading while somebody writes is for PostgreSQL")


@pytest.fixture
def harvester(load_xsd, settings):  # noqa: F811
    settings.ETD_BASE_URL = "https://theses.example.edu"
    return Harvester(Client(), load_xsd("oai-response/oai-response.xsd"))


def uuids(records) -> list[str]:
    return [record.identifier[-36:] for record in records]


def datestamp(submission: Submission) -> dt.datetime:
    (moment,) = set(submission.records.values_list("datestamp", flat=True))
    return moment


class OpenTransaction:
    """Somebody else who has written the records of a case and has not committed yet."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.written, self.go = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> "OpenTransaction":
        self.thread.start()
        assert self.written.wait(20)
        return self

    def __exit__(self, *failure: object) -> None:
        self.commit()

    def commit(self) -> None:
        self.go.set()
        self.thread.join(20)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                type(self.submission.page).objects.filter(pk=self.submission.page_id).update(title="Changed")
                outlets.refresh(self.submission)
                self.written.set()
                self.go.wait(20)
        finally:
            connection.close()


def test_what_was_not_committed_yet_at_a_visit_is_found_at_the_next(harvester):
    slow, quick = make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    time.sleep(1.1)
    with OpenTransaction(slow) as other:
        time.sleep(1.1)  # the other's datestamp is a second of the past now
        lifecycle.withdraw(quick, actor=make_staff())
        visit = harvester.ask("ListRecords", metadataPrefix="oai_dc")
        other.commit()
    changed = dates.write(datestamp(slow))
    assert visit.said <= changed
    # By the time of the answer, and by the latest datestamp that it held: each leads to both changes.
    for since in (visit.said, max(record.datestamp for record in visit.records)):
        later = harvester.ask("ListRecords", metadataPrefix="oai_dc", since=since)
        assert {str(slow.uuid), str(quick.uuid)} <= set(uuids(later.records))


def test_a_page_never_passes_a_transaction_that_is_open(harvester, settings):
    """A harvest in pages, each of one record, during which an early datestamp becomes visible after a later one."""
    settings.ETD_OAI_PAGE_SIZE = 1
    theses = [make_submission(Status.PUBLISHED) for _ in range(2)]
    time.sleep(1.1)
    with OpenTransaction(theses[0]) as other:
        time.sleep(1.1)
        page = theses[1].page
        page.title = "Changed after"
        page.save_revision()
        lifecycle.publish_correction(fresh(theses[1]), actor=make_staff())
        assert datestamp(theses[1]) > timezone.now() - HOUR
        pages = harvester.pages("ListIdentifiers", between=other.commit)
        first = [(r.identifier[-36:], r.datestamp) for answer in pages for r in answer.records]
    again = harvester.harvest("ListIdentifiers", since=max(stamp for _, stamp in first) if first else None)
    assert set(uuids(again)) >= {str(thesis.uuid) for thesis in theses}
    assert max(r.datestamp for r in again) == dates.write(datestamp(theses[1]))


def test_nobody_waits_for_an_open_transaction(harvester):
    thesis, other = make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    with OpenTransaction(thesis):
        lifecycle.withdraw(other, actor=make_staff())
        assert harvester.ask("Identify").verb == "Identify"
        answer = harvester.ask(
            "GetRecord", identifier=f"oai:theses.example.edu:{other.uuid}", metadataPrefix="oai_dc"
        )
        assert answer.records[0].deleted
    harvested = harvester.harvest("ListRecords")
    assert [r.deleted for r in harvested if r.identifier.endswith(str(other.uuid))] == [True]


def test_a_transaction_that_fails_leaves_nothing_behind(harvester):
    thesis = make_submission(Status.PUBLISHED)
    with transaction.atomic():
        clock.stamp()
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2")
        assert cursor.fetchone() == (0,)
    assert uuids(harvester.harvest("ListRecords")) == [str(thesis.uuid)]
