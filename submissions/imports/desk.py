"""What the staff desk shows of found iDs, and how the office has their owners asked."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from ..models import FoundId, Submission
from ..refusals import MoveRefused
from . import confirming


def found_ids(submission: Submission) -> list[dict]:
    """The found iDs of a case: the row, the person's role in words, and the iD that stands there now."""
    return [
        {"row": row, "role": confirming.role_of(row), "named": confirming.named(row)}
        for row in submission.found_ids.select_related("connection", "submission__page")
    ]


@transaction.atomic
def ask(submission: Submission, key: str, email: str) -> str:
    """Send the owner of found iD ``key`` a link at ``email``; return the sentence to show. Raises ``MoveRefused``."""
    found = _row(submission, key)
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise MoveRefused(
            "This e-mail address is not complete. It should look like name@example.org."
        ) from error
    if not confirming.named(found):
        raise MoveRefused(f"The thesis does not name {found.name} in this place any more.")
    confirming.invite(found, email.strip())
    return f"A link was sent to {found.name} at {found.email}. A link that was sent before has ended."


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
