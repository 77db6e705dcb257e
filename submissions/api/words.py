"""How moments are written and read: ISO 8601 with a time zone, or a day of UTC."""

import datetime as dt
import re

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = r"[0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2}(?:\.(?P<fraction>[0-9]{1,6}))?)?"
_MOMENT = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_TIME}(?P<zone>Z|[+-][0-9]{{2}}:[0-9]{{2}})?")
#: What a moment may look like, for error sentences.
FORMS = "a day (2026-03-01, in UTC) or a moment with its time zone (2026-03-01T12:00:00Z, 2026-03-01T13:00:00+01:00)"


def instant(moment: dt.datetime) -> str:
    """``moment`` (UTC) to the second, cut and not rounded, as in OAI-PMH: no datestamp is later than it is."""
    return f"{moment.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def span(text: str) -> tuple[dt.datetime, dt.datetime | None]:
    """What ``text`` names: its first moment and the first one after it (UTC; None past the year 9999).

    A day is one of UTC. A moment is as long as it is exact: a minute, a second or a fraction. Raises ``ValueError``
    with a sentence for anything else.
    """
    # In an address, + stands for a space: who did not write it as %2B means it all the same.
    text = text.strip().replace(" ", "+")
    found = _MOMENT.fullmatch(text)
    if not found and not _DAY.fullmatch(text):
        raise ValueError(f"“{text}” is not a moment. Write {FORMS}.")
    if found and not found["zone"]:
        raise ValueError(
            f"“{text}” has no time zone. End it with Z for UTC, or with an offset such as +01:00."
        )
    try:
        read = dt.datetime.fromisoformat(text)
        start = read.astimezone(dt.UTC) if found else read.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"“{text}” is not in the calendar. Write {FORMS}.") from error
    try:
        return start, start + _length(found)
    except OverflowError:
        return start, None


def _length(found: re.Match | None) -> dt.timedelta:
    if found is None:
        return dt.timedelta(days=1)
    if found["fraction"]:
        return dt.timedelta(microseconds=10 ** (6 - len(found["fraction"])))
    return dt.timedelta(seconds=1) if found["second"] else dt.timedelta(minutes=1)
