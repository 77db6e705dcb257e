"""What the staff desk shows of found iDs, and how the office has their owners asked."""

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from ..models import FoundId, Status, Submission
from ..refusals import MoveRefused
from . import confirming


def found_ids(submission: Submission) -> list[dict]:
    """The found iDs of a case: the row, the person's role in words, whether the thesis still names them, and whether
    the link that was sent last may still be used.
    """
    return [
        {
            "row": row,
            "role": confirming.role_of(row),
            "named": confirming.named(row),
            "is_open": row.expires_at is not None and row.expires_at > timezone.now(),
        }
        for row in submission.found_ids.select_related("connection", "submission__page")
    ]


def ask(submission: Submission, key: str, email: str) -> str:
    """Send the owner of found iD ``key`` a link at ``email``, a whole address; return the sentence to show.

    Raises ``MoveRefused``, also when the mail could not be sent. Not for use in a transaction: mail leaves after it.
    """
    found = _row(submission, key)
    if submission.status != Status.PUBLISHED:
        raise MoveRefused("The thesis is not public now, so the link could not be used.")
    if not confirming.named(found):
        raise MoveRefused(f"The thesis does not name {found.name} in this place any more.")
    ended = " A link that was sent before has ended." if found.invited_at else ""
    with transaction.atomic():
        confirming.invite(found, email)
    found.refresh_from_db(fields=["invited_at"])
    if found.invited_at is None:
        raise MoveRefused(
            f"The mail to {email} could not be sent, so {found.name} was not asked. Try again later.{ended}"
        )
    return f"A link was sent to {found.name} at {found.email}.{ended}"


def take_off(submission: Submission, key: str, actor: AbstractUser) -> str:
    """Take a confirmed iD off again; return the sentence to show. Raises ``MoveRefused``."""
    found = _row(submission, key)
    if confirming.take_off(found, actor) is None:
        raise MoveRefused("No confirmed iD stands there any more.")
    return f"The iD was taken off the name of {found.name}, here and in the metadata."


def _row(submission: Submission, key: str) -> FoundId:
    found = submission.found_ids.filter(pk=key if key.isdecimal() else 0).first()
    if found is None:
        raise MoveRefused("This iD is not on the list any more.")
    return found
