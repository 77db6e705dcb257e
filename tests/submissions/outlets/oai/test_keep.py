"""A kept page is sent only while it is what the database would answer (the rule: ``submissions/outlets/oai/keep.py``).

Every answer with the keep on is compared, byte for byte, with the one that is made at the same moment with the keep
off; only ``responseDate`` and the signature of the token may differ.
"""

import datetime as dt
import gzip
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from submissions import lifecycle, outlets
from submissions.models import HarvestClock, Status, StoredRecord, Submission
from submissions.outlets.oai import ahead, clock, keep, listing, packing, resumption
from tests.conftest import ROOT
from tests.factories import fresh, make_staff, make_submission

from .asking import later

TOKEN = re.compile(rb"(<resumptionToken[^>]*>)([^<]*)(</resumptionToken>)")
RECORD = b"<record>"


class Keeper:
    """A harvester that is answered with the keep and without it. ``kept`` counts answers that came from the keep."""

    def __init__(self, settings, folder) -> None:
        self.settings, self.folder = settings, str(folder)
        self.kept = self.made = 0

    def ask(self, arguments: dict, packed: bool = False) -> bytes:
        """One answer, compared with a fresh one of as many records."""
        self.settings.ETD_OAI_KEEP = self.folder
        with CaptureQueriesContext(connection) as queries:
            found = self._get(arguments, packed)
        if any("r.content" in query["sql"] for query in queries):
            self.made += 1
        elif RECORD in found:
            self.kept += 1
        size, self.settings.ETD_OAI_KEEP = self.settings.ETD_OAI_PAGE_SIZE, ""
        assert found.count(RECORD) <= size
        # A page that was made in the place of a kept one may be shorter; the borders are then those of the fresh one.
        self.settings.ETD_OAI_PAGE_SIZE = found.count(RECORD) or size
        assert comparable(found) == comparable(self._get(arguments, False))
        self.settings.ETD_OAI_PAGE_SIZE = size
        return found

    def harvest(self, packed: bool = False, **arguments: str) -> list[bytes]:
        """All pages of a list."""
        pages = [self.ask({"metadataPrefix": "oai_dc", **arguments}, packed)]
        while (token := TOKEN.search(pages[-1])) and token[2]:
            pages.append(self.ask({"resumptionToken": token[2].decode()}, packed))
        return pages

    @staticmethod
    def _get(arguments: dict, packed: bool) -> bytes:
        coding = {"Accept-Encoding": "gzip" if packed else "identity"}
        response = Client().get("/oai", {"verb": "ListRecords", **arguments}, headers=coding)
        content = response.getvalue()
        assert int(response["Content-Length"]) == len(content)
        return gzip.decompress(content) if packed else content


def comparable(content: bytes) -> tuple:
    """What has to be the same in two answers: what the token says, and everything but the date of the answer."""
    token = TOKEN.search(content)
    says = resumption.read("ListRecords", token[2].decode()) if token else None
    if says and says.row:  # the last record that was sent, or one whose key is not later than all that follow
        says = (says.prefix, says.spec, says.sent, says.size)
    rest = TOKEN.sub(rb"\1\3", re.sub(rb"<responseDate>[^<]*|expirationDate=\"[^\"]*", b"", content))
    return says, rest


def block(content: bytes) -> bytes:
    """The records of an answer."""
    return content.partition(b"<ListRecords>")[2].partition(b"<resumptionToken")[0]


class LastChange:
    """The last change of all, in another format. A copy that a database is put back from does not know it."""

    def __init__(self) -> None:
        self.row = StoredRecord.objects.filter(format="mods").first()
        write(self.row, content=b"<last-change/>")
        later()

    def forget(self) -> None:
        StoredRecord.objects.filter(pk=self.row.pk).update(datestamp=self.row.datestamp)


@pytest.fixture
def keeper(library, db, settings, tmp_path):
    """The library, 5 theses a page, none of which changed in this very second."""
    settings.ETD_BASE_URL, settings.ETD_OAI_PAGE_SIZE = "https://theses.example.edu", 5
    later()
    return Keeper(settings, tmp_path / "pages")


