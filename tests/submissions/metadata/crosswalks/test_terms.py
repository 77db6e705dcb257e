"""Access, embargo and kind of work in shared vocabularies."""

import datetime as dt

import pytest

from submissions.metadata.crosswalks import terms
from submissions.metadata.record import DegreeLevel
from tests.records import closed, embargoed, make_file, make_record


@pytest.mark.parametrize(
    ("record", "term", "opens"),
    [
        (make_record(), "openAccess", dt.date(2026, 6, 2)),
        (embargoed(), "embargoedAccess", dt.date(2028, 5, 1)),
        # OpenAIRE v3: embargoedAccess must name its end, so no end means closedAccess.
        (embargoed(None), "closedAccess", None),
        # Without a file there is nothing that anybody could open, and no day from which they could.
        (closed(), "closedAccess", None),
        (closed(embargo_until=dt.date(2028, 5, 1)), "closedAccess", None),
        # DataCite 4.6 §5: "if an embargo period has been in effect", its end stays the date.
        (make_record(embargo_until=dt.date(2028, 5, 1)), "openAccess", dt.date(2028, 5, 1)),
        # An embargo that ended before the page went public closed nothing.
        (make_record(embargo_until=dt.date(2026, 1, 1)), "openAccess", dt.date(2026, 6, 2)),
    ],
)
def test_access_and_first_open_day(record, term: str, opens: dt.date | None) -> None:
    assert terms.access_term(record) == f"info:eu-repo/semantics/{term}"
    assert terms.opens_on(record) == opens


@pytest.mark.parametrize(
    ("level", "uri"),
    [
        (DegreeLevel.BACHELOR, "info:eu-repo/semantics/bachelorThesis"),
        (DegreeLevel.MASTER, "info:eu-repo/semantics/masterThesis"),
        (DegreeLevel.DOCTORAL, "info:eu-repo/semantics/doctoralThesis"),
    ],
)
def test_kind_of_work(level: DegreeLevel, uri: str) -> None:
    """metadata.md §2 row 21."""
    assert terms.thesis_type(make_record(degree_level=level)) == uri


def test_label_falls_back_on_the_level() -> None:
    assert terms.thesis_label(make_record()) == "PhD thesis"
    assert terms.thesis_label(make_record(degree_name=" \x00")) == "Doctoral thesis"


def test_topics_are_each_said_once_and_commas_stay() -> None:
    record = make_record(keywords=("ice, sea", "Tides", "Tides", " "), department="Tides", programme="")
    assert terms.topics(record) == ["ice, sea", "Tides"]


def test_mime_types_are_each_said_once() -> None:
    files = (make_file(), make_file(name="b.pdf"), make_file(mime="text/csv"))
    assert terms.mime_types(make_record(files=files)) == ["application/pdf", "text/csv"]


def test_file_addresses_are_public_only_while_open() -> None:
    assert terms.public_files(make_record())
    assert terms.public_files(embargoed()) == ()
