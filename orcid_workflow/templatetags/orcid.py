"""``{% orcid_id %}``: an iD as ORCID wants it shown (orcid.md §19); ``{% orcid_time %}`` and ``in_words``: when."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .. import ids, reasons
from ..models import Connection, IdHint, OrcidItem
from ..pages.lines import date_in_words

register = template.Library()
register.filter("in_words", date_in_words)
_FORMS = ("full", "compact", "inline")


@register.inclusion_tag("orcid_workflow/orcid_id.html")
def orcid_id(
    who: Connection | IdHint | str | None, form: str = "full", authenticated: bool = False, name: str = ""
) -> dict:
    """Show an iD with its icon, linked to the record.

    ``who`` is a Connection (authenticated: there is no other way to make one), an IdHint (never authenticated), or an
    iD as a path or URI: then ``authenticated=True`` says that its owner confirmed it by signing in at ORCID, and
    without it the iD is shown as unauthenticated. ``form``: ``full`` (the https URI), ``compact`` (the bare iD) or
    ``inline`` (the icon alone, to stand behind a name); another one raises ``TemplateSyntaxError``. ``name`` is said
    to screen readers. An iD that is none shows nothing.

    Green stays green: the icon says that the owner signed in, which disconnecting does not undo. So the iD of a
    student or a member who has disconnected, or withdrew our permission at ORCID, keeps the green icon where it is
    history: on theses that were published with it, and on their own page. What must not be done is to show it on
    anything that is published later; that is decided where the published facts are put together, and not here.
    """
    if form not in _FORMS:
        raise template.TemplateSyntaxError(f"orcid_id knows the forms {', '.join(_FORMS)}, not “{form}”.")
    if isinstance(who, Connection):
        path, authenticated, name = who.orcid, who.is_authenticated, name or who.name
    else:
        if isinstance(who, IdHint):
            who, authenticated = who.orcid, False
        try:
            path = ids.normalise(who)
        except ValueError:
            return {"path": ""}
    words = f"ORCID record of {name}: {ids.uri(path)}" if name else f"ORCID record {ids.uri(path)}"
    return {
        "path": path,
        "uri": ids.uri(path),
        "link": ids.record_link(path),
        "form": form,
        "icon": "orcid_workflow/orcid-id.svg"
        if authenticated
        else "orcid_workflow/orcid-id-unauthenticated.svg",
        "authenticated": authenticated,
        "label": words if authenticated else f"{words} (unauthenticated)",
    }


@register.filter
def reason_for(item: OrcidItem, reader: str) -> str:
    """Say why an item stands where it does: ``{{ item|reason_for:"person" }}``, or ``"staff"``."""
    return getattr(reasons.reason(item), reader)


@register.filter
def state_for_staff(item: OrcidItem) -> str:
    """Say where an item stands, to the office."""
    return reasons.STAFF_STATES[item.state]


@register.simple_tag
def orcid_time(moment: datetime | None) -> SafeString | str:
    """Show a moment as ``3 March 2026, 14:05 UTC`` in the current time zone, as an HTML ``time``. Nothing for None."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        date_format(local, "j F Y, H:i T"),
    )
