"""What the moves of a case are measured by."""

import datetime as dt

from django.utils import timezone

from submissions.models import Submission
from tests.factories import fresh

YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


def everything(submission: Submission) -> tuple:
    """What a refused move must leave alone."""
    case = fresh(submission)
    return (
        case.status,
        case.committee_round,
        case.changes.count(),
        case.decisions.count(),
        case.page.live,
        case.page.latest_revision_id,
        [(state.status, state.current_task_state_id) for state in case.page.workflow_states.order_by("pk")],
    )
