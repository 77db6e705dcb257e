"""Taking values out of JSON that promises nothing: whatever is not there, or is not what it should be, is empty.

Nothing here raises, and nothing is made up: a value comes out as it went in, without the space around it, or not at
all. Any object on the way may be null (orcid.md §9).
"""

import datetime as dt
import math
import re
from typing import Any

from .. import ids

_VISIBILITIES = frozenset({"public", "limited", "private", "registered-only"})
# Control characters but for tab and newlines; halves of surrogate pairs, which no database takes.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_WEB = re.compile(r"https?://[^\s/?#<>\"]+[^\s<>\"]*", re.IGNORECASE)
_FIRST_MOMENT = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_LAST_MOMENT = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
_DATE_PARTS = (
    ("year", r"[12]\d{3}", "{:0>4}"),
    ("month", r"0?[1-9]|1[0-2]", "{:0>2}"),
    ("day", r"0?[1-9]|[12]\d|3[01]", "{:0>2}"),
)


def at(data: Any, *path: str) -> Any:
    """Return what stands at the end of ``path``, None when the way breaks off."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def entries(data: Any, *path: str) -> list:
    """Return the list at the end of ``path``. An object in place of the list is its only entry."""
    value = at(data, *path)
    return value if isinstance(value, list) else [value] if isinstance(value, dict) and value else []


def text(data: Any, *path: str) -> str:
    """Return a text of any number of lines, or ``""``."""
    value = at(data, *path)
    return _UNPRINTABLE.sub("", value).strip() if isinstance(value, str) else ""


def line(data: Any, *path: str) -> str:
    """Return a text as one line, runs of space as one, or ``""``."""
    return " ".join(text(data, *path).split())


def word(data: Any, *path: str) -> str:
    """Return one of ORCID's own words (``journal-article``) in the spelling of API 3.0.

    Older answers shouted them (``JOURNAL_ARTICLE``). ``grant_number`` alone keeps its underscore (orcid.md §11).
    """
    value = line(data, *path).lower()
    return value if value == "grant_number" else value.replace("_", "-")


def code(data: Any, *path: str) -> str:
    """Return a value that may come as a number, for instance the number of a grant."""
    value = at(data, *path)
    is_number = isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 128
    return str(value) if is_number else line(value)


def number(data: Any, *path: str) -> int | None:
    """Return a whole number above 0, also from its digits as text: a put-code."""
    digits = code(data, *path)
    return (int(digits) or None) if re.fullmatch(r"\d{1,18}", digits, re.ASCII) else None


def web(data: Any, *path: str) -> str:
    """Return an address on the web, ``http`` or ``https``, or ``""``: everything else is no link we would show."""
    value = text(data, *path)
    return value if _WEB.fullmatch(value) else ""


def country(data: Any, *path: str) -> str:
    """Return a country (ISO 3166-1 alpha-2, upper case), or ``""``."""
    value = text(data, *path).upper()
    return value if re.fullmatch(r"[A-Z]{2}", value) else ""


def visibility(data: Any, *path: str) -> str:
    """Return ``public``, ``limited``, ``private`` or ``registered-only`` (common-3.0.xsd), or ``""``."""
    value = word(data, *(path or ("visibility",)))
    return value if value in _VISIBILITIES else ""


def orcid(data: Any, *path: str) -> str:
    """Return the bare iD of an ``{uri, path, host}`` object whose check digit is right, or ``""``."""
    holder = at(data, *path)
    for key in ("path", "uri"):
        try:
            return ids.normalise(text(holder, key))
        except ValueError:
            continue
    return ""


def date(data: Any, *path: str) -> str:
    """Return a fuzzy date as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, as far as it can be read, or ``""``."""
    holder, parts = at(data, *path), []
    for name, pattern, form in _DATE_PARTS:
        value = code(holder, name, "value")
        if not re.fullmatch(pattern, value, re.ASCII):
            break
        parts.append(form.format(value))
    return "-".join(parts)


def is_given(data: Any, *path: str) -> bool:
    """Return whether anything at all stands at ``path``, however broken: null and objects of nulls are nothing."""
    value = at(data, *path)
    if isinstance(value, dict):
        return any(is_given(part) for part in value.values())
    return value is not None and value not in ("", [])


def moment(data: Any, *path: str) -> dt.datetime | None:
    """Return a time from epoch **milliseconds** (orcid.md §9), in UTC; None when it is none of this age."""
    value = at(data, *path)
    try:
        seconds = float(value) / 1000 if isinstance(value, int | float | str) else math.nan
        found = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if _FIRST_MOMENT < found < _LAST_MOMENT else None


def storable(data: Any) -> Any:
    """Return JSON that every database takes: PostgreSQL refuses NUL, half surrogate pairs, NaN and infinity."""
    if isinstance(data, dict):
        return {storable(str(key)): storable(value) for key, value in data.items()}
    if isinstance(data, list):
        return [storable(value) for value in data]
    if isinstance(data, str):
        return _UNPRINTABLE.sub("", data)
    return None if isinstance(data, float) and not math.isfinite(data) else data
