"""modes.py: the rules of sending, and nights in which the clock is changed."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcid_workflow.models import Mode
from orcid_workflow.sending.modes import HOLD_WORDS, Clock, Plan, Step, next_night, plan

HALIFAX = ZoneInfo("America/Halifax")
BERLIN = ZoneInfo("Europe/Berlin")
CLOCK = Clock(HALIFAX, 2, dt.timedelta(hours=1))
NOON = dt.datetime(2026, 10, 26, 15, tzinfo=dt.UTC)
TONIGHT = dt.datetime(2026, 10, 27, 5, tzinfo=dt.UTC)
SOON = NOON + dt.timedelta(minutes=50)


def arranged(mode: str, step: Step, *, quiet_end: dt.datetime | None = SOON, approved: bool = False) -> Plan:
    return plan(mode, step, now=NOON, clock=CLOCK, quiet_end=quiet_end, approved=approved)


@pytest.mark.parametrize(
    ("mode", "step", "held", "at"),
    [
        (Mode.AUTOMATIC, Step.ADD, False, None),
        (Mode.AUTOMATIC, Step.CHANGE, False, SOON),
        (Mode.AUTOMATIC, Step.REMOVE, False, None),
        (Mode.NIGHTLY, Step.ADD, False, TONIGHT),
        (Mode.NIGHTLY, Step.CHANGE, False, TONIGHT),
        (Mode.NIGHTLY, Step.REMOVE, False, None),
        (Mode.MANUAL, Step.ADD, True, None),
        (Mode.MANUAL, Step.CHANGE, True, None),
        (Mode.MANUAL, Step.REMOVE, False, None),
    ],
)
def test_every_mode_with_every_step(mode: str, step: Step, held: bool, at: dt.datetime | None) -> None:
    found = arranged(mode, step)
    assert (found.held, found.at) == (held, at)
    assert bool(found.words) == bool(held or at), "who has to wait is told until when, or for what"


@pytest.mark.parametrize("mode", Mode.values)
@pytest.mark.parametrize("step", Step)
def test_what_was_approved_waits_for_nothing(mode: str, step: Step) -> None:
    assert arranged(mode, step, approved=True) == Plan()


def test_the_words_name_the_time_of_the_university() -> None:
    assert arranged(Mode.NIGHTLY, Step.ADD).words == "It is sent at night: 27 October 2026 at 02:00."
    assert arranged(Mode.AUTOMATIC, Step.CHANGE).words.endswith("together: 26 October 2026 at 12:50.")
    assert arranged(Mode.MANUAL, Step.ADD).words == HOLD_WORDS


def test_a_change_whose_quiet_time_is_over_waits_for_nothing() -> None:
    assert arranged(Mode.AUTOMATIC, Step.CHANGE, quiet_end=NOON) == Plan()
    assert arranged(Mode.AUTOMATIC, Step.CHANGE, quiet_end=None) == Plan()


def test_nobody_waits_longer_than_the_quiet_time() -> None:
    """The clock was set back meanwhile."""
    far = NOON + dt.timedelta(hours=5)
    assert arranged(Mode.AUTOMATIC, Step.CHANGE, quiet_end=far).at == NOON + dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("hour", "now", "expected"),
    [
        # Summer time begins: 02:00 is 03:00 at once.
        (2, dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC), dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)),
        # It ends: 02:00 comes twice, the first time counts, and only that.
        (2, dt.datetime(2026, 10, 24, 22, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, 0, tzinfo=dt.UTC)),
        (2, dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC), dt.datetime(2026, 10, 26, 1, tzinfo=dt.UTC)),
        # The hour itself is over when it has come.
        (2, dt.datetime(2026, 7, 1, 0, tzinfo=dt.UTC), dt.datetime(2026, 7, 2, 0, tzinfo=dt.UTC)),
        (0, dt.datetime(2026, 7, 1, 21, tzinfo=dt.UTC), dt.datetime(2026, 7, 1, 22, tzinfo=dt.UTC)),
    ],
)
def test_nights_in_which_the_clock_is_changed(hour: int, now: dt.datetime, expected: dt.datetime) -> None:
    assert next_night(now, Clock(BERLIN, hour, dt.timedelta())) == expected


@given(
    now=st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC)),
    hour=st.integers(0, 23),
    zone=st.sampled_from([HALIFAX, BERLIN, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]),
)
def test_the_night_is_always_ahead_and_never_further_than_a_day(now, hour, zone) -> None:
    at = next_night(now, Clock(zone, hour, dt.timedelta()))
    assert dt.timedelta() < at - now <= dt.timedelta(hours=25)
    assert at.astimezone(zone).hour in (hour, (hour + 1) % 24)
