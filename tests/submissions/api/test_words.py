"""Moments, read and written."""

import datetime as dt

import pytest

from submissions.api.words import instant, span

UTC = dt.UTC


@pytest.mark.parametrize(
    ("text", "start", "length"),
    [
        ("2026-03-01", dt.datetime(2026, 3, 1, tzinfo=UTC), dt.timedelta(days=1)),
        ("2026-03-01T23:30Z", dt.datetime(2026, 3, 1, 23, 30, tzinfo=UTC), dt.timedelta(minutes=1)),
        ("2026-03-01T23:30:05-05:30", dt.datetime(2026, 3, 2, 5, 0, 5, tzinfo=UTC), dt.timedelta(seconds=1)),
        ("2026-03-01T12:00:00.25Z", dt.datetime(2026, 3, 1, 12, 0, 0, 250_000, UTC), dt.timedelta(milliseconds=10)),
        ("2026-03-01T12:00:00 01:00", dt.datetime(2026, 3, 1, 11, tzinfo=UTC), dt.timedelta(seconds=1)),
    ],
)  # fmt: skip
def test_what_is_named_begins_and_ends(text, start, length):
    assert span(text) == (start, start + length)


def test_the_end_of_time_has_no_end():
    assert span("9999-12-31")[1] is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-3-1",
        "2026-03-01T12Z",
        "2026-13-01",
        "2026-03-01T25:00Z",
        "20260301",
        "2026-03-01T12:00:00",
        "2026-03-01t12:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "２０２６-03-01",
        "2026-03-01T12:00:00Z; drop",
        "2026-W09-7",
    ],
)
def test_what_is_no_moment_is_said_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"\.$"):
        span(text)


def test_a_datestamp_is_cut_and_never_later_than_it_is():
    assert instant(dt.datetime(2026, 3, 1, 12, 0, 0, 999_999, tzinfo=UTC)) == "2026-03-01T12:00:00Z"
