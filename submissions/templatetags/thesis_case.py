"""What templates, mails among them, ask about a case and no view gives them."""

from django import template

from orcid_workflow.models import Connection
from orcid_workflow.profile import RecordSummary, summary

from ..committee.standing import last_sending
from ..languages import NAMES
from ..models import StatusChange, Submission

register = template.Library()


@register.simple_tag
def sending(submission: Submission) -> StatusChange | None:
    """The move that last brought this thesis to its committee; its ``comment`` is what the student wrote along."""
    return last_sending(submission)


@register.simple_tag
def record_summary(connection: Connection) -> RecordSummary:
    """A person's ORCID record in short, as it was last read. ORCID is not asked."""
    return summary(connection)


@register.filter
def language_name(tag: str) -> str:
    """``Norwegian Bokmål`` for ``nb``, ``Portuguese`` for ``pt-BR``; the tag itself where there is no such language."""
    return NAMES.get(tag.partition("-")[0].lower(), tag)
