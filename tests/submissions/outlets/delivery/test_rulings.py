"""The table of rulings, and what is read out of answers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from submissions.outlets.delivery import rulings
from submissions.outlets.delivery.rulings import Answer

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def answer(status: int = 400, body: str = "", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, CaseInsensitiveDict(named), body.encode())


@pytest.mark.parametrize("status", [None, *range(200, 600)])
def test_every_status_has_words_that_name_the_place(status: int | None) -> None:
    ruling = rulings.decide(status)
    said = rulings.sentence(ruling, "The shelf")
    assert "The shelf" in said
    assert "{" not in said
    assert ruling.again is (status is None or status >= 500 or status in (408, 409, 412, 423, 425, 429))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Sun, 01 Mar 2026 12:05:00 GMT", 300),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("99999999999999999999999", 86400),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, seconds: int | None) -> None:
    wait = rulings.wait(answer(503, retry_after=value), NOW)
    assert wait == (None if seconds is None else dt.timedelta(seconds=seconds))


@given(st.text())
def test_no_retry_after_breaks_it(value: str) -> None:
    wait = rulings.wait(answer(503, retry_after=value), NOW)
    assert wait is None or dt.timedelta() <= wait <= dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"errors": [{"source": "titles", "title": "can\'t be blank"}]}', "can't be blank titles"),
        ('{"timestamp": "x", "status": 422, "error": "Odd", "message": "Bad date"}', "Bad date Odd"),
        ('{"message": "Invalid", "errors": [{"field": "metadata.title", "messages": ["Too short."]}]}',
         "Invalid metadata.title Too short."),
        ("<html><body><h1>Bad  gateway</h1></body></html>", "Bad gateway"),
        ("", ""),
        ("[1, 2]", ""),
    ],
)  # fmt: skip
def test_what_a_place_says_is_found(body: str, words: str) -> None:
    assert answer(body=body).words == words


@given(st.binary(max_size=400))
def test_no_body_breaks_it(body: bytes) -> None:
    assert len(Answer(400, CaseInsensitiveDict(), body).words) <= 300
