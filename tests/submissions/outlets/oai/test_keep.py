"""A kept page is sent only while it is what the database would answer (the rule: ``submissions/outlets/oai/keep.py``).

How that is seen stands in ``keeping.py``.
"""

import os
import tempfile

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from submissions import lifecycle, outlets
from submissions.models import HarvestClock, Status, StoredRecord, Submission
from tests.factories import fresh, make_staff, make_submission

from .asking import later
from .keeping import RECORD, TOKEN, Keeper, LastChange, rows, write


def test_a_record_of_the_second_that_was_spoken_of_is_not_kept(keeper):
    """It may change again with the same datestamp: then its key would stay."""
    every = rows()
    for row in every[:10]:
        write(row, year=1999)
    stamps = {row.datestamp for row in rows("-datestamp")[:10]}
    assert stamps == {HarvestClock.objects.get().said}
    keeper.settings.ETD_OAI_PAGE_SIZE = 20
    keeper.harvest()
    write(rows("pk")[0], content=b"<again/>")
    assert b"<again/>" in b"".join(keeper.harvest())
    assert keeper.kept == 0


def test_the_steps_of_a_thesis_are_seen_at_once(keeper):
    thesis = make_submission(Status.PUBLISHED, months=6)
    later()
    for _ in range(4):
        make_submission(Status.PUBLISHED)
    later()
    keeper.harvest()
    keeper.harvest(set="open")
    uuid = str(thesis.uuid).encode()
    Submission.objects.filter(pk=thesis.pk).update(embargo_until=timezone.localdate())
    outlets.refresh(thesis)
    assert sum(page.count(uuid) for page in keeper.harvest(set="open")) > 0
    keeper.harvest()
    lifecycle.withdraw(fresh(thesis), actor=make_staff())
    assert b'<header status="deleted">\n<identifier>oai:theses.example.edu:' + uuid in b"".join(
        keeper.harvest()
    )
    assert keeper.kept > 0


STEPS = st.one_of(
    st.tuples(st.just("visit"), st.booleans(), st.sampled_from(["", "open", "level:doctoral", "year"])),
    st.tuples(st.just("change"), st.integers(0, 24)),
    st.tuples(st.just("delete"), st.integers(0, 24)),
    st.tuples(st.just("open"), st.integers(0, 24)),
    st.tuples(st.just("level"), st.integers(0, 24), st.sampled_from(["doctoral", "master"])),
    st.tuples(st.just("clock"), st.integers(1, 3)),
    st.tuples(st.just("size"), st.integers(2, 7)),
    st.tuples(st.just("between"), st.integers(0, 24)),
)


@given(steps=st.lists(STEPS, min_size=3, max_size=14))
@how(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_happens_the_answer_is_that_of_the_database(keeper, steps):
    with transaction.atomic(), tempfile.TemporaryDirectory() as keeper.folder:
        keeper.settings.ETD_OAI_PAGE_SIZE = 5
        keeper.harvest()
        for step in [*steps, ("visit", False, "")]:
            _STEPS[step[0]](keeper, *step[1:])
        transaction.set_rollback(True)


def _visit(keeper: Keeper, packed: bool, spec: str) -> None:
    pages = keeper.harvest(packed, **({"set": spec} if spec else {}))
    if not spec:
        seen = {row.pk for row in rows() if str(row.submission.uuid).encode() in b"".join(pages)}
        assert len(seen) == len(rows())


def _between(keeper: Keeper, number: int) -> None:
    """A change between two pages of one harvest."""
    page = keeper.ask({"metadataPrefix": "oai_dc"})
    write(rows()[number], content=b"<between/>")
    while (token := TOKEN.search(page)) and token[2]:
        page = keeper.ask({"resumptionToken": token[2].decode()})


_STEPS = {
    "visit": _visit,
    "change": lambda keeper, n: write(rows("pk")[n], content=f"<x>{os.urandom(8).hex()}</x>".encode()),
    "delete": lambda keeper, n: write(rows("pk")[n], deleted=not rows("pk")[n].deleted),
    "open": lambda keeper, n: write(rows("pk")[n], is_open=not rows("pk")[n].is_open),
    "level": lambda keeper, n, level: write(rows("pk")[n], level=level),
    "clock": lambda keeper, seconds: later(seconds),
    "size": lambda keeper, size: setattr(keeper.settings, "ETD_OAI_PAGE_SIZE", size),
    "between": _between,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [("ETD_OAI_REPOSITORY_ID", "archive.example.edu"), ("ETD_OAI_PAGE_SIZE", 7), ("ETD_OAI_PAGE_SIZE", 3)],
)
def test_a_setting_that_shows_makes_other_pages(keeper, name, value):
    keeper.harvest()
    setattr(keeper.settings, name, value)
    keeper.harvest()
    assert keeper.kept == 0


def test_a_database_that_was_put_back_is_found_out(keeper):
    """As many keys as before, and earlier than anything that was said, but not the same."""
    keeper.harvest()
    first, last, moment = rows()[0], rows()[-1], timezone.timedelta(microseconds=1)
    StoredRecord.objects.filter(pk=first.pk).update(datestamp=last.datestamp + moment)
    StoredRecord.objects.filter(pk=last.pk).update(datestamp=first.datestamp - moment)
    assert str(last.submission.uuid).encode() in keeper.harvest()[0]
    assert keeper.kept == 3


@pytest.mark.parametrize("place", [0, 1, 5, 7])
def test_a_kept_page_of_which_there_is_more_since_skips_nothing(keeper, place):
    """A database that was put back has more records there than a page can hold."""
    last = LastChange()
    keeper.harvest()
    before, *moved = rows()[place], *rows()[-2:]
    for number, row in enumerate(moved, 1):
        stamp = before.datestamp - number * timezone.timedelta(microseconds=1)
        StoredRecord.objects.filter(pk=row.pk).update(datestamp=stamp)
    last.forget()
    whole = b"".join(keeper.harvest())
    assert [row.pk for row in rows() if str(row.submission.uuid).encode() not in whole] == []
    assert whole.count(RECORD) == len(rows())


@pytest.mark.parametrize("moved", [{"microseconds": 1}, {"seconds": 1}])
def test_a_record_that_was_put_back_with_another_datestamp_is_found_out(keeper, moved):
    """The same rows between the same borders, but one of them as it was at another time."""
    StoredRecord.objects.filter(pk=rows()[0].pk).update(
        datestamp=rows()[1].datestamp - timezone.timedelta(days=1)
    )
    last = LastChange()
    keeper.harvest()
    row = rows()[0]
    stamp = row.datestamp + timezone.timedelta(**moved)
    StoredRecord.objects.filter(pk=row.pk).update(datestamp=stamp, content=b"<as-it-was/>")
    last.forget()
    assert b"<as-it-was/>" in keeper.harvest()[0]
    assert keeper.kept == 3
