"""What Wagtail calls when a workflow has passed its last step (``WAGTAIL_FINISH_WORKFLOW_ACTION``).

Wagtail reads that setting while its own models are still loading, so nothing may be imported at the top here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser
    from wagtail.models import WorkflowState


def finish_workflow(workflow_state: WorkflowState, user: AbstractUser | None = None) -> None:
    """Publish a thesis as the system; leave every other kind of page to Wagtail.

    Wagtail's own action publishes as the last approver, who would need the right to publish, and with that right
    could publish past the workflow.
    """
    from wagtail.workflows import publish_workflow_state

    from .. import lifecycle
    from ..models import ThesisPage

    page = workflow_state.content_object.specific
    if isinstance(page, ThesisPage):
        lifecycle.publish(page.submission, actor=user)
    else:
        publish_workflow_state(workflow_state, user=user)
