"""A committee member's ORCID iD: confirmed by signing in at ORCID from the member's own link, and taken off again.

Nothing but the iD and the name is read, and nothing is written to a member's record.
"""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.html import format_html

from orcid_workflow import oauth
from orcid_workflow.models import Connection
from orcid_workflow.oauth import ConnectionRefused, Purpose, register_purpose

from .. import linked_ids, outlets, record_wording
from ..models import Invitation, Status
from ..permissions import can_use_invitation
from ..readiness import author_connection
from .invitations import LINK


def begin(request: HttpRequest, invitation: Invitation) -> HttpResponseRedirect:
    """Send the member to ORCID. The nonce goes along, so that a link that ends meanwhile attaches nothing.

    Who has an iD here already wants another one, and who said "this is not me" found somebody else signed in: ORCID
    asks them who they are even if it knows (``_details``).
    """
    context = {"invitation": invitation.pk, "nonce": invitation.nonce.hex}
    return oauth.begin(request, PURPOSE.name, context)


def on_connected(request: HttpRequest, connection: Connection, context: dict) -> str:
    """Attach the confirmed iD to the invitation; return the address of the member's page.

    Runs in the transaction that stores the connection. Raises ``ConnectionRefused``, which undoes all of it, and
    ``AnotherIdStands`` or ``IsThisYours`` when the seat has another iD or the name at ORCID is another: the member is
    asked then.
    """
    invitation = _lock(context["invitation"])
    if invitation is None or invitation.nonce.hex != context["nonce"] or not can_use_invitation(invitation):
        raise linked_ids.link_ended()
    submission = invitation.submission
    linked_ids.insist_not_withdrawn(submission, connection)
    imported = submission.student_id is None
    author = submission.author_connection if imported else author_connection(submission)
    is_students = not imported and connection.user_id == submission.student_id
    if is_students or (author and author.pk == connection.pk):
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
    linked_ids.take_the_place_of(
        invitation.connection, connection, context, _meaning(invitation, connection), let_go
    )
    linked_ids.ask_whose(invitation.connection, connection, invitation.name, context)
    invitation.connection = connection
    invitation.save(update_fields=["connection"])
    request.session.pop(_stranger_key(invitation), None)
    kept = "What you typed is kept; your decision is not sent yet."
    linked_ids.say_connected(request, connection, kept if submission.status == Status.WITH_COMMITTEE else "")
    return failure_url(context) + "#orcid"


def failure_url(context: dict) -> str:
    """Address of the member's page, to come back to whatever happened at ORCID."""
    return LINK.path(context["invitation"], context["nonce"])


def not_me(request: HttpRequest, invitation: Invitation) -> None:
    """Take the iD off the invitation, say so, and have ORCID ask who it is at the next visit.

    Not for use in a transaction: it may call ORCID.
    """
    taken_off = detach(invitation)
    if taken_off is None:
        return
    request.session[_stranger_key(invitation)] = True
    gone = not taken_off.is_connected
    messages.success(
        request,
        format_html(
            "{} no longer stands beside your name{}. When you connect your own, ORCID will ask you to sign in, whoever "
            'is signed in there now. <a href="#orcid">Connect your own ORCID iD</a>, or go on without one.',
            taken_off.orcid,
            ", and we gave the permission back" if gone else "",
        ),
    )


def _stranger_key(invitation: Invitation) -> str:
    """In the session of the member, while the last iD they took off was somebody else's."""
    return f"committee_stranger_{invitation.pk}"


def detach(invitation: Invitation) -> Connection | None:
    """Take the iD off the invitation ("this is not me"), and give the permission back if nothing else rests on it.
    Return the connection that was taken off.

    Not for use in a transaction: it may call ORCID.
    """
    with transaction.atomic():
        row = _lock(invitation.pk)
        connection = row.connection
        if connection is None:
            return None
        row.connection = None
        row.save(update_fields=["connection"])
        if row.submission.status == Status.PUBLISHED:
            outlets.refresh(row.submission)
    let_go(connection)
    connection.refresh_from_db()
    return connection


def let_go(connection: Connection) -> None:
    """Give the permission back that came from a seat, when nothing else rests on it. Not for use in a transaction."""
    linked_ids.let_go(connection, Invitation, PURPOSE.name)


def _meaning(invitation: Invitation, connection: Connection) -> tuple[str, ...]:
    """What it means to put ``connection`` in the place of the one on the seat."""
    public = invitation.submission.status == Status.PUBLISHED
    theirs = record_wording.other_name(connection.name, invitation.name)
    return (
        *((f"Your name at ORCID is {theirs}. This link is for {invitation.name}.",) if theirs else ()),
        "The new iD stands beside your name, in place of the one that is there now"
        + (", also on the public page of the thesis and in its metadata." if public else "."),
        "Your decision, and what you typed, stay as they are.",
    )


def _lock(pk: int) -> Invitation | None:
    return linked_ids.locked(Invitation, "invitations", pk)


def _details(request: HttpRequest, context: dict) -> dict[str, str]:
    """What ORCID's pages are filled in with: the member as the student named them, at the address that was invited.

    An iD whose permission was withdrawn at ORCID is the one to connect again.
    """
    invitation = _invited(context)
    if invitation is None:
        return {}
    members = invitation.submission.page.committee_members.all()
    member = next((member for member in members if member.key == invitation.member_key), None)
    attached = invitation.connection
    return {
        "given_names": member.given_name if member else "",
        "family_names": member.family_name if member else "",
        "email": invitation.email,
        "orcid": attached.orcid if attached and attached.state == Connection.State.REVOKED else "",
        "prompt": "login" if attached or request.session.get(_stranger_key(invitation)) else "",
    }


def _address(request: HttpRequest, context: dict) -> str:
    """The address that was invited."""
    invitation = _invited(context)
    return invitation.email if invitation else ""


def _invited(context: dict) -> Invitation | None:
    return Invitation.objects.select_related("connection").filter(pk=context["invitation"]).first()


def _seats(connection: Connection) -> list[str]:
    """Say on which committees the iD stays, and how to take it off."""
    seats = Invitation.objects.filter(connection=connection, active=True).select_related("submission__page")
    seats = seats.exclude(submission__withdrawn_ids__orcid=connection.orcid)
    return [
        f"Your iD stays beside your name on the committee of “{seat.submission}”: you confirmed it there as a member. "
        + (
            "The link in your invitation opens the page where you can take it off."
            if seat.submission.student_id
            else "The thesis office takes it off when you ask them to."
        )
        for seat in seats
    ]


PURPOSE = register_purpose(
    Purpose(
        name="committee",
        scopes=("openid",),
        requires_user=False,
        on_connected=on_connected,
        failure_url=failure_url,
        prefill=_details,
        receipt_to=_address,
        stays=_seats,
        why=(
            "Your ORCID iD tells you apart from everybody who shares your name, so that your part in this thesis is "
            "credited to you. The university asks ORCID for it, so that nobody can mistype it or use yours."
        ),
        reads=("Your iD and your name, as ORCID shows them. Nothing else.",),
        writes=("Nothing. We cannot change your ORCID record.",),
        without="You can decide on the thesis all the same. Your name then stands without your iD.",
    )
)
