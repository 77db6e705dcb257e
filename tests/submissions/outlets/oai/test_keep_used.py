"""A kept page is sent when it may be, and saves what it is there to save (``submissions/outlets/oai/keep.py``)."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from submissions.models import StoredRecord
from submissions.outlets.oai import ahead, keep, listing

from .keeping import RECORD, TOKEN, block, rows, write


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
