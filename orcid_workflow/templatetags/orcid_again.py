"""``{% what_again %}``: what the button "Start again" would ask for."""

from django import template
from django.template import Context

from ..purposes import Purpose, get_purpose
from ..visits.outcomes import AGAIN_KEY

register = template.Library()


@register.simple_tag(takes_context=True)
def what_again(context: Context) -> Purpose | None:
    """The purpose of the visit that ``orcid:again`` would begin; None when there is none, or none that stores a
    consent.
    """
    again = context["request"].session.get(AGAIN_KEY)
    try:
        purpose = get_purpose(again["purpose"] if again else "")
    except KeyError:
        return None
    return None if purpose.identify else purpose
