"""What happened between this site and ORCID, told to the person whose record it is. Tables, and how they are read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from ..api import circuit
from ..models import ApiCall, Connection, Mode, OrcidItem
from ..purposes import words_for
from ..reading.states import State, standing
from ..wishes import mode_of

_A = r"/(?P<orcid>[\dX-]{19})"
# (method, path, what it is when it was done, what it is when it was not). {what} is the thing it was about.
_CALLS: tuple[tuple[str, str, str, str], ...] = (
    ("GET", rf"{_A}/record", "We read your record.", "We tried to read your record"),
    ("GET", rf"{_A}/works", "We read the list of works on your record.", "We tried to read your works"),
    ("GET", rf"{_A}/works/.*", "We read works on your record in full.", "We tried to read your works"),
    ("GET", rf"{_A}/work/\d+", "We read a work on your record.", "We tried to read a work on your record"),
    ("GET", rf"{_A}/educations?(/.*)?", "We read your education.", "We tried to read your education"),
    ("GET", rf"{_A}/.*", "We read a part of your record.", "We tried to read a part of your record"),
    ("POST", rf"{_A}/[\w-]+", "We added {what} to your record.", "We tried to add {what} to your record"),
    ("PUT", rf"{_A}/webhook/.*", "We asked ORCID to tell us when your record changes.",
     "We tried to ask ORCID to tell us when your record changes"),
    ("DELETE", rf"{_A}/webhook/.*", "We asked ORCID to no longer tell us when your record changes.",
     "We tried to ask ORCID to no longer tell us when your record changes"),
    ("PUT", rf"{_A}/[\w-]+/\d+", "We corrected {what} on your record.",
     "We tried to correct {what} on your record"),
    ("DELETE", rf"{_A}/[\w-]+/\d+", "We took {what} off your record.",
     "We tried to take {what} off your record"),
    ("POST", r"/oauth/token", "ORCID gave us your permission.", "We tried to get your permission from ORCID"),
    ("POST", r"/oauth/revoke", "We gave a permission back to ORCID.",
     "We tried to give a permission back to ORCID"),
)  # fmt: skip
_OTHER = ("We called ORCID.", "We tried to call ORCID")

# What ORCID said to a call that was not done: the first (status, error-code) that fits, None for any (orcid.md §16).
_REFUSALS: tuple[tuple[int | None, str | None, str], ...] = (
    (None, "9007", "this iD was merged into another one"),
    (None, "9018", "ORCID has locked the record"),
    (None, "9044", "the record is deactivated"),
    (404, "9011", "ORCID does not know the record"),
    (404, "9016", "it was no longer there"),
    (404, None, "it was not there"),
    (409, "9021", "it was there already"),
    (409, "9036", "the record is not yet claimed"),
    (409, "9048", "the record is full"),
    (401, None, "ORCID did not accept our permission"),
    (403, "9038", "we have no permission for it"),
    (403, None, "ORCID did not let us"),
    (429, None, "we had called too often"),
    (503, None, "ORCID was busy"),
)


def call_in_words(call: ApiCall) -> str:
    """Return one sentence for a call: what we did or tried, and what came of it. Never ORCID's own text, which may
    repeat a token.
    """
    done, tried = next(
        (
            words
            for method, path, *words in _CALLS
            if method == call.method and re.fullmatch(path, call.path.partition("?")[0])
        ),
        _OTHER,
    )
    what = f"“{call.item.title}”" if call.item and call.item.title else "an entry"
    if call.status is not None and 200 <= call.status < 300:
        return done.format(what=what)
    return f"{tried.format(what=what)}: {_refusal(call.status, call.error_code)}."


def _refusal(status: int | None, code: str) -> str:
    if status is None:
        return "no answer arrived"
    for wanted_status, wanted_code, words in _REFUSALS:
        if wanted_status in (None, status) and wanted_code in (None, code):
            return words
    return "ORCID had a fault of its own" if status >= 500 else "ORCID did not accept it"


@dataclass(frozen=True, slots=True)
class RecordWords:
    """What is the matter with a record: a title, what it means and what helps."""

    title: str
    text: str


_TITLES = {
    State.LOCKED: "ORCID has locked your record",
    State.DEACTIVATED: "Your ORCID record is deactivated",
    State.DEPRECATED: "Your ORCID iD was merged into another one",
    State.UNCLAIMED: "Your ORCID record is not yet claimed",
}


def record_in_words(connection: Connection) -> RecordWords | None:
    """Return what is the matter with the record, or None when it can be used."""
    found = standing(connection)
    return (
        RecordWords(_TITLES[found.state], f"{found.person} What waits here is kept.")
        if found.is_closed
        else None
    )


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing the person lets us do, since when (UTC)."""

    words: str
    since: datetime


def permissions(connection: Connection) -> list[Permission]:
    """Return what the person lets us do, oldest first: each permission once, since the oldest token that still
    carries it (orcid.md §6: every sign-in adds one).
    """
    since: dict[str, datetime] = {}
    for token in connection.live_tokens():
        for scope in token.scopes:
            words = words_for(scope)
            since[words] = min(token.created_at, since.get(words, token.created_at))
    return sorted((Permission(*entry) for entry in since.items()), key=lambda one: (one.since, one.words))


@dataclass(frozen=True, slots=True)
class ModeWords:
    """One of the ways to send, for a choice. ``chosen`` tells which one holds now."""

    value: str
    label: str
    help: str
    chosen: bool


_MODES = {
    Mode.AUTOMATIC: "We send by ourselves. Changes that follow within {quiet} are sent together.",
    Mode.NIGHTLY: "We send the changes of a day together, after {hour:02d}:00.",
    Mode.MANUAL: "Nothing is sent before you have looked at it here and agreed.",
}


def modes(connection: Connection) -> Iterator[ModeWords]:
    """Yield the ways to send, with words, and which one holds for this person now."""
    quiet = timedelta(seconds=getattr(settings, "ORCID_QUIET_SECONDS", 3600))
    hour = getattr(settings, "ORCID_NIGHT_HOUR", 2)
    minutes = max(1, round(quiet.total_seconds() / 60))
    span = "an hour" if minutes == 60 else f"{minutes} minutes" if minutes > 1 else "a minute"
    for mode, words in _MODES.items():
        yield ModeWords(
            mode.value, mode.label, words.format(quiet=span, hour=hour), mode_of(connection) == mode.value
        )


def sent_when(item: OrcidItem, now: datetime | None = None) -> str:
    """Return when a waiting item will be sent, as a sentence; "" for one that does not wait, or whose reason tells."""
    if item.state != OrcidItem.State.WAITING or (item.reason and not item.action):
        return ""
    connection = item.connection
    if item.desired_hash and not connection.can_write:
        return "It is sent when you have given us permission to write to your record."
    down_until = circuit.status().until
    if down_until and (item.next_try_at is None or item.next_try_at <= down_until):
        return f"{'It is sent' if item.desired_hash else 'It is taken off'} as soon as ORCID answers again."
    if item.next_try_at and item.next_try_at > (now or timezone.now()) + timedelta(minutes=1):
        moment = date_format(timezone.localtime(item.next_try_at), "j F Y, H:i T")
        return f"{'It is sent' if item.desired_hash else 'It is taken off'} after {moment}."
    return (
        "It is sent within the next minutes."
        if item.desired_hash
        else "It is taken off within the next minutes."
    )
