"""``{% orcid_sign_in %}``: the button "Sign in with ORCID" for a site's own sign-in page."""

from django import template

from ..visits import sign_in

register = template.Library()


@register.inclusion_tag("orcid_workflow/sign_in_button.html", takes_context=True)
def orcid_sign_in(context: template.Context) -> dict:
    """Show the button, unless ``settings.ORCID_SIGN_IN`` is ``off``. Takes ``next`` from the page along."""
    return {
        "offered": sign_in.who_may() != sign_in.OFF,
        "next": context.get("next", ""),
        "csrf_token": context.get("csrf_token", ""),
    }