def rows(order: str = "datestamp") -> list[StoredRecord]:
    return list(StoredRecord.objects.filter(format="oai_dc").order_by(order, "pk"))


def write(row: StoredRecord, **changes: object) -> None:
    """Change a stored record as ``outlets.refresh`` does."""
    with transaction.atomic():
        stamp = max(clock.stamp(), row.datestamp)
        StoredRecord.objects.filter(pk=row.pk).update(datestamp=stamp, **changes)


# --- that it is used -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
def test_the_second_harvest_reads_no_contents_but_of_the_last_page(keeper, packed):
    first = keeper.harvest(packed)
    assert (keeper.kept, keeper.made) == (0, 5)
    second = keeper.harvest(packed)
    assert (keeper.kept, keeper.made) == (4, 6)
    assert [block(page) for page in first] == [block(page) for page in second]
    keeper.harvest(packed, set="level")
    keeper.harvest(packed, set="level")
    assert keeper.kept == 8


def test_a_kept_page_takes_no_more_queries_than_one_that_is_made(keeper):
    counts = []
    for _ in range(2):
        page, found = keeper.ask({"metadataPrefix": "oai_dc"}), []
        while (token := TOKEN.search(page)) and token[2]:
            keeper.settings.ETD_OAI_KEEP = keeper.folder
            with CaptureQueriesContext(connection) as queries:
                page = keeper._get({"resumptionToken": token[2].decode()}, False)
            found.append(sum(query["sql"].startswith("SELECT") for query in queries))
        counts.append(found)
    assert counts[0] == [2, 2, 2, 2]
    assert counts[1] == [1, 1, 1, 2]  # the last page is never kept


def test_records_are_counted_only_after_something_has_changed(keeper):
    keeper.harvest()
    keeper.settings.ETD_OAI_KEEP = keeper.folder
    for changes, counted in ((0, False), (1, True)):
        if changes:
            write(StoredRecord.objects.filter(format="mods").latest("pk"), content=b"<changed/>")
        kept = keep.find(listing.first("oai_dc", "", "", ""), packed=False)
        moment, holds = kept.ask()
        assert holds
        assert kept._unchanged(moment) is not counted
        kept.close()


def test_a_busy_harvester_is_answered_as_of_a_moment_ago(keeper):
    """What is not shown yet is stamped not earlier than ``responseDate``, so that it comes with the next harvest."""
    keeper.harvest()
    keeper.settings.ETD_OAI_KEEP, keeper.settings.ETD_OAI_AGE = keeper.folder, 60
    first = keeper._get({"metadataPrefix": "oai_dc"}, False)
    write(rows()[0], content=b"<changed/>")
    write(rows()[12], content=b"<changed/>")
    with CaptureQueriesContext(connection) as queries:
        page = keeper._get({"resumptionToken": TOKEN.search(first)[2].decode()}, False)
    assert len(queries) == 0
    says = dt.datetime.fromisoformat(re.search(b"<responseDate>([^<]*)", page)[1].decode())
    assert all(row.datestamp >= says for row in rows("-datestamp")[:2])
    pages = [page]
    while (token := TOKEN.search(pages[-1])) and token[2]:
        pages.append(keeper._get({"resumptionToken": token[2].decode()}, False))
    assert b"".join(pages).count(b"<changed/>") == 2  # behind all others, where nothing is kept
    since = keeper._get({"metadataPrefix": "oai_dc", "from": says.strftime("%Y-%m-%dT%H:%M:%SZ")}, False)
    assert since.count(b"<changed/>") == 2
    keeper.settings.ETD_OAI_AGE = 0
    assert keeper.harvest()[0].count(b"<changed/>") == 0


@pytest.mark.parametrize("packed", [False, True])
def test_pages_are_there_before_the_first_harvester_comes(keeper, packed):
    keeper.settings.ETD_OAI_KEEP = keeper.folder
    assert ahead.make() == 2 * 5
    keeper.harvest(packed)
    assert (keeper.kept, keeper.made) == (4, 1)  # the last page is never kept
    keeper.settings.ETD_OAI_KEEP = ""
    assert ahead.make() == 0


