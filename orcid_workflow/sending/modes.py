"""When a difference may be sent: at once, at night, together with other changes, or after its owner looked at it.

Pure functions. Every write is a notice in the owner's inbox at ORCID (orcid.md §14), which is why there are rules.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import date_format

from .. import reasons
from ..models.connections import Mode


class Step(StrEnum):
    """What the next write would be to the record."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class Rule(StrEnum):
    """What a write waits for."""

    NOTHING = "nothing"
    QUIET = "quiet"
    NIGHT = "night"
    LOOK = "look"


# To remove is never put off: it may be a matter of somebody's privacy, and one who waits for it is not asked again.
_RULES: dict[tuple[str, Step], Rule] = {
    (Mode.AUTOMATIC, Step.ADD): Rule.NOTHING,
    (Mode.AUTOMATIC, Step.CHANGE): Rule.QUIET,
    (Mode.AUTOMATIC, Step.REMOVE): Rule.NOTHING,
    (Mode.NIGHTLY, Step.ADD): Rule.NIGHT,
    (Mode.NIGHTLY, Step.CHANGE): Rule.NIGHT,
    (Mode.NIGHTLY, Step.REMOVE): Rule.NOTHING,
    (Mode.MANUAL, Step.ADD): Rule.LOOK,
    (Mode.MANUAL, Step.CHANGE): Rule.LOOK,
    (Mode.MANUAL, Step.REMOVE): Rule.NOTHING,
}
HOLD_WORDS = reasons.HOLD.person
_NIGHT_WORDS = "It is sent at night: {at}."
_QUIET_WORDS = "So that ORCID sends fewer notices, changes that follow each other are sent together: {at}."


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a difference: held for its owner, or sent at ``at`` (UTC; None: at once). ``words`` say so."""

    held: bool = False
    at: dt.datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """What the rules need to know of the site: its time zone, the hour of the night (0–23) and the quiet time."""

    zone: dt.tzinfo
    night_hour: int
    quiet: dt.timedelta


def plan(
    mode: str, step: Step, *, now: dt.datetime, clock: Clock, quiet_end: dt.datetime | None, approved: bool
) -> Plan:
    """Return when a difference is sent that is there ``now`` (UTC).

    ``quiet_end``: when the quiet time is over that began with the oldest change not yet sent; None when there is none.
    ``approved``: somebody said "send" of this very message, which beats night and quiet time.
    """
    rule = Rule.NOTHING if approved else _RULES[mode, step]
    if rule is Rule.LOOK:
        return Plan(held=True, words=HOLD_WORDS)
    if rule is Rule.NIGHT:
        at = next_night(now, clock)
        return Plan(at=at, words=_NIGHT_WORDS.format(at=_said(at, clock)))
    if rule is Rule.QUIET and quiet_end and quiet_end > now:
        at = min(quiet_end, now + clock.quiet)  # further ahead only when the clock was set back
        return Plan(at=at, words=_QUIET_WORDS.format(at=_said(at, clock)))
    return Plan()


def next_night(now: dt.datetime, clock: Clock) -> dt.datetime:
    """Return the next moment (UTC) at which clocks in ``clock.zone`` show the hour of the night.

    In the night that summer time begins the hour may not exist: then it is the moment after the gap. When it comes
    twice it is the first one.
    """
    day = now.astimezone(clock.zone).date()
    while True:
        at = dt.datetime.combine(day, dt.time(clock.night_hour % 24), clock.zone).astimezone(dt.UTC)
        if at > now:
            return at
        day += dt.timedelta(days=1)


def _said(at: dt.datetime, clock: Clock) -> str:
    local = at.astimezone(clock.zone)
    return f"{date_format(local, 'j F Y')} at {local:%H:%M}"
