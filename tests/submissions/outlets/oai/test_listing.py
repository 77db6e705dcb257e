"""Lists: sets, dates, pages and tokens (OAI-PMH 2.0 §2.6, §2.7, §3.5; metadata.md §7)."""

import datetime as dt
import subprocess
import sys
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from submissions.models import Programme, StoredRecord
from submissions.outlets.oai import dates, listing, resumption
from submissions.outlets.oai.names import identifier
from tests.conftest import ROOT

DC = "{http://purl.org/dc/elements/1.1/}"


def spread(first: dt.datetime = dt.datetime(2026, 3, 1, 12, 0, 0, 400_000, tzinfo=dt.UTC)) -> None:
    """Give each thesis a datestamp of its own: one a minute, in the order of rows, with fractions of a second."""
    uuids = StoredRecord.objects.order_by("submission_id").values_list("submission_id", flat=True).distinct()
    for number, case in enumerate(uuids):
        StoredRecord.objects.filter(submission_id=case).update(
            datestamp=first + number * dt.timedelta(seconds=60)
        )


def stored() -> list[StoredRecord]:
    return list(StoredRecord.objects.filter(format="oai_dc").order_by("datestamp", "pk"))


# --- sets ----------------------------------------------------------------------------------------------------------


def test_a_set_holds_the_records_that_name_it(harvester):
    whole = harvester.harvest("ListIdentifiers")
    for spec in harvester.ask("ListSets").texts("setSpec"):
        named = {r.identifier for r in whole if any(s == spec or s.startswith(f"{spec}:") for s in r.sets)}
        assert {r.identifier for r in harvester.harvest("ListIdentifiers", set=spec)} == named
        assert named


def test_sets_are_those_of_the_thesis(harvester):
    for record in harvester.harvest("ListRecords"):
        row = StoredRecord.objects.get(submission__uuid=record.identifier[-36:], format="oai_dc")
        case = row.submission
        expected = [
            f"level:{case.degree.level}",
            f"programme:{case.programme_id}",
            f"year:{case.published_at.year}",
        ]
        reached = case.embargo_until is None or case.embargo_until <= timezone.localdate()
        is_open = reached and case.page.files.exists()
        assert record.sets == expected + ["open"] * is_open
        rights = [element.text for element in record.metadata.iter(f"{DC}rights")]
        assert ("info:eu-repo/semantics/openAccess" in rights) == is_open


def test_a_renamed_programme_keeps_its_set(harvester):
    before = harvester.ask("ListSets")
    Programme.objects.update(department="Renamed")
    Programme.objects.filter(pk=Programme.objects.first().pk).update(name="Another name")
    after = harvester.ask("ListSets")
    assert before.texts("setSpec") == after.texts("setSpec")
    assert "Another name" in after.texts("setName")


# --- from and until ------------------------------------------------------------------------------------------------


def test_from_and_until_are_inclusive_to_the_second(harvester):
    spread()
    rows = stored()
    for row in (rows[0], rows[7], rows[-1]):
        second = dates.write(row.datestamp)
        found = harvester.harvest("ListRecords", since=second, until=second)
        assert [record.identifier[-36:] for record in found] == [str(row.submission.uuid)]
        assert found[0].datestamp == second


def test_a_day_is_the_whole_of_it(harvester):
    StoredRecord.objects.filter(pk=stored()[0].pk).update(datestamp=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    last = dt.datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=dt.UTC)
    StoredRecord.objects.filter(pk=stored()[1].pk).update(datestamp=last)
    StoredRecord.objects.filter(pk=stored()[2].pk).update(datestamp=last + dt.timedelta(microseconds=1))
    found = harvester.harvest("ListIdentifiers", since="2026-03-01", until="2026-03-01")
    assert [record.datestamp for record in found] == ["2026-03-01T00:00:00Z", "2026-03-01T23:59:59Z"]
    assert len(harvester.harvest("ListIdentifiers", until="2026-03-01")) == 2
    assert len(harvester.harvest("ListIdentifiers", since="2026-03-02")) == 23


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12-31T23:59:59Z"])
def test_the_end_of_time_is_a_date(harvester, end):
    assert len(harvester.harvest("ListIdentifiers", until=end)) == 25