def test_a_change_leaves_the_pages_behind_it_where_they_were(keeper):
    keeper.harvest()
    write(rows()[6], content=b"<changed/>")
    pages = keeper.harvest()
    assert [page.count(RECORD) for page in pages] == [5, 4, 5, 5, 5, 1]
    assert b"<changed/>" in pages[-1]
    assert keeper.kept == 3  # all but the second, the fifth, which was the last one, and the new last one
    keeper.harvest()
    assert keeper.kept == 3 + 5


def test_a_page_that_would_be_less_than_half_full_is_filled_again(keeper):
    keeper.harvest()
    for row in rows()[5:8]:
        write(row, content=b"<changed/>")
    assert [page.count(RECORD) for page in keeper.harvest()] == [5, 5, 5, 5, 5]


def test_without_a_folder_nothing_is_kept(keeper, tmp_path):
    keeper.folder = ""
    keeper.harvest()
    keeper.harvest()
    assert keeper.kept == 0
    assert not (tmp_path / "pages").exists()


def test_visits_for_what_is_new_are_not_kept(keeper, tmp_path):
    for limits in ({"from": "2001-01-01"}, {"until": "2101-01-01"}):
        keeper.harvest(**limits)
        keeper.harvest(**limits)
    assert keeper.kept == 0
    assert not (tmp_path / "pages").exists()


# --- that it is right ----------------------------------------------------------------------------------------------


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


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [b"", b"{", b"{}\n", b"[]\nabc", None])
def test_a_damaged_file_is_none(keeper, damage):
    keeper.harvest()
    for file in Path(keeper.folder).iterdir():
        file.write_bytes(file.read_bytes()[:-1] if damage is None else damage)
    keeper.harvest()
    assert keeper.kept == 0
    keeper.harvest()
    assert keeper.kept == 4  # written anew


def test_a_folder_that_cannot_be_written_is_no_harm(keeper, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    keeper.folder = str(tmp_path / "file")
    assert len(keeper.harvest()) == 5
    keeper.folder = "/proc/no-such-folder"
    assert len(keeper.harvest()) == 5
    assert keeper.kept == 0


def test_nothing_half_written_stays_when_the_disk_is_full(keeper):
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
        keeper.settings.ETD_OAI_KEEP = keeper.folder
        with pytest.raises(OSError, match="too large"):
            keep._write(f"{keeper.folder}/page", [b"x" * 1000])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, former)
    assert list(Path(keeper.folder).iterdir()) == []


TWO = """
import sys, django; django.setup()
from django.conf import settings
from submissions.outlets.oai import keep
settings.ETD_OAI_KEEP = sys.argv[1]
path, letter = sys.argv[1] + "/page", sys.argv[2].encode()
for _ in range(300):
    keep._write(path, [letter * 5000, b" ", letter * 5000])
    with open(path, "rb") as file: seen = file.read()
    assert len(seen) == 10001 and len(set(seen)) == 2, seen[:50]
"""


def test_two_processes_that_keep_the_same_page_leave_a_whole_one(tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "etd_site.settings.test"}
    both = [
        subprocess.Popen([sys.executable, "-c", TWO, str(tmp_path), letter], cwd=ROOT, env=environment)
        for letter in "ab"
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    assert os.listdir(tmp_path) == ["page"]


# --- compression ---------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.binary(max_size=400), st.booleans(), st.integers(1, 30))))
def test_pieces_that_were_compressed_before_make_one_member(pieces):
    plain = [content * times for content, _, times in pieces]
    sent = [packing.pack(p) if packed else p for p, (_, packed, _) in zip(plain, pieces, strict=True)]
    reader = zlib.decompressobj(31)
    assert reader.decompress(b"".join(packing.gzip(sent))) == b"".join(plain)
    assert reader.eof
    assert reader.unused_data == b""
