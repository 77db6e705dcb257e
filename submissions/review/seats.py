"""The committee on a case: each member, what they decided in this round and before it, and their name at ORCID."""

from .. import record_wording
from ..models import Decision, Invitation, Submission


def seats(submission: Submission) -> list[dict]:
    """Each member who sits now: ``invitation``, ``decision`` of this round or None, ``earlier``, ``other_name``."""
    decisions = list(submission.decisions.all())
    return [
        {
            "invitation": invitation,
            **_decided(submission, [one for one in decisions if one.invitation_id == invitation.pk]),
            "other_name": _other_name(invitation),
        }
        for invitation in submission.invitations.filter(active=True).select_related("connection")
    ]


def _decided(submission: Submission, decisions: list[Decision]) -> dict:
    """What a member decided in this round, and before it: a thesis that is sent again is decided on again."""
    now = [one for one in decisions if one.round == submission.committee_round]
    return {"decision": now[-1] if now else None, "earlier": [one for one in decisions if one not in now]}


def _other_name(invitation: Invitation) -> str:
    """The name at ORCID of somebody whom the student named quite differently, or ""."""
    return (
        record_wording.other_name(invitation.connection.name, invitation.name)
        if invitation.connection
        else ""
    )
