"""Who is asked, by which link, and who has answered.

A link is ``/committee/<token>/``. The token is signed by Django's signer and holds the invitation's number and nonce:
it cannot be made or changed by anybody else, it says nothing about the thesis, and a new mail ends the old link.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from ..mails import mail_invitation_after_commit
from ..models import Invitation, Submission, Verdict

SALT = "submissions.committee.invitation"


class BadLink(Exception):  # noqa: N818 - what the reader meets is a link, and the sentence is for them
    """The link is not one of ours, or a newer one was sent. ``str()`` is the sentence to show."""


def make_token(invitation: Invitation) -> str:
    """Return the signed token of this invitation's link."""
    return signing.dumps([invitation.pk, invitation.nonce.hex], salt=SALT)


def link(invitation: Invitation) -> str:
    """Return the absolute address that is mailed to the member."""
    return settings.ETD_BASE_URL + reverse("committee:read", args=[make_token(invitation)])


def find(token: str) -> Invitation:
    """Return the invitation that ``token`` belongs to. Raises ``BadLink``.

    Whether it may still be used is another question: ask ``permissions.can_use_invitation``.
    """
    try:
        pk, nonce = signing.loads(token, salt=SALT)
        invitation = Invitation.objects.select_related("submission", "connection").get(pk=pk)
    except (signing.BadSignature, ValueError, TypeError, Invitation.DoesNotExist) as error:
        raise BadLink(
            "This link is not complete, or it was not sent by us. Open it from the mail again: some mail programs "
            "cut long links in two."
        ) from error
    if invitation.nonce.hex != nonce:
        raise BadLink("A newer link was sent to you, which ended this one. Please use the link in our latest mail.")
    return invitation


def invite(submission: Submission) -> None:
    """Bring the invitations in line with the committee on the page and mail everybody who is asked now.

    Runs in the caller's transaction; mail leaves after the commit. A member whose e-mail address was changed gets a
    new link and loses the iD that was connected from the old one: another person may be behind the new address.
    """
    members = {member.key: member for member in submission.page.committee_members.all()}
    submission.invitations.exclude(member_key__in=members).update(active=False)
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


def send_again(invitation: Invitation) -> None:
    """Send a fresh link; the old one ends."""
    invitation.nonce = uuid.uuid4()
    _extend(invitation)
    mail_invitation_after_commit(invitation)


def _extend(invitation: Invitation) -> None:
    invitation.expires_at = timezone.now() + dt.timedelta(days=settings.ETD_INVITATION_DAYS)
    invitation.mailed_at, invitation.mail_error = None, ""
    invitation.save()


def all_have_approved(submission: Submission) -> bool:
    """Whether every active member has approved in the present round."""
    approved = submission.decisions.filter(round=submission.committee_round, verdict=Verdict.APPROVE)
    return not submission.invitations.filter(active=True).exclude(decisions__in=approved).exists()


def all_have_approved_once(submission: Submission) -> bool:
    """Whether every person now on the page's committee has approved some version of the thesis.

    Asked when staff's corrections come back: the committee is asked again only for people who are new to it.
    """
    approved = set(
        submission.decisions.filter(verdict=Verdict.APPROVE).values_list("invitation__member_key", flat=True)
    )
    return {member.key for member in submission.page.committee_members.all()} <= approved
