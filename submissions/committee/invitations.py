"""Who is asked, by which link, and who has answered.

A link is ``/committee/<token>/``. The token is signed by Django's signer and holds the invitation's number and nonce:
it cannot be made or changed by anybody else, it says nothing about the thesis, and a new mail ends the old link.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..links import NEWER, NOT_WHOLE, BadLink, SignedLink
from ..mails import mail_invitation_after_commit
from ..models import CommitteeMember, Invitation, Submission, Verdict
from ..refusals import MoveRefused

LINK = SignedLink("submissions.committee.invitation", "committee:read")
MAIL_PAUSE = dt.timedelta(minutes=10)  # between two mails that a member asks for


class OldLink(BadLink):
    """The link was ours until a newer one was sent. ``invitation`` is whose it was; anybody may hold it now."""

    def __init__(self, invitation: Invitation) -> None:
        super().__init__(NEWER)
        self.invitation = invitation


def make_token(invitation: Invitation) -> str:
    """Return the signed token of this invitation's link."""
    return LINK.token(invitation.pk, invitation.nonce.hex)


def link(invitation: Invitation) -> str:
    """Return the absolute address that is mailed to the member."""
    return LINK.address(invitation.pk, invitation.nonce.hex)


def find(token: str) -> Invitation:
    """Return the invitation that ``token`` belongs to, with its case. Raises ``BadLink``, ``OldLink`` among them.

    Whether it may still be used is another question: ask ``permissions.can_use_invitation``.
    """
    pk, nonce = LINK.read(token)
    invitation = Invitation.objects.select_related("submission__student", "connection").filter(pk=pk).first()
    if invitation is None:
        raise BadLink(NOT_WHOLE)
    if invitation.nonce.hex != nonce:
        raise OldLink(invitation)
    return invitation


def invite(submission: Submission) -> None:
    """Bring the invitations in line with the committee on the page and mail everybody who is asked now.

    Runs in the caller's transaction; mail leaves after the commit. A member whose e-mail address was changed gets a
    new link and loses the iD that was connected from the old one: another person may be behind the new address.
    """
    members = {member.key: member for member in submission.page.committee_members.all()}
    follow_committee(submission)
    existing = {invitation.member_key: invitation for invitation in submission.invitations.all()}
    for key, member in members.items():
        invitation = existing.get(key) or Invitation(submission=submission, member_key=key)
        if invitation.email and invitation.email.lower() != member.email.lower():
            invitation.connection = None
            invitation.nonce = uuid.uuid4()
        invitation.name, invitation.email, invitation.role = member.name, member.email, member.role
        invitation.active = True
        _extend(invitation)
        mail_invitation_after_commit(invitation)


def follow_committee(submission: Submission) -> None:
    """End the links of people who are no longer on the page's committee; take over corrected names and roles."""
    members = submission.page.committee_members.all()
    submission.invitations.exclude(member_key__in=[member.key for member in members]).update(active=False)
    for member in members:
        submission.invitations.filter(member_key=member.key).update(name=member.name, role=member.role)


def send_again(invitation: Invitation) -> None:
    """Send a fresh link; the old one ends."""
    invitation.nonce = uuid.uuid4()
    # Only what changes here: the member may be connecting an iD at this very moment.
    _extend(invitation, only=["nonce"])
    mail_invitation_after_commit(invitation)


@transaction.atomic
def mail_again(invitation: Invitation) -> bool:
    """Mail the link once more because its reader asks; return False when it was mailed less than MAIL_PAUSE ago.

    It goes to the address on file and nowhere else. A link that still works stays as it is, so that nobody who holds
    an old one can end it; an expired one is replaced.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    now = timezone.now()
    if invitation.mailed_at and now - invitation.mailed_at < MAIL_PAUSE:
        return False
    if invitation.expires_at <= now:
        invitation.nonce = uuid.uuid4()
        _extend(invitation)
    invitation.mailed_at = now  # taken under the lock, so that a second click finds it taken
    invitation.save(update_fields=["mailed_at"])
    mail_invitation_after_commit(invitation)
    return True


def _extend(invitation: Invitation, *, only: list[str] | None = None) -> None:
    """Give the link its full time again and save; ``only`` names what else is written of a row that may be changing."""
    invitation.expires_at = timezone.now() + dt.timedelta(days=settings.ETD_INVITATION_DAYS)
    invitation.mailed_at, invitation.mail_error = None, ""
    invitation.save(update_fields=None if only is None else [*only, "expires_at", "mailed_at", "mail_error"])


def all_have_approved(submission: Submission) -> bool:
    """Whether every active member has approved in the present round."""
    approved = submission.decisions.filter(round=submission.committee_round, verdict=Verdict.APPROVE)
    return not submission.invitations.filter(active=True).exclude(decisions__in=approved).exists()


def never_approved(submission: Submission) -> list[CommitteeMember]:
    """The people on the page's committee who have approved no version of the thesis.

    A row that was given another e-mail address is another person; a corrected name is the same one.
    """
    approved = {
        (key, email.lower())
        for key, email in submission.decisions.filter(verdict=Verdict.APPROVE).values_list(
            "invitation__member_key", "email"
        )
    }
    members = submission.page.committee_members.all()
    return [member for member in members if (member.key, member.email.lower()) not in approved]


def insist_on_approval(submission: Submission) -> None:
    """Raise ``MoveRefused``, with their names, when people on the committee have never approved the thesis."""
    new = never_approved(submission)
    if new:
        raise MoveRefused(
            f"{', '.join(member.name for member in new)} never approved this thesis. Ask the student for changes: when "
            "it is sent again, they are asked first."
        )
