"""A committee member's ORCID iD: confirmed by signing in at ORCID from the member's own link, and taken off again.

Nothing but the iD and the name is read, and nothing is written to a member's record.
"""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from orcid_workflow import connections, oauth
from orcid_workflow.models import Connection
from orcid_workflow.oauth import ConnectionRefused, Purpose, register_purpose

from .. import outlets
from ..models import Invitation, Status, Submission
from ..permissions import can_use_invitation
from ..readiness import author_connection
from .invitations import sign


def begin(request: HttpRequest, invitation: Invitation) -> HttpResponseRedirect:
    """Send the member to ORCID. The nonce goes along, so that a link that ends meanwhile attaches nothing."""
    return oauth.begin(request, PURPOSE.name, {"invitation": invitation.pk, "nonce": invitation.nonce.hex})


def on_connected(request: HttpRequest, connection: Connection, context: dict) -> str:
    """Attach the confirmed iD to the invitation; return the address of the member's page.

    Runs in the transaction that stores the connection. Raises ``ConnectionRefused``, which undoes all of it.
    """
    invitation = _lock(context["invitation"])
    if invitation is None or invitation.nonce.hex != context["nonce"] or not can_use_invitation(invitation):
        raise ConnectionRefused(
            "Your link ended while you were at ORCID",
            "Your iD was not attached to the thesis, and nothing else was changed. If you got a newer mail from us, "
            "open the link in it and connect there. Otherwise there is nothing left for you to do.",
        )
    submission = invitation.submission
    author = author_connection(submission)
    if connection.user_id == submission.student_id or (author and author.pk == connection.pk):
        raise ConnectionRefused(
            "This is the student's ORCID iD",
            f"{connection.orcid} belongs to the author of this thesis, so it cannot be a committee member's. "
            "Perhaps ORCID still had the student signed in on this computer: sign out at ORCID, then start again.",
        )
    seats = submission.invitations.filter(active=True, connection=connection)
    if other := seats.exclude(pk=invitation.pk).first():
        raise ConnectionRefused(
            "This ORCID iD belongs to another member of the committee",
            f"{connection.orcid} is attached to the seat of {other.name}, and one person cannot sit on two. "
            "If the iD is yours and not theirs, ask the thesis office to put it right. Otherwise sign out at ORCID, "
            "then start again with your own iD.",
        )
    if invitation.connection_id not in (None, connection.pk):
        raise ConnectionRefused(
            "Another ORCID iD is attached already",
            f"{invitation.connection.orcid} is attached to your seat on this committee, and we did not replace it by "
            f"{connection.orcid}. To change it, go back, choose “This is not me”, and connect again.",
        )
    invitation.connection = connection
    invitation.save(update_fields=["connection"])
    messages.success(
        request,
        "Your ORCID iD is connected. What you typed is kept; your decision is not sent yet."
        if submission.status == Status.WITH_COMMITTEE
        else "Your ORCID iD is connected.",
    )
    return failure_url(context) + "#orcid"


def failure_url(context: dict) -> str:
    """Address of the member's page, to come back to whatever happened at ORCID."""
    return reverse("committee:read", args=[sign(context["invitation"], context["nonce"])])


def detach(invitation: Invitation) -> None:
    """Take the iD off the invitation ("this is not me"), and give the permission back if nothing else rests on it.

    Not for use in a transaction: it may call ORCID.
    """
    with transaction.atomic():
        row = _lock(invitation.pk)
        connection = row.connection
        if connection is None:
            return
        row.connection = None
        row.save(update_fields=["connection"])
        if row.submission.status == Status.PUBLISHED:
            outlets.refresh(row.submission)
    if not _needed(connection):
        connections.disconnect(connection)


def _lock(pk: int) -> Invitation | None:
    """The invitation, read while the case is locked: two members with one iD come here one after the other."""
    case = Submission.objects.select_for_update().filter(invitations=pk).first()
    if case is None:
        return None
    invitation = Invitation.objects.select_related("connection").get(pk=pk)
    invitation.submission = case
    return invitation


def _needed(connection: Connection) -> bool:
    return (
        connection.user_id is not None
        or connection.items.exists()
        or Invitation.objects.filter(connection=connection).exists()
        or Submission.objects.filter(author_connection=connection).exists()
    )


PURPOSE = register_purpose(
    Purpose(
        name="committee",
        scopes=("openid",),
        requires_user=False,
        on_connected=on_connected,
        failure_url=failure_url,
        why=(
            "Your ORCID iD tells you apart from everybody who shares your name, so that your part in this thesis is "
            "credited to you. The university asks ORCID for it, so that nobody can mistype it or use yours."
        ),
        reads=("Your iD and your name, as ORCID shows them. Nothing else.",),
        writes=("Nothing. We cannot change your ORCID record.",),
        without="You can decide on the thesis all the same. Your name then stands without your iD.",
    )
)
