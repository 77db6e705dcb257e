"""``{% orcid_id %}``: an iD as ORCID's display rules want it (orcid.md §19)."""

from django import template

from .. import ids
from ..models import Connection

register = template.Library()


@register.inclusion_tag("orcid_workflow/orcid_id.html")
def orcid_id(who: Connection | str, form: str = "full", authenticated: bool = True, name: str = "") -> dict:
    """Show an iD with its icon, linked to the record.

    ``who`` is a Connection, or an iD as a path or URI. ``form``: ``full`` (the https URI), ``compact`` (the
    bare iD) or ``inline`` (the icon alone, to stand behind a name). The green icon is for iDs that their
    owner confirmed by signing in: pass ``authenticated=False`` for any other. ``name`` is said to screen
    readers. An iD that is none shows nothing.
    """
    if isinstance(who, Connection):
        path, authenticated, name = who.orcid, who.is_authenticated, name or who.name
    else:
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
