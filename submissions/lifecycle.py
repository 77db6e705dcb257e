"""The only place where a submission changes status.

Each move is one function and one transaction: lock the case, check the move and the actor, move Wagtail's workflow
along, write the status with a line of history, and queue what follows until after the commit. Wagtail's own calls
check a status they read earlier, so every function here reads the workflow again after it holds the lock.

A move that is not possible raises ``MoveRefused`` with a sentence for the person who tried it; nothing has changed.
"""

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import TaskState, WorkflowState

from . import outlets, permissions, publication
from .committee import invitations
from .drafts import save_draft
from .mails import send_after_commit
from .models import (
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
from .outlets.doi.codes import give_doi
from .readiness import Problem, author_connection, page_problems, problems
from .refusals import MoveRefused, NotReady

#: The table of moves: from each status, where it may go.
MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.WITH_COMMITTEE, Status.WITHDRAWN}),
    Status.WITH_COMMITTEE: frozenset({Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.WITHDRAWN}),
    Status.IN_REVIEW: frozenset({Status.APPROVED, Status.CHANGES_REQUESTED, Status.WITHDRAWN}),
    Status.CHANGES_REQUESTED: frozenset({Status.WITH_COMMITTEE, Status.IN_REVIEW, Status.WITHDRAWN}),
    Status.APPROVED: frozenset({Status.PUBLISHED, Status.WITHDRAWN}),
    Status.PUBLISHED: frozenset({Status.WITHDRAWN}),
    Status.WITHDRAWN: frozenset({Status.PUBLISHED}),
}


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
    _note(submission, "", Status.DRAFT, actor=student, sentence="The submission was started.")
    return submission


@transaction.atomic
def submit(submission: Submission, *, actor: AbstractUser, note: str = "") -> Submission:
    """The student sends the thesis: to the committee, or back to staff when staff asked for the changes.

    Raises ``NotReady`` with all that is missing, ``MoveRefused`` when it was sent already.
    """
    submission = _lock(submission)
    _allow(permissions.can_edit_thesis(actor, submission))
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
    _move(submission, to, actor=actor, sentence=sentence, comment=note)
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
    submission = _lock(invitation.submission)
    invitation = Invitation.objects.select_related("submission").get(pk=invitation.pk)
    _allow(permissions.can_use_invitation(invitation))
    if invitation.decisions.filter(round=submission.committee_round).exists():
        raise MoveRefused("You have decided already. Thank you: there is nothing left for you to do.")
    if submission.status != Status.WITH_COMMITTEE:
        raise MoveRefused("This thesis is no longer waiting for its committee, so nothing was recorded.")
    page = submission.page
    if revision_id != page.latest_revision_id:
        raise MoveRefused(
            "The thesis was changed after you opened this page. Please read it again, then decide."
        )
    if verdict == Verdict.CHANGES and not comment.strip():
        raise MoveRefused("Say what should be changed, so that the student knows what to do.")
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                submission=submission,
                invitation=invitation,
                name=invitation.name,
                email=invitation.email,
                round=submission.committee_round,
                verdict=verdict,
                comment=comment.strip(),
                revision_id=revision_id,
                file_checksums=[{"name": f.name, "sha256": f.sha256} for f in page.files.all()],
            )
    except IntegrityError as error:
        raise MoveRefused(
            "You have decided already. Thank you: there is nothing left for you to do."
        ) from error
    task_state = _task_state(page)
    if verdict == Verdict.APPROVE:
        _note(
            submission,
            submission.status,
            submission.status,
            None,
            f"{invitation.name} approved.",
            invitation.name,
            comment,
        )
    if verdict == Verdict.CHANGES:
        task_state.reject(user=None, comment=comment)
        _move(
            submission,
            Status.CHANGES_REQUESTED,
            actor_name=invitation.name,
            sentence=f"{invitation.name} asked for changes.",
            comment=comment,
        )
        send_after_commit("changes_requested", submission)
    elif invitations.all_have_approved(submission):
        task_state.approve(user=None, comment="All committee members approved")
        _move(
            submission,
            Status.IN_REVIEW,
            sentence="The whole committee approved; the graduate school is next.",
        )
        send_after_commit("in_review", submission)
    return decision


@transaction.atomic
def approve(submission: Submission, *, actor: AbstractUser) -> Submission:
    """Staff accept the thesis; it then waits for the conferral of the degree."""
    submission = _lock(submission)
    _allow(permissions.can_run_case(actor, submission))
    _expect(submission, Status.IN_REVIEW)
    _complete(problems(submission), "It cannot be approved yet: ")
    invitations.insist_on_approval(submission)
    _task_state(submission.page).approve(user=actor)
    _move(submission, Status.APPROVED, actor=actor, sentence="The graduate school approved the thesis.")
    give_doi(submission)
    outlets.refresh(submission)
    send_after_commit("approved", submission)
    return submission


