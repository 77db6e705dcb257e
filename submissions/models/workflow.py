"""The steps of the workflow. They only say who may act and hand every action to ``lifecycle``.

The names of the actions are our own (``accept`` and not ``approve``): Wagtail lets anyone who may "approve" cancel
the whole workflow from the page editor, and a case must never lose its place that way.
"""

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.forms import Form
from wagtail.locks import WorkflowLock
from wagtail.models import AbstractGroupApprovalTask, Task, TaskState


class WaitingForCommitteeLock(WorkflowLock):
    """Nobody edits the thesis while the committee reads it: what they decide on must stay what they saw."""

    def get_message(self, user: AbstractUser) -> str:
        """Say why the editor is closed, and when it opens again."""
        return "The committee is reading this thesis. It can be edited again when they have decided."


class CommitteeTask(Task):
    """All committee members approve by their own link. Nobody can do it for them in the admin."""

    lock_class = WaitingForCommitteeLock

    def locked_for_user(self, obj: object, user: AbstractUser) -> bool:
        """Locked for everybody, staff and superusers included."""
        return True

    @classmethod
    def get_description(cls) -> str:
        """What the step asks, where an administrator chooses it for a workflow."""
        return "Every committee member approves the thesis by a link that was mailed to them"

    class Meta:
        verbose_name = "Committee approval"


class OfficeTask(AbstractGroupApprovalTask):
    """A step done by a group in the admin."""

    class Meta:
        abstract = True

    def _acts_on(self, obj: object, user: AbstractUser) -> bool:
        """Whether ``obj`` is a thesis with a case (the index page has the workflow too) and ``user`` may act on it."""
        # Some views hand over the plain page and some the thesis itself.
        return hasattr(obj.specific, "submission") and (user.is_superuser or self._user_in_groups(user))

    def get_template_for_action(self, action: str) -> str:
        """Our own dialogue for every action that asks something."""
        return "submissions/review/action_modal.html"


class GraduateSchoolTask(OfficeTask):
    """Graduate-school staff accept the thesis or send it back with comments."""

    def get_actions(self, obj: object, user: AbstractUser) -> list[tuple[str, str, bool]]:
        """Actions of staff: (name, words on the button, whether more is asked)."""
        if self._acts_on(obj, user):
            return [
                ("request_changes", "Ask the student for changes", True),
                ("accept", "Approve the thesis", False),
            ]
        return []

    def get_form_for_action(self, action: str) -> type[Form]:
        """Return the form shown before ``action``."""
        from ..review.forms import ActionCommentForm

        return ActionCommentForm

    def on_action(
        self, task_state: TaskState, user: AbstractUser, action_name: str, **kwargs: object
    ) -> None:
        """Hand the action to the lifecycle. Raises ``PermissionDenied`` when it is no longer this step's turn."""
        from .. import lifecycle

        submission = task_state.workflow_state.content_object.specific.submission
        if action_name == "accept":
            lifecycle.approve(submission, actor=user)
        elif action_name == "request_changes":
            lifecycle.request_changes(submission, actor=user, comment=str(kwargs.get("comment", "")))

    @classmethod
    def get_description(cls) -> str:
        """What the step asks, where an administrator chooses it for a workflow."""
        return "Members of the chosen groups approve the thesis or ask the student for changes"

    class Meta:
        verbose_name = "Graduate school review"


class ConferralTask(OfficeTask):
    """The registrar records that the degree was conferred. This makes the thesis final and public."""

    def get_actions(self, obj: object, user: AbstractUser) -> list[tuple[str, str, bool]]:
        """One action: record the day of conferral."""
        if self._acts_on(obj, user):
            return [("confer", "Record conferral and publish", True)]
        return []

    def get_form_for_action(self, action: str) -> type[Form]:
        """Return the form that asks for the day."""
        from ..review.forms import ConferralForm

        return ConferralForm

    def on_action(
        self, task_state: TaskState, user: AbstractUser, action_name: str, **kwargs: object
    ) -> None:
        """Hand the day to the lifecycle; the editor sends it as ISO text, the modal as a date."""
        from .. import lifecycle

        if action_name == "confer":
            try:
                day = dt.date.fromisoformat(str(kwargs.get("conferred_on")))
            except ValueError as error:
                raise lifecycle.MoveRefused("Say on which day the degree was conferred.") from error
            lifecycle.record_conferral(
                task_state.workflow_state.content_object.specific.submission,
                actor=user,
                conferred_on=day,
            )

    @classmethod
    def get_description(cls) -> str:
        """What the step asks, where an administrator chooses it for a workflow."""
        return "Members of the chosen groups record the day of conferral; the thesis is then published"

    class Meta:
        verbose_name = "Conferral"
