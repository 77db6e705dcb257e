"""An ORCID iD that its owner confirms from a mailed link, without an account: what a seat on a committee and an iD that
came with an import have in common.
"""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from orcid_workflow import connections, consents, revoking
from orcid_workflow.after_commit import after_commit
from orcid_workflow.models import Connection
from orcid_workflow.oauth import AnotherIdStands, ConnectionRefused, IsThisYours

from . import record_wording
from .models import FoundId, Invitation, Submission

Row = TypeVar("Row", Invitation, FoundId)


def locked(model: type[Row], relation: str, pk: int) -> Row | None:
    """The row, read while its case is locked: two people with one iD come here one after the other. ``relation`` is the
    name of the rows on the case. None when there is no such row.
    """
    case = Submission.objects.select_for_update().filter(**{relation: pk}).first()
    row = case and model.objects.select_related("connection").filter(pk=pk).first()
    if row:
        row.submission = case
    return row


def link_ended() -> ConnectionRefused:
    """What to raise when the link ended while its reader was at ORCID."""
    return ConnectionRefused(
        "Your link ended while you were at ORCID",
        "Your iD was not attached to the thesis, and nothing else was changed. If you got a newer mail from us, open "
        "the link in it and connect there. Otherwise there is nothing left for you to do.",
    )


def insist_not_withdrawn(submission: Submission, connection: Connection) -> None:
    """Raises ``ConnectionRefused`` for an iD that the office took out of the records of this thesis: it would stand
    beside nobody, though its owner was told so.
    """
    if submission.withdrawn_ids.filter(orcid=connection.orcid).exists():
        raise ConnectionRefused(
            "This ORCID iD is kept out of this thesis",
            f"{connection.orcid} was taken out of the records of this thesis by the thesis office, so it cannot be "
            "connected here. If it is yours and should stand there, write to us.",
        )


def take_the_place_of(
    before: Connection | None,
    connection: Connection,
    context: dict,
    meaning: tuple[str, ...],
    let_go: Callable[[Connection], None],
) -> None:
    """Have the iD that stands there asked about, and let go of after the commit when its owner said so.

    ``meaning`` says what it means to put ``connection`` in the place of ``before``. Raises ``AnotherIdStands``.
    """
    if before in (None, connection):
        return
    if context.get("instead_of") != before.orcid:
        raise AnotherIdStands(before, meaning)
    after_commit(let_go, before)


def ask_whose(before: Connection | None, connection: Connection, name: str, context: dict) -> None:
    """Have its owner asked when the name at ORCID has nothing in common with ``name``, whose place it is: perhaps
    somebody else was signed in there. Nobody is asked twice, nor who keeps the name at ORCID hidden.

    ``before`` is what stood there: who chose ``connection`` instead has answered. Raises ``IsThisYours``.
    """
    answered = context.get("is_mine") == connection.orcid or context.get("instead_of") or before == connection
    theirs = "" if answered else record_wording.other_name(connection.name, name)
    if not theirs:
        return
    if record_wording.is_other_script(theirs, name):
        raise IsThisYours(
            f"Your name at ORCID is {theirs}. This link is for {name}. We cannot compare names in different scripts, "
            "so please tell us: is this iD yours?"
        )
    raise IsThisYours(
        f"You signed in at ORCID as {theirs}. This link is for {name}. Is this iD yours?",
        "People have more than one name, and that is fine. We ask because somebody else may still have been signed in "
        "at ORCID on this computer.",
    )


def say_connected(request: HttpRequest, connection: Connection, more: str = "") -> None:
    """Tell the owner, with the way to the receipt. ``more`` is a sentence about what they were at."""
    messages.success(
        request,
        format_html(
            'Your ORCID iD is connected.{} <a href="{}">Your receipt</a> says what you allowed; we mail it to you too.',
            f" {more}" if more else "",
            reverse("orcid:receipt", args=[connection.consents.first().key]),
        ),
    )


def let_go(connection: Connection, model: type[models.Model], purpose: str) -> None:
    """Give the permission back that came from a link, when nothing else rests on it; else write down that it ended for
    ``purpose``, when no row of ``model`` has the iD any more. Not for use in a transaction.
    """
    with transaction.atomic():
        # Locked before looking at what rests on it: a second link may be getting it at this moment.
        row = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        needed = _needed(row)
        if not needed:
            connections.end(row)
    if not needed:
        revoking.revoke_left_over(connection)
    elif not model.objects.filter(connection=connection).exists():
        consents.withdraw(connection, consents.Withdrawn.HERE, purpose=purpose)


def _needed(connection: Connection) -> bool:
    return (
        connection.user_id is not None
        or connection.items.exists()
        or Invitation.objects.filter(connection=connection).exists()
        or Submission.objects.filter(author_connection=connection).exists()
    )
