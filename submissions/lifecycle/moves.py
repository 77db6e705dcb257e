"""The table of moves, and what every move does: lock the case, check, write the new status and its line of history."""

from django.contrib.auth.models import AbstractUser
from django.utils import timezone
from wagtail.models import TaskState, WorkflowState

from ..models import Status, StatusChange, Submission, ThesisPage
from ..readiness import Problem
from ..refusals import MoveRefused, allow

__all__ = ["MOVES", "allow", "expect", "insist_on_nothing_missing", "lock", "move", "waiting_task"]

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


def lock(submission: Submission) -> Submission:
    """Read the case again under a row lock, so that two people who act at the same moment act one after the other.

    Call it in a transaction. The case comes with its page, and the page with this very case.
    """
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    locked.page = ThesisPage.objects.get(pk=locked.page_id)
    locked.page.submission = locked
    return locked


def waiting_task(page: ThesisPage) -> TaskState:
    """The task state of the workflow that is waiting now, read after the lock. Raises ``MoveRefused`` without one."""
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


def expect(submission: Submission, status: Status) -> None:
    """Raise ``MoveRefused`` unless the case, which is locked, has this status."""
    if submission.status != status:
        raise MoveRefused(
            f"This thesis is now “{submission.get_status_display()}”, so this cannot be done. "
            "Somebody else may have acted on it a moment ago."
        )


def insist_on_nothing_missing(missing: list[Problem], before: str) -> None:
    """Raise ``MoveRefused`` with ``before`` and a sentence for each thing that is missing, when anything is."""
    if missing:
        raise MoveRefused(before + " ".join(problem.sentence for problem in missing))


def move(
    submission: Submission,
    to: Status,
    *,
    sentence: str,
    actor: AbstractUser | None = None,
    actor_name: str = "",
    comment: str = "",
) -> None:
    """Write the new status and its line of history. Raises ``MoveRefused`` when the table does not allow it.

    ``sentence`` says what happened. Who did it is ``actor``, or the name of somebody without an account; with neither
    it was the system. Everything else that was set on ``submission`` is saved with it.
    """
    came_from = Status(submission.status)
    if to not in MOVES[came_from]:
        raise MoveRefused(f"A thesis that is “{came_from.label}” cannot become “{to.label}”.")
    submission.status = to
    submission.status_since = timezone.now()
    submission.save()
    StatusChange.note(
        submission, sentence, came_from=came_from, actor=actor, actor_name=actor_name, comment=comment
    )