def test_the_earliest_datestamp_is_found(harvester):
    spread()
    (earliest,) = harvester.ask("Identify").texts("earliestDatestamp")
    assert len(harvester.harvest("ListIdentifiers", since=earliest)) == 25
    assert len(harvester.harvest("ListIdentifiers", until=earliest)) == 1
    year_before = str(int(earliest[:4]) - 1) + earliest[4:]
    assert harvester.ask("ListRecords", metadataPrefix="oai_dc", until=year_before).codes == [
        "noRecordsMatch"
    ]


def test_set_and_dates_narrow_together_and_all_the_way(harvester, settings):
    spread()
    settings.ETD_OAI_PAGE_SIZE = 2
    rows = [row for row in stored()[3:20] if row.level == "doctoral"]
    limits = {"since": dates.write(stored()[3].datestamp), "until": dates.write(stored()[19].datestamp)}
    found = harvester.harvest("ListRecords", set="level:doctoral", **limits)
    assert [record.identifier[-36:] for record in found] == [str(row.submission.uuid) for row in rows]
    assert len(rows) > 2


# --- pages ---------------------------------------------------------------------------------------------------------


def test_a_list_comes_in_pages_that_say_where_they_stand(harvester):
    pages = list(harvester.pages("ListRecords"))
    assert [len(page.records) for page in pages] == [10, 10, 5]
    assert [page.token.get("cursor") for page in pages] == ["0", "10", "20"]
    assert [page.token.get("completeListSize") for page in pages] == ["25"] * 3
    assert [bool(page.token.text) for page in pages] == [True, True, False]
    assert [page.token.get("expirationDate") is None for page in pages] == [False, False, True]
    every = Counter(record.identifier for page in pages for record in page.records)
    assert len(every) == 25
    assert set(every.values()) == {1}


@pytest.mark.parametrize(
    ("size", "counts"), [(25, [25]), (26, [25]), (24, [24, 1]), (5, [5] * 5), (1, [1] * 25)]
)
def test_a_list_that_fits_has_no_token_and_a_full_last_page_ends_it(harvester, settings, size, counts):
    settings.ETD_OAI_PAGE_SIZE = size
    pages = list(harvester.pages("ListIdentifiers"))
    assert [len(page.records) for page in pages] == counts
    if len(counts) == 1:
        assert pages[0].token is None


def test_a_token_lives_at_least_as_long_as_it_says(harvester, monkeypatch):
    answer = harvester.ask("ListRecords", metadataPrefix="oai_dc")
    ends = dates.read(answer.token.get("expirationDate"))
    assert ends - dates.read(answer.said) >= dt.timedelta(hours=23)
    for moment, codes in ((ends, []), (ends + dt.timedelta(seconds=2), ["badResumptionToken"])):
        monkeypatch.setattr("time.time", lambda moment=moment: moment.timestamp())
        assert harvester.ask("ListRecords", resumptionToken=answer.token.text).codes == codes


def test_the_same_token_gives_the_same_page(harvester):
    token = harvester.ask("ListRecords", metadataPrefix="oai_dc", set="level").token.text
    first, second = (harvester.ask("ListRecords", resumptionToken=token) for _ in range(2))
    assert [r.identifier for r in first.records] == [r.identifier for r in second.records]
    assert dict(first.request.attrib) == {"verb": "ListRecords", "resumptionToken": token}


def test_a_token_of_one_verb_is_none_of_the_other(harvester):
    token = harvester.ask("ListIdentifiers", metadataPrefix="oai_dc").token.text
    assert harvester.ask("ListRecords", resumptionToken=token).codes == ["badResumptionToken"]


def test_a_token_that_was_changed_is_none_of_ours(harvester):
    token = harvester.ask("ListRecords", metadataPrefix="oai_dc").token.text
    for place in range(0, len(token), 7):
        other = "A" if token[place] != "A" else "B"
        changed = token[:place] + other + token[place + 1 :]
        assert harvester.ask("ListRecords", resumptionToken=changed).codes == ["badResumptionToken"]


def test_a_token_of_a_format_that_is_gone_is_refused(harvester):
    position = resumption.Position("oai_gone", "", "", "", 0, 1, 10, 25)
    token, _ = resumption.write("ListRecords", position)
    assert harvester.ask("ListRecords", resumptionToken=token).codes == ["badResumptionToken"]


