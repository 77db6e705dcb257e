"""Template tags that every page shares: branding, menu, dates and the words for states."""

from collections.abc import Sequence
from datetime import date, datetime

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Site

from etd_site.branding import current_branding
from etd_site.models import BrandingSettings, GuidancePage

register = template.Library()

STATES = {
    # state: (tone, icon, words)
    # steps of the form
    "not_started": ("plain", "open", "Not started"),
    "in_progress": ("info", "half", "In progress"),
    "needs_answer": ("heed", "heed", "Needs an answer"),
    "done": ("good", "done", "Done"),
    "locked": ("plain", "lock", "Closed for now"),
    # the submission
    "draft": ("plain", "pencil", "Draft"),
    "with_committee": ("info", "people", "With the committee"),
    "in_review": ("info", "clock", "In review"),
    "changes_requested": ("heed", "comment", "Changes requested"),
    "approved": ("good", "done", "Approved"),
    "published": ("good", "globe", "Published"),
    "withdrawn": ("plain", "stop", "Withdrawn"),
    "on_hold": ("heed", "pause", "On hold"),
    # a committee member
    "invited": ("info", "clock", "Invited"),
    "pending": ("info", "clock", "No answer yet"),
    "expired": ("heed", "heed", "Invitation expired"),
    # an item on an ORCID record
    "waiting": ("info", "clock", "Waiting to be sent"),
    "held": ("heed", "heed", "Waiting for you to look"),
    "sent": ("good", "done", "On the record"),
    "needs_attention": ("heed", "heed", "Needs attention"),
    "paused": ("plain", "pause", "Paused"),
    "removed": ("plain", "stop", "Removed"),
    "missing": ("plain", "open", "Not on the record"),
    # a file
    "open": ("good", "globe", "Open"),
    "embargoed": ("heed", "lock", "Closed until the embargo ends"),
    "failed": ("bad", "stop", "Failed"),
}


@register.simple_tag(takes_context=True)
def branding(context: Context) -> BrandingSettings:
    """The branding of the page's site; defaults where there is no request or site."""
    return current_branding(context.get("request"))


@register.simple_tag(takes_context=True)
def guidance_in_menu(context: Context) -> list[GuidancePage]:
    """Live, public guidance pages right below the site's home that are ticked "show in menus"."""
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return []
    return list(GuidancePage.objects.child_of(site.root_page).live().public().in_menu().order_by("path"))


@register.simple_tag(takes_context=True)
def here(context: Context, path: str) -> SafeString:
    """``aria-current`` for a menu link whose page, or a page below it, is the one being shown."""
    request = context.get("request")
    if request is None or not path or not request.path.startswith(path):
        return mark_safe("")
    value = "page" if request.path == path else "true"
    return mark_safe(f' aria-current="{value}"')  # noqa: S308 - two constants


@register.inclusion_tag("components/tag.html")
def status_tag(state: str, text: str = "") -> dict[str, str]:
    """A state as icon, word and colour; ``text`` replaces the usual words. Unknown states are shown plain."""
    words = str(state).replace("_", " ").capitalize()
    tone, icon, usual = STATES.get(str(state), ("plain", "open", words))
    return {"tone": tone, "icon": icon, "text": text or usual}


@register.filter
def day(value: date | datetime | None) -> str:
    """``3 March 2026``; a date and time is first brought into the current time zone. Empty for None."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return date_format(value, "j F Y") if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """``3 March 2026, 14:05 UTC``: in the current time zone, named. Empty for None; a date stays one."""
    if not isinstance(value, datetime):
        return day(value)
    if timezone.is_naive(value):
        raise ValueError("moment needs a date and time with a zone")
    return date_format(timezone.localtime(value), "j F Y, H:i T")


@register.filter
def days_ago(value: date | datetime | None) -> str:
    """How many days a date lies back in the current time zone: "today", "yesterday", "12 days ago"."""
    if not value:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    days = (timezone.localdate() - (local.date() if isinstance(local, datetime) else local)).days
    if days < 0:
        return "in the future"
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


@register.filter
def iso(value: date | datetime | None) -> str:
    """ISO 8601, for the ``datetime`` attribute of ``<time>``. Empty for None."""
    return value.isoformat() if value else ""


@register.filter
def at(items: Sequence, index: int) -> object:
    """The item of a list at an index that is itself a variable; empty where the list is too short."""
    return items[index] if items and index < len(items) else ""
