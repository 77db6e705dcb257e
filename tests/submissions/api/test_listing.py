"""Filters, pages and cursors, and that nothing is missed while theses change."""

import datetime as dt
import random
import subprocess
import sys
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.conf import settings as site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from submissions.api.listing import Position
from submissions.models import RecordPerson, StoredRecord, Submission, ThesisFile
from tests.conftest import ROOT

FIRST = dt.datetime(2026, 3, 1, 12, 0, 0, 400_000, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def rows() -> list[StoredRecord]:
    """One of each thesis, in the order of the list."""
    return list(StoredRecord.objects.filter(format="record").order_by("datestamp", "pk"))


@pytest.fixture
def spread(reader) -> list[str]:
    """The ids of 25 theses, one a minute from noon of 1 March 2026 on, with fractions of a second."""
    for number, row in enumerate(rows()):
        StoredRecord.objects.filter(pk=row.pk).update(datestamp=FIRST + number * MINUTE)
    return [str(row.submission.uuid) for row in rows()]


# --- filters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["2026-03-01T12:07:00Z", "2026-03-01T12:07Z", "2026-03-01T13:07:00+01:00", "2026-03-01T12:07:00.4Z"],
)
def test_a_moment_includes_itself_in_every_time_zone(reader, spread, name):
    assert reader.ids(changed_since=name, changed_until=name) == [spread[7]]
    assert reader.theses(changed_since=name, limit=1)[0]["datestamp"] == "2026-03-01T12:07:00Z"


def test_plus_in_an_address_need_not_be_escaped(reader, spread):
    name = "2026-03-01T14:07:00+02:00"
    raw = reader.get(f"/api/theses/?changed_since={name}&changed_until={quote(name)}").json()
    assert [thesis["id"] for thesis in raw["results"]] == [spread[7]]


def test_a_day_is_one_of_utc(reader, spread, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    last = dt.datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=dt.UTC)
    StoredRecord.objects.filter(submission__uuid=spread[0]).update(datestamp=last)
    StoredRecord.objects.filter(submission__uuid=spread[1]).update(
        datestamp=last + dt.timedelta(microseconds=1)
    )
    assert reader.ids(changed_since="2026-03-01", changed_until="2026-03-01") == [*spread[2:], spread[0]]
    assert reader.ids(changed_since="2026-03-02") == [spread[1]]
    assert reader.ids(changed_until="2026-02-28") == []
    assert len(reader.ids(changed_until="9999-12-31")) == 25


def test_filters_are_those_of_the_thesis_and_narrow_together(reader):
    StoredRecord.objects.filter(pk__in=[row.pk for row in rows()[::4]]).update(is_open=False)
    pages = Submission.objects.values_list("page_id", flat=True)[1::5]
    ThesisFile.objects.filter(page__in=pages).delete()
    whole = reader.theses()
    assert len(whole) == 25
    programmes = {thesis["programme"]["id"] for thesis in whole}
    for name, values, read in (
        ("programme", programmes, lambda thesis: thesis["programme"]["id"]),
        ("degree_level", ("bachelor", "master", "doctoral"), lambda thesis: thesis["degree_level"]),
        ("access", ("open", "embargoed", "none"), lambda thesis: thesis["access"]),
    ):
        found = {value: reader.ids(**{name: value}) for value in values}
        for value, ids in found.items():
            assert ids == [thesis["id"] for thesis in whole if read(thesis) == value]
        assert sum(map(len, found.values())) == 25
        assert len(list(filter(None, found.values()))) > 1
    both = reader.ids(degree_level="doctoral", access="open", limit=1)
    assert both == [t["id"] for t in whole if (t["degree_level"], t["access"]) == ("doctoral", "open")]
    assert reader.ids(programme=max(programmes) + 1) == []