@transaction.atomic
def request_changes(submission: Submission, *, actor: AbstractUser, comment: str) -> Submission:
    """Staff send the thesis back. Their comments on single fields stand in the page's comments."""
    submission = _lock(submission)
    _allow(permissions.can_run_case(actor, submission))
    _expect(submission, Status.IN_REVIEW)
    _task_state(submission.page).reject(user=actor, comment=comment)
    _move(
        submission,
        Status.CHANGES_REQUESTED,
        actor=actor,
        sentence="The graduate school asked for changes.",
        comment=comment,
    )
    send_after_commit("changes_requested", submission)
    return submission


@transaction.atomic
def record_conferral(submission: Submission, *, actor: AbstractUser, conferred_on: dt.date) -> Submission:
    """The registrar records the day of conferral. The workflow ends with it and the thesis is published."""
    submission = _lock(submission)
    _allow(permissions.can_confer(actor, submission))
    _expect(submission, Status.APPROVED)
    _no_wrong_day(submission.page, conferred_on)
    _complete(page_problems(submission.page, submission), "It cannot be published yet: ")
    invitations.insist_on_approval(submission)
    submission.conferred_on = conferred_on
    submission.save(update_fields=["conferred_on"])
    _task_state(submission.page).approve(
        user=actor
    )  # the last task: Wagtail calls review.finish, which calls publish
    submission.refresh_from_db()
    return submission


@transaction.atomic
def correct_conferral(submission: Submission, *, actor: AbstractUser, conferred_on: dt.date) -> Submission:
    """Mend a wrongly recorded day of conferral of a public thesis, and tell everybody who was told the wrong one."""
    submission = _lock(submission)
    _allow(permissions.can_confer(actor, submission))
    _expect(submission, Status.PUBLISHED)
    _no_wrong_day(submission.page, conferred_on)
    before, after = (date_format(day, "j F Y") for day in (submission.conferred_on, conferred_on))
    submission.conferred_on = conferred_on
    submission.save(update_fields=["conferred_on"])
    _note(
        submission,
        submission.status,
        submission.status,
        actor,
        f"The day of conferral was corrected from {before} to {after}.",
    )
    outlets.refresh(submission)
    return submission


@transaction.atomic
def publish(submission: Submission, *, actor: AbstractUser | None) -> Submission:
    """Make a final thesis public: called when the workflow has ended, or to publish a withdrawn thesis again.

    The system publishes (no staff member holds that right); who made it happen stands in the history.
    """
    submission = _lock(submission)
    again = submission.status == Status.WITHDRAWN
    if again:
        if actor is not None:
            _allow(permissions.can_run_case(actor, submission))
        if submission.published_at is None:
            raise MoveRefused("This thesis was never published, so it cannot be published again.")
    if submission.conferred_on is None:
        raise MoveRefused("The degree is not conferred yet.")
    page = submission.page
    if again:
        _complete(
            page_problems(page.get_latest_revision_as_object(), submission), "It cannot be published yet: "
        )
    else:
        # Two theses that are published at the same moment must not be given one address.
        ThesisIndexPage.objects.select_for_update().get(pk=page.get_parent().pk)
        submission.published_at = timezone.now()
        submission.embargo_until = publication.embargo_end(page, timezone.localdate())
        submission.author_connection = author_connection(submission)
        page.slug = publication.public_slug(page, submission.published_at.year)
    _move(
        submission,
        Status.PUBLISHED,
        actor=actor,
        sentence="The thesis was made public again."
        if again
        else "The degree was conferred and the thesis published.",
    )
    revision = page.get_latest_revision() if again else save_draft(page, user=None, keep_history=True)
    revision.publish(user=None)
    if not again:
        send_after_commit("published", submission)
    return submission


@transaction.atomic
def publish_correction(submission: Submission, *, actor: AbstractUser) -> Submission:
    """Publish the revision that staff wrote after publication. The address of the page does not change."""
    submission = _lock(submission)
    _allow(permissions.can_run_case(actor, submission))
    _expect(submission, Status.PUBLISHED)
    page = submission.page
    if not page.has_unpublished_changes:
        raise MoveRefused("There is nothing to publish: the public page already shows the latest version.")
    corrected = page.get_latest_revision_as_object()
    _complete(page_problems(corrected, submission), "The correction cannot be published yet: ")
    if corrected.embargo is not None or submission.student_id is not None:
        # An imported thesis has the day alone, without the choice that it followed from.
        day = timezone.localdate(submission.published_at)
        submission.embargo_until = publication.embargo_end(corrected, day)
    submission.save(update_fields=["embargo_until"])
    page.get_latest_revision().publish(user=None)
    _note(submission, submission.status, submission.status, actor, "A correction was published.")
    return submission


