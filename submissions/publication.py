"""What is fixed when a thesis becomes public: the day its files open, its address, the day of conferral."""

import calendar
import datetime as dt

from anyascii import anyascii
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify

from .models import ThesisPage


def embargo_end(page: ThesisPage, start_day: dt.date) -> dt.date | None:
    """First open day: the chosen months after ``start_day``, at the end of a shorter month; None without embargo."""
    if page.embargo is None or page.embargo.months == 0:
        return None
    months = start_day.month - 1 + page.embargo.months
    year, month = start_day.year + months // 12, months % 12 + 1
    return dt.date(year, month, min(start_day.day, calendar.monthrange(year, month)[1]))


def public_slug(page: ThesisPage, year: int) -> str:
    """The stable public address: year, author and title, made unlike its siblings by a number.

    In ASCII, because the address goes into metadata and citations, where other letters turn into percent signs. The
    caller holds a lock on the parent page: two theses published at one moment must not be given one address.
    """
    words = slugify(anyascii(f"{year} {page.author_family or page.author_given} {page.title}"))
    base = words[:80].rstrip("-") or f"{year}-thesis"
    slug, number = base, 1
    while not ThesisPage._slug_is_available(slug, page.get_parent(), page):
        number += 1
        slug = f"{base}-{number}"
    return slug


def wrong_conferral(page: ThesisPage, day: dt.date) -> str:
    """Why ``day`` cannot be the day of conferral of this thesis, in words; "" when it can."""
    if day > timezone.localdate():
        return "The day of conferral is in the future. Record it on the day or later."
    if page.defence_date and day < page.defence_date:
        defended = date_format(page.defence_date, "j F Y")
        return f"The thesis was defended on {defended}: the degree cannot have been conferred before that."
    enrolled = getattr(getattr(page, "submission", None), "enrolled_on", None)
    if enrolled and day < enrolled:
        began = date_format(enrolled, "j F Y")
        return f"The studies began on {began}: the degree cannot have been conferred before that."
    return ""