def test_a_token_is_good_in_another_process(harvester):
    """What was sent by a server that has been started anew since."""
    token = harvester.ask("ListRecords", metadataPrefix="oai_dc", set="open").token.text
    code = (
        "import django; django.setup()\n"
        "from submissions.outlets.oai import resumption\n"
        f"print(resumption.read('ListRecords', {token!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(resumption.read("ListRecords", token))
    assert "spec='open'" in done.stdout


def test_queries_of_a_page_do_not_depend_on_its_size_or_its_place(harvester, settings):
    counts = set()
    for size in (2, 5, 12):
        settings.ETD_OAI_PAGE_SIZE = size
        token = harvester.ask("ListRecords", metadataPrefix="oai_dc").token.text
        while token:
            harvester.ask("ListIdentifiers", metadataPrefix="oai_dc")  # so that this second is said
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = harvester.ask("ListRecords", resumptionToken=token)
            reads = [query for query in queries if query["sql"].startswith("SELECT")]
            counts.add(len(reads))
            assert len(queries) - len(reads) <= 1  # writing down what is said
            token = answer.token.text
    assert len(counts) == 1
    assert counts.pop() <= 3


# --- changes during a harvest --------------------------------------------------------------------------------------


def change(row: StoredRecord, **fields: object) -> None:
    """What a correction or a withdrawal does to a record."""
    StoredRecord.objects.filter(pk=row.pk).update(datestamp=timezone.now(), **fields)


def test_a_record_that_changes_before_its_page_comes_at_the_end(harvester):
    spread()
    rows = stored()
    waiting = [lambda: change(rows[15]), lambda: change(rows[24], deleted=True)]
    seen = [
        record
        for page in harvester.pages("ListRecords", between=lambda: waiting and waiting.pop(0)())
        for record in page.records
    ]
    uuids = [record.identifier[-36:] for record in seen]
    assert set(uuids) == {str(row.submission.uuid) for row in rows}
    assert uuids[-2:] == [str(rows[15].submission.uuid), str(rows[24].submission.uuid)]
    assert [record.deleted for record in seen[-2:]] == [False, True]


def test_a_record_that_changes_after_its_page_comes_again(harvester):
    spread()
    rows = stored()
    once = [lambda: change(rows[2], deleted=True)]
    pages = list(harvester.pages("ListRecords", between=lambda: once and once.pop()()))
    seen = [(r.identifier[-36:], r.deleted) for page in pages for r in page.records]
    uuid = str(rows[2].submission.uuid)
    assert [deleted for found, deleted in seen if found == uuid] == [False, True]
    assert len(seen) == 26
    sizes = [int(page.token.get("completeListSize")) for page in pages]
    assert sizes == [25, 25, 26]  # never fewer than were sent


def test_a_list_whose_rest_moved_away_still_ends(harvester):
    """With ``until`` in the past, what changes leaves the list; the last record comes again with the empty token."""
    spread()
    until = dates.write(stored()[-1].datestamp)

    def all_the_rest() -> None:
        for row in stored()[10:]:
            change(row)

    first, last = harvester.pages("ListRecords", between=all_the_rest, until=until)
    assert [record.identifier for record in last.records] == [first.records[-1].identifier]
    assert last.token.text is None


def test_a_list_of_which_nothing_is_left_says_so(harvester):
    spread()
    until = dates.write(stored()[-1].datestamp)
    token = harvester.ask("ListRecords", metadataPrefix="oai_dc", until=until).token.text
    StoredRecord.objects.update(datestamp=timezone.now())
    assert harvester.ask("ListRecords", resumptionToken=token).codes == ["noRecordsMatch"]


def test_headers_and_records_are_listed_alike(harvester):
    spread()
    change(stored()[4], deleted=True)
    headers, records = (harvester.harvest(verb) for verb in ("ListIdentifiers", "ListRecords"))
    assert [(r.identifier, r.datestamp, r.deleted, r.sets) for r in headers] == [
        (r.identifier, r.datestamp, r.deleted, r.sets) for r in records
    ]
    assert [r.metadata is None for r in records] == [r.deleted for r in records]
    assert sum(r.deleted for r in records) == 1


def test_an_answer_never_grows_so_large_that_a_validator_throws_it_away(harvester, monkeypatch):
    """Somebody may have pasted half a thesis into the abstract; one such record alone is still sent."""
    sizes = {identifier(row.submission.uuid): len(row.content) for row in stored()}
    monkeypatch.setattr(listing, "LARGEST", max(sizes.values()) - 1)
    pages = [[sizes.pop(record.identifier) for record in page.records] for page in harvester.pages()]
    assert sizes == {}
    assert len(pages) > 3
    assert all(len(page) == 1 or sum(page) <= listing.LARGEST for page in pages)
    assert max(map(len, pages)) > 1
