"""From the first draft to approval: the moves of the student, the committee and the graduate school."""

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from .. import outlets, permissions
from ..committee import invitations
from ..drafts import save_draft
from ..mails import send_after_commit
from ..models import (
    Agreement,
    AgreementAcceptance,
    AuthorProfile,
    CommitteeTask,
    Decision,
    Degree,
    Invitation,
    Programme,
    Status,
    StatusChange,
    Submission,
    Term,
    ThesisIndexPage,
    ThesisPage,
    Verdict,
)
from ..outlets.doi.codes import give_doi
from ..readiness import problems
from ..refusals import MoveRefused, NotReady
from .moves import allow, expect, insist_on_nothing_missing, lock, move, waiting_task

_DECIDED = "You have decided already. Thank you: there is nothing left for you to do."


@transaction.atomic
def start(
    *, student: AbstractUser, degree: Degree, programme: Programme, term: Term, agreement: Agreement
) -> Submission:
    """Open a case with an empty thesis and keep the very text of the agreement that the student accepted."""
    index = ThesisIndexPage.objects.first()
    page = ThesisPage(
        title="", live=False, owner=student, author_given=student.first_name, author_family=student.last_name
    )
    submission = Submission(student=student, degree=degree, programme=programme, term=term)
    page.slug = f"draft-{submission.uuid}"
    index.add_child(instance=page)
    submission.page = page
    submission.save()
    AgreementAcceptance.objects.create(
        submission=submission, agreement=agreement, version=agreement.version, text=agreement.text
    )
    AuthorProfile.objects.create(submission=submission, contact_email="")
    save_draft(page, user=student)
    StatusChange.note(submission, "The submission was started.", came_from="", actor=student)
    return submission


@transaction.atomic
def submit(submission: Submission, *, actor: AbstractUser, note: str = "") -> Submission:
    """The student sends the thesis: to the committee, or back to staff when staff asked for the changes.

    ``note`` is what the student says to whoever gets it. Raises ``NotReady`` with all that is missing, ``MoveRefused``
    when it was sent already or ``actor`` is not the student.
    """
    submission = lock(submission)
    allow(permissions.can_edit_thesis(actor, submission))
    missing = problems(submission)
    if missing:
        raise NotReady(missing)
    page = submission.page
    save_draft(page, user=actor, keep_history=True)
    state = page.current_workflow_state
    asked_by_staff = state and not isinstance(state.current_task_state.task.specific, CommitteeTask)
    if asked_by_staff and not invitations.never_approved(submission):
        invitations.follow_committee(submission)
        state.resume(user=actor)
        to, sentence = Status.IN_REVIEW, "The corrected thesis was sent to the graduate school."
    else:
        submission.committee_round += 1
        if state:
            state.cancel(user=actor)
        page.get_workflow().start(page, actor)
        invitations.invite(submission)
        to, sentence = Status.WITH_COMMITTEE, "The thesis was sent to the committee."
    submission.submitted_at = submission.submitted_at or timezone.now()
    move(submission, to, actor=actor, sentence=sentence, comment=note)
    send_after_commit("submitted", submission)
    return submission


@transaction.atomic
def decide(
    invitation: Invitation, *, verdict: Verdict, comment: str = "", revision_id: int | None
) -> Decision:
    """A committee member decides on the revision they were shown.

    When the last member has approved, the thesis goes to the graduate school; one wish for changes sends it back to
    the student. Raises ``MoveRefused`` when the link ended, the member decided already, the thesis is no longer with
    the committee, or it is not the revision that the member was shown.
    """
    submission = lock(invitation.submission)
    invitation = Invitation.objects.select_related("submission").get(pk=invitation.pk)
    allow(permissions.can_use_invitation(invitation))
    if invitation.decisions.filter(round=submission.committee_round).exists():
        raise MoveRefused(_DECIDED)
    if submission.status != Status.WITH_COMMITTEE:
        raise MoveRefused("This thesis is no longer waiting for its committee, so nothing was recorded.")
    page = submission.page
    if revision_id != page.latest_revision_id:
        raise MoveRefused(
            "The thesis was changed after you opened this page. Please read it again, then decide."
        )
    if verdict == Verdict.CHANGES and not comment.strip():
        raise MoveRefused("Say what should be changed, so that the student knows what to do.")
    decision = _write_down(submission, invitation, verdict, comment.strip())
    task = waiting_task(page)
    if verdict == Verdict.APPROVE:
        StatusChange.note(
            submission, f"{invitation.name} approved.", actor_name=invitation.name, comment=comment
        )
    if verdict == Verdict.CHANGES:
        task.reject(user=None, comment=comment)
        move(
            submission,
            Status.CHANGES_REQUESTED,
            actor_name=invitation.name,
            sentence=f"{invitation.name} asked for changes.",
            comment=comment,
        )
        send_after_commit("changes_requested", submission)
    elif invitations.all_have_approved(submission):
        task.approve(user=None, comment="All committee members approved")
        move(
            submission,
            Status.IN_REVIEW,
            sentence="The whole committee approved; the graduate school is next.",
        )
        send_after_commit("in_review", submission)
    return decision


def _write_down(submission: Submission, invitation: Invitation, verdict: Verdict, comment: str) -> Decision:
    """Keep a decision with the round, the revision and the files it was made on. The database lets a member have one
    a round: raises ``MoveRefused`` when another request was quicker.
    """
    page = submission.page
    try:
        with transaction.atomic():
            return Decision.objects.create(
                submission=submission,
                invitation=invitation,
                name=invitation.name,
                email=invitation.email,
                round=submission.committee_round,
                verdict=verdict,
                comment=comment,
                revision_id=page.latest_revision_id,
                file_checksums=[{"name": f.name, "sha256": f.sha256} for f in page.files.all()],
            )
    except IntegrityError as error:
        raise MoveRefused(_DECIDED) from error


@transaction.atomic
def approve(submission: Submission, *, actor: AbstractUser) -> Submission:
    """Staff accept the thesis; it then waits for the conferral of the degree."""
    submission = lock(submission)
    allow(permissions.can_run_case(actor, submission))
    expect(submission, Status.IN_REVIEW)
    insist_on_nothing_missing(problems(submission), "It cannot be approved yet: ")
    invitations.insist_on_approval(submission)
    waiting_task(submission.page).approve(user=actor)
    move(submission, Status.APPROVED, actor=actor, sentence="The graduate school approved the thesis.")
    give_doi(submission)
    outlets.refresh(submission)
    send_after_commit("approved", submission)
    return submission


@transaction.atomic
def request_changes(submission: Submission, *, actor: AbstractUser, comment: str) -> Submission:
    """Staff send the thesis back. Their comments on single fields stand in the page's comments."""
    submission = lock(submission)
    allow(permissions.can_run_case(actor, submission))
    expect(submission, Status.IN_REVIEW)
    waiting_task(submission.page).reject(user=actor, comment=comment)
    move(
        submission,
        Status.CHANGES_REQUESTED,
        actor=actor,
        sentence="The graduate school asked for changes.",
        comment=comment,
    )
    send_after_commit("changes_requested", submission)
    return submission
