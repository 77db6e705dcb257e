"""Moments as OAI-PMH 2.0 §3.3 writes them: UTC, seconds, ``Z``, no fractions; days are understood as well."""

import datetime as dt
import re

GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def write(moment: dt.datetime) -> str:
    """``moment`` (UTC) to the second, cut and not rounded, so that no datestamp is later than it is."""
    return f"{moment.isoformat(timespec='seconds')[:19]}Z"


def is_day(text: str) -> bool:
    """Whether ``text`` has the granularity of days."""
    return _DAY.fullmatch(text) is not None


def read(text: str) -> dt.datetime:
    """The first moment (UTC) of the day or second that ``text`` names. Raises ``ValueError`` when it names none."""
    if not is_day(text) and not _SECOND.fullmatch(text):
        raise ValueError(text)
    return dt.datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=dt.UTC)


def end(text: str) -> dt.datetime | None:
    """The first moment after the day or second that ``text`` names: ``until`` is inclusive. None past the year 9999."""
    try:
        return read(text) + (dt.timedelta(days=1) if is_day(text) else dt.timedelta(seconds=1))
    except OverflowError:
        return None