def test_an_id_finds_the_theses_of_author_and_committee(reader):
    whole = reader.theses()

    def people(thesis: dict) -> set[str]:
        record = thesis["record"]
        everybody = [record["author"], *(member["person"] for member in record["committee"])]
        return {person["orcid"]["path"] for person in everybody if person["orcid"]}

    named = set().union(*map(people, whole))
    assert named == set(RecordPerson.objects.exclude(orcid="").values_list("orcid", flat=True))
    for orcid in sorted(named)[:12]:
        expected = [thesis["id"] for thesis in whole if orcid in people(thesis)]
        assert reader.ids(orcid=orcid) == reader.ids(orcid=f"https://orcid.org/{orcid}") == expected
        assert expected


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 7, 24, 25, 26])
def test_pages_hold_each_thesis_once_in_order(reader, spread, limit):
    pages = list(reader.pages(limit=limit))
    assert [thesis["id"] for page in pages for thesis in page["results"]] == spread
    assert len(pages) == -(-25 // limit)
    assert {len(page["results"]) for page in pages[:-1]} <= {limit}


def test_theses_of_one_moment_are_told_apart(reader):
    assert len({row.datestamp for row in rows()}) == 1
    assert sorted(reader.ids(limit=4)) == sorted(str(row.submission.uuid) for row in rows())


def test_next_is_in_the_header_too_and_says_nothing_of_what_is_in_it(reader, spread):
    answer = reader.get("/api/theses/", {"changed_since": "2026-03-01T12:03:00Z", "limit": 5})
    onward = answer.json()["next"]
    assert answer["Link"] == f'<{onward}>; rel="next"'
    assert list(parse_qs(urlsplit(onward).query)) == ["cursor"]
    assert [thesis["id"] for thesis in reader.get(onward).json()["results"]] == spread[8:13]


def test_a_changed_cursor_is_refused(reader, spread):
    (cursor,) = parse_qs(urlsplit(reader.page()["next"]).query)["cursor"]
    for wrong in (cursor[:-1], f"x{cursor}", cursor.swapcase()):
        assert reader.get("/api/theses/", {"cursor": wrong}).status_code == 400


def test_a_cursor_is_good_in_another_process(reader, spread):
    """Nothing of it is kept here: one that another process wrote leads on."""
    position = Position({"changed_since": "2026-03-01"}, 3, *_last(spread[9]))
    code = (
        "import django; django.setup(); from submissions.api.listing import Position; "
        f"print(Position({position.filters!r}, 3, {position.datestamp}, {position.row}).write())"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "etd_site.settings.test", "PATH": ""}
    cursor = subprocess.check_output(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, text=True
    ).strip()
    page = reader.page({"cursor": cursor})
    assert [thesis["id"] for thesis in page["results"]] == spread[10:13]
    assert site.SECRET_KEY not in cursor


def _last(uuid: str) -> tuple[int, int]:
    row = StoredRecord.objects.get(submission__uuid=uuid, format="record")
    return int(
        (row.datestamp - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(microseconds=1)
    ), row.pk


def test_a_page_takes_as_many_queries_whatever_is_on_it(reader, spread):
    counts = set()
    for limit in (1, 12):
        page = reader.page({"limit": limit})
        while page["next"]:
            reader.page({"limit": 1})  # so that this second is said, and this minute of the key
            with CaptureQueriesContext(connection) as queries:
                page = reader.get(page["next"]).json()
            reads = [query for query in queries if query["sql"].startswith("SELECT")]
            # In a new second PostgreSQL is asked once more who is still writing.
            counts.add(len([query for query in reads if not query["sql"].startswith("SELECT min(objid")]))
            assert len(queries) - len(reads) <= 2  # a new second that is said, a new minute of the key
    assert len(counts) == 1
    assert counts.pop() <= 4


# --- changes while somebody reads ----------------------------------------------------------------------------------


def change(uuid: str, **fields: object) -> None:
    """What a correction or a withdrawal does to a thesis."""
    StoredRecord.objects.filter(submission__uuid=uuid).update(datestamp=timezone.now(), **fields)


def test_a_thesis_that_changes_before_its_page_comes_at_the_end(reader, spread):
    waiting = [lambda: change(spread[15]), lambda: change(spread[24], deleted=True)]
    pages = reader.pages(between=lambda: waiting and waiting.pop(0)())
    seen = [(thesis["id"], thesis["deleted"]) for page in pages for thesis in page["results"]]
    assert {uuid for uuid, _ in seen} == set(spread)
    assert seen[-2:] == [(spread[15], False), (spread[24], True)]


def test_the_end_may_be_an_empty_page(reader, spread):
    first, last = reader.pages(
        changed_until="2026-03-01", between=lambda: [change(uuid) for uuid in spread[10:]]
    )
    assert (len(first["results"]), last["results"], last["next"]) == (10, [], None)


@pytest.mark.parametrize("seed", range(4))
def test_who_comes_back_with_as_of_ends_with_what_is_here(reader, spread, seed):
    """A client that only keeps what it was told: three visits, theses changing, withdrawn and back between pages."""
    chance, kept = random.Random(seed), {}  # noqa: S311

    def something() -> None:
        if chance.random() < 0.6:  # more than one a page, and a list of pages of one would never end
            change(chance.choice(spread), deleted=chance.random() < 0.4)

    since = {}
    for _visit in range(3):
        first = None
        for page in reader.pages(limit=chance.choice((1, 3, 10)), between=something, **since):
            first = first or page["as_of"]
            for thesis in page["results"]:
                kept[thesis["id"]] = thesis["deleted"]
        since = {"changed_since": first}
        something()
    for thesis in reader.theses(**since):
        kept[thesis["id"]] = thesis["deleted"]
    assert kept == {str(row.submission.uuid): row.deleted for row in rows()}
    assert set(kept.values()) == {True, False}
