"""Settings without which the way of a thesis breaks, checked when the site starts."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def settings_hold(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """The finish action must be ours and tasks of Wagtail must run at once (see docs/architecture.md)."""
    found = []
    if settings.WAGTAIL_FINISH_WORKFLOW_ACTION != "submissions.review.finish.finish_workflow":
        found.append(
            Error(
                "A thesis would be published by its last approver, who has no right to.",
                hint='Set WAGTAIL_FINISH_WORKFLOW_ACTION = "submissions.review.finish.finish_workflow".',
                id="submissions.E001",
            )
        )
    if "Immediate" not in settings.TASKS["default"]["BACKEND"]:
        found.append(
            Error(
                "Search and reference index would stop when no worker runs.",
                hint='Keep TASKS["default"] on the immediate backend; give other work an alias of its own.',
                id="submissions.E002",
            )
        )
    return found
