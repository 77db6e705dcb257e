"""Harvesters that come while a transaction is open: what it changes is found at their next visit at the latest."""

import datetime as dt
import random
import threading
import time

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from lxml import etree

from etd_site.demo.generated.rows import generate
from submissions import lifecycle, outlets
from submissions.models import Status, StoredRecord, Submission, ThesisPage
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


def test_a_kept_page_holds_until_a_change_of_it_is_committed(harvester, settings):
    """And the change is met at the end of the very harvest that began with the page as it was."""
    settings.ETD_OAI_PAGE_SIZE = 2
    theses = [make_submission(Status.PUBLISHED) for _ in range(5)]
    time.sleep(1.1)
    harvester.harvest("ListRecords")
    with OpenTransaction(theses[0]) as other:
        pages = list(harvester.pages("ListRecords", between=other.commit))
        titles = {r.identifier[-36:]: r.metadata.findtext("{*}title") for p in pages for r in p.records}
    assert str(theses[0].uuid) in uuids(pages[0].records)
    assert titles[str(theses[0].uuid)] == "Changed"
    assert str(theses[0].uuid) not in uuids(harvester.ask("ListRecords", metadataPrefix="oai_dc").records)


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


# --- many writers, visit after visit -------------------------------------------------------------------------------


class Copy:
    """A harvester's copy of the repository. ``by_answer``: it comes back from the time of the last first answer, else
    from the latest datestamp that it has seen.
    """

    def __init__(self, harvester: Harvester, by_answer: bool) -> None:
        self.harvester, self.by_answer = harvester, by_answer
        self.since: str | None = None
        self.known: dict[str, str | None] = {}

    def visit(self) -> None:
        arguments = {"since": self.since} if self.since else {}
        seen = [self.since] if self.since else []
        for number, page in enumerate(self.harvester.pages("ListRecords", **arguments)):
            if self.by_answer and number == 0:
                seen = [page.said]
            for record in page.records:
                title = None if record.deleted else record.metadata.findtext("{*}title")
                self.known[record.identifier[-36:]] = title
                if not self.by_answer:
                    seen.append(record.datestamp)
        self.since = max(seen, default=None)


def _write(cases: list[Submission], seed: int) -> None:
    """Correct, withdraw and publish again, in transactions that stay open for a while."""
    rng = random.Random(seed)  # noqa: S311 - variety, not secrecy
    try:
        for number in range(12):
            case = rng.choice(cases)
            with transaction.atomic():
                status = rng.choice([Status.PUBLISHED, Status.PUBLISHED, Status.WITHDRAWN])
                Submission.objects.filter(pk=case.pk).update(status=status)
                ThesisPage.objects.filter(pk=case.page_id).update(title=f"By {seed}, {number}")
                outlets.refresh(case)
                time.sleep(rng.random() * 1.5)
    finally:
        connection.close()


def test_copies_that_are_kept_up_to_date_are_true_in_the_end(harvester, settings):
    settings.ETD_OAI_PAGE_SIZE = 3
    generate(12)
    cases = list(Submission.objects.order_by("pk"))
    # Each writer has its own theses: on one thesis they would only wait for each other.
    writers = [threading.Thread(target=_write, args=(cases[n::4], n)) for n in range(4)]
    copies = [Copy(harvester, by_answer) for by_answer in (True, False)]
    for writer in writers:
        writer.start()
    visits = 0
    while any(writer.is_alive() for writer in writers):
        for copy in copies:
            copy.visit()
        visits += 1
        time.sleep(0.05)
    for copy in copies:
        copy.visit()
    assert visits > 5
    truth = {
        str(row.submission.uuid): None
        if row.deleted
        else etree.fromstring(bytes(row.content)).findtext("{*}title")
        for row in StoredRecord.objects.filter(format="oai_dc").select_related("submission")
    }
    assert copies[0].known == truth
    assert copies[1].known == truth
    assert len(truth) == 12
