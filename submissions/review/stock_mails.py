"""Wagtail's own workflow mails speak to people with an admin account; ours (``mails.py``) speak to students."""

from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

STOCK = [
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
]


def turn_off() -> list[bool]:
    """Disconnect every stock mail; return, for each, whether it was connected (a test keeps that true)."""
    return [
        bool(signal.disconnect(sender=sender, dispatch_uid=dispatch_uid))
        for signal, sender, dispatch_uid in STOCK
    ]
