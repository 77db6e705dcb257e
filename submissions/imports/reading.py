"""Reading the small things that all sources write in their own ways: names, days, languages, iDs, degrees."""

import datetime as dt
import re
from calendar import monthrange

import pycountry
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from orcid_workflow import ids

from ..languages import LANGUAGES
from ..metadata.crosswalks.text import clean, line
from ..metadata.record import DegreeLevel

_KNOWN = {code for code, _ in LANGUAGES}
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?=$|[T ])")
_EMBARGO = re.compile(r"(?:info:eu-repo/date/embargoEnd/|open on )(\d{4}-\d{2}-\d{2})")
_ORCID = re.compile(r"(?<!\d)\d{4}-\d{4}-\d{4}-\d{3}[\dXx](?!\d)")
_LEVELS = (
    (DegreeLevel.DOCTORAL, re.compile(r"doctor|\bph\.? ?d\b|\bd\.?phil\b|promotion|dissertation", re.I)),
    (DegreeLevel.MASTER, re.compile(r"master|magist|\bm\.? ?(?:sc|a|phil|eng)\b|mestrado", re.I)),
    (
        DegreeLevel.BACHELOR,
        re.compile(r"bachelor|baccalaur|licenciat|\bb\.? ?(?:sc|a|eng)\b|undergraduate", re.I),
    ),
)
_LONGEST_ADDRESS = 254  # RFC 5321, and what the database keeps
_COUNTED = {
    "0": DegreeLevel.BACHELOR,
    "1": DegreeLevel.MASTER,
    "2": DegreeLevel.DOCTORAL,
}  # ETD-MS 1.1 in practice

__all__ = ["clean", "day", "embargo_end", "found_id", "language", "level", "line", "name", "split_title"]


def name(text: str) -> tuple[str, str]:
    """Return (given, family) of ``Family, Given``. A name without a comma is not taken apart: it is one name, given."""
    family, comma, given = line(text).partition(",")
    return (given.strip(), family.strip()) if comma and given.strip() else (line(text).strip(" ,"), "")


def day(text: str, *, last: bool = False) -> dt.date | None:
    """Return the calendar day of ``2019``, ``2019-05`` or ``2019-05-01`` with or without a time; the first of what is
    open, or the ``last``. None for what is no day.
    """
    found = _DAY.match(text.strip())
    if not found:
        return None
    year, month, of_month = (int(part) if part else None for part in found.groups())
    month = month or (12 if last else 1)
    try:
        return dt.date(year, month, of_month or (monthrange(year, month)[1] if last else 1))
    except ValueError:
        return None


def is_vague(text: str) -> bool:
    """Whether a day is given by year or month alone."""
    return len(text.strip()) < len("2019-05-1")


def embargo_end(text: str) -> dt.date | None:
    """Return the first open day that OpenAIRE's term or our own sentence about access names."""
    found = _EMBARGO.search(text)
    return day(found[1]) if found else None


def language(text: str) -> str:
    """Return the ISO 639-1 code of a tag (``en-GB``), of ISO 639-2 or -3 (``ger``, ``deu``) or an English name; ""."""
    words = text.strip().replace("_", "-")
    code = words.split("-")[0].lower()
    if code in _KNOWN:
        return code
    table = pycountry.languages
    found = table.get(alpha_3=code) or table.get(bibliographic=code) or table.get(name=words.capitalize())
    return getattr(found, "alpha_2", "") if found else ""


def found_id(text: str) -> tuple[str, str]:
    """Return (bare iD, ""), or ("", sentence) for one that is none. Nothing for an empty text."""
    if not text.strip():
        return "", ""
    try:
        return ids.normalise(text.strip().removeprefix("(orcid)")), ""
    except ValueError as error:
        return "", f"The iD “{line(text)[:60]}” was left out. {error}"


def wrong_address(text: str) -> str:
    """Return "" for an e-mail address that can be kept, or for none; else the sentence that says what is wrong."""
    try:
        if text:
            EmailValidator()(text)
    except ValidationError:
        return f"“{line(text)[:60]}” is no e-mail address and was left out."
    return "" if len(text) <= _LONGEST_ADDRESS else "An e-mail address that is too long was left out."


def id_in(text: str) -> str:
    """Return what looks like an iD inside a longer text, as it stands there; ""."""
    found = _ORCID.search(text)
    return found[0] if found else ""


def level(*texts: str) -> str:
    """Return the ``DegreeLevel`` that the first telling one of ``texts`` means; ""."""
    for text in texts:
        if text.strip() in _COUNTED:
            return _COUNTED[text.strip()].value
        for value, pattern in _LEVELS:
            if pattern.search(text):
                return value.value
    return ""


def split_title(title: str, subtitle: str, longest: int) -> tuple[str, str, str]:
    """Return (title, subtitle, note) that fit in ``longest`` letters: parted at a colon, or cut with a note."""
    title, subtitle = line(title), line(subtitle)
    if len(title) > longest and not subtitle:
        at = title.rfind(": ", 0, longest)
        if at > 0 and len(title) - at - 2 <= longest:
            return title[:at], title[at + 2 :], ""
    note = (
        f"A title longer than {longest} letters was cut." if max(len(title), len(subtitle)) > longest else ""
    )
    return title[:longest].rstrip(), subtitle[:longest].rstrip(), note