@transaction.atomic
def withdraw(submission: Submission, *, actor: AbstractUser | None, comment: str = "") -> Submission:
    """Take a thesis out: the page goes offline, the workflow ends, the work is taken off the ORCID record.

    A student can withdraw a thesis that was never submitted (that is discarding a draft); staff can withdraw any.
    Without an actor it is the system (a thesis that was imported and is gone where it came from): nobody gets a mail.
    """
    submission = _lock(submission)
    if actor is None:
        pass
    elif actor != submission.student:
        _allow(permissions.can_run_case(actor, submission))
    elif submission.submitted_at is not None:
        raise MoveRefused(
            "You have submitted this thesis, so only the thesis office can withdraw it. Write to them."
        )
    page = submission.page
    state = page.current_workflow_state
    if state:
        state.cancel(user=actor)
    _move(
        submission, Status.WITHDRAWN, actor=actor, sentence="The submission was withdrawn.", comment=comment
    )
    if page.live:
        page.unpublish(user=None)
    else:
        outlets.refresh(submission)  # a degree that was announced and will not be conferred here
    if submission.submitted_at and actor is not None:
        send_after_commit("withdrawn", submission)
    return submission


def follow_page(page: ThesisPage, *, live: bool) -> None:
    """Bring the status in line when an administrator published or unpublished the page by Wagtail's own buttons."""
    submission = Submission.objects.select_for_update().get(page_id=page.pk)
    if not live and submission.status == Status.PUBLISHED:
        _move(submission, Status.WITHDRAWN, sentence="An administrator took the page offline.")
    elif live and submission.status == Status.WITHDRAWN:
        _move(submission, Status.PUBLISHED, sentence="An administrator published the page again.")


# --- what the moves share ------------------------------------------------------------------------------------------


def _lock(submission: Submission) -> Submission:
    """Read the case again under a row lock, so that two people who act at the same moment act one after the other."""
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    locked.page = ThesisPage.objects.get(pk=locked.page_id)
    locked.page.submission = locked
    return locked


def _task_state(page: ThesisPage) -> TaskState:
    """The task state that is waiting now, read after the lock."""
    state = (
        WorkflowState.objects.active()
        .for_instance(page)
        .filter(status=WorkflowState.STATUS_IN_PROGRESS)
        .first()
    )
    if state is None or state.current_task_state is None:
        raise MoveRefused(
            "Somebody else has just moved this thesis on. Open it again to see where it stands."
        )
    return state.current_task_state.specific


def _expect(submission: Submission, status: Status) -> None:
    if submission.status != status:
        raise MoveRefused(
            f"This thesis is now “{submission.get_status_display()}”, so this cannot be done. "
            "Somebody else may have acted on it a moment ago."
        )


def _allow(answer: permissions.Answer) -> None:
    if not answer:
        raise MoveRefused(answer.reason)


def _no_wrong_day(page: ThesisPage, conferred_on: dt.date) -> None:
    wrong = publication.wrong_conferral(page, conferred_on)
    if wrong:
        raise MoveRefused(wrong)


def _complete(missing: list[Problem], before: str) -> None:
    if missing:
        raise MoveRefused(before + " ".join(problem.sentence for problem in missing))


def _move(
    submission: Submission,
    to: Status,
    *,
    sentence: str,
    actor: AbstractUser | None = None,
    actor_name: str = "",
    comment: str = "",
) -> None:
    """Write the new status and its line of history. Raises ``MoveRefused`` when the table does not allow it."""
    came_from = Status(submission.status)
    if to not in MOVES[came_from]:
        raise MoveRefused(f"A thesis that is “{came_from.label}” cannot become “{to.label}”.")
    submission.status = to
    submission.status_since = timezone.now()
    submission.save()
    _note(submission, came_from, to, actor, sentence, actor_name, comment)


def _note(
    submission: Submission,
    came_from: str,
    to: str,
    actor: AbstractUser | None,
    sentence: str,
    actor_name: str = "",
    comment: str = "",
) -> None:
    StatusChange.objects.create(
        submission=submission,
        from_status=came_from,
        to_status=to,
        actor=actor,
        actor_name=actor_name or (actor.get_full_name() or actor.get_username() if actor else ""),
        sentence=sentence,
        comment=comment.strip(),
    )
