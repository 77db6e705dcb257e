"""Where a member's link stands now: what the page shows and what its reader may do. Reads only."""

from dataclasses import dataclass

from ..models import Decision, Invitation, Status, StatusChange, Submission, ThesisPage, Verdict
from ..permissions import Answer, can_use_invitation


@dataclass(frozen=True, slots=True)
class Standing:
    """One reading of an invitation.

    ``usable`` says whether the link still opens the thesis, and if not, why. ``decision`` is the member's decision in
    the present round; ``earlier`` holds those of the rounds before, oldest first.
    """

    invitation: Invitation
    usable: Answer
    decision: Decision | None
    earlier: tuple[Decision, ...]

    @property
    def waits_for_member(self) -> bool:
        """Whether the thesis waits for this member, whatever became of their link."""
        return (
            self.invitation.active
            and self.decision is None
            and self.invitation.submission.status == Status.WITH_COMMITTEE
        )

    @property
    def can_decide(self) -> bool:
        """Whether the form for a decision is shown."""
        return bool(self.usable) and self.waits_for_member


def standing(invitation: Invitation) -> Standing:
    """Read where ``invitation`` stands (one query for the decisions)."""
    decisions = list(invitation.decisions.all())
    now = invitation.submission.committee_round
    return Standing(
        invitation=invitation,
        usable=can_use_invitation(invitation),
        decision=next((decision for decision in decisions if decision.round == now), None),
        earlier=tuple(decision for decision in decisions if decision.round != now),
    )


def shown_version(now: Standing) -> ThesisPage | None:
    """The thesis as this member may see it, or None.

    While the student works on changes, the row holds what has not been sent: the member sees the revision of their
    own last decision then, and nothing when they made none. In every other status the row is what was sent.
    """
    submission = now.invitation.submission
    if submission.status != Status.CHANGES_REQUESTED:
        return ThesisPage.objects.select_related("licence", "embargo").get(pk=submission.page_id)
    decision = now.decision or (now.earlier[-1] if now.earlier else None)
    return decision.revision.as_object() if decision and decision.revision else None


def last_sending(submission: Submission) -> StatusChange | None:
    """The move that last brought the thesis to its committee; an approval leaves it there and is no such move."""
    moves = submission.changes.filter(to_status=Status.WITH_COMMITTEE)
    return moves.exclude(from_status=Status.WITH_COMMITTEE).first()


#: What happens next, in words for a committee member, when there is nothing left for them to do.
NEXT: dict[str, str] = {
    Status.WITH_COMMITTEE: (
        "When every member of the committee has approved, the thesis goes to the graduate school. "
        "If a member asks for changes, it goes back to the student and you will be asked again."
    ),
    Status.CHANGES_REQUESTED: (
        "The student has been asked for changes and is working on them. "
        "If the committee has to read the thesis again, you will get a mail."
    ),
    Status.IN_REVIEW: "The whole committee has approved the thesis. The graduate school is checking it now.",
    Status.APPROVED: "The graduate school has approved the thesis. It is published when the degree is conferred.",
    Status.PUBLISHED: "The degree is conferred and the thesis is public.",
}

#: What a decision is called on the page that confirms it.
DONE: dict[str, str] = {
    Verdict.APPROVE: "You approved this thesis",
    Verdict.CHANGES: "You asked for changes to this thesis",
}
