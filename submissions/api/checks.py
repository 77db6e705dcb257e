"""Settings of the API that would break every answer, found when the site starts."""

import re

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

_RATE = re.compile(r"[1-9][0-9]*/(s|sec|second|m|min|minute|h|hour|d|day)")


@register()
def api_settings_hold(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """The budget of a key must be a rate, and a page must hold something."""
    found = []
    if not _RATE.fullmatch(str(settings.ETD_API_RATE)):
        found.append(
            Error(
                f"ETD_API_RATE is “{settings.ETD_API_RATE}”, which is not so many requests in a time.",
                hint="Write a number and a time: 120/min, 10/s or 5000/hour.",
                id="submissions.E010",
            )
        )
    if settings.ETD_API_PAGE_SIZE < 1:
        found.append(
            Error(
                f"ETD_API_PAGE_SIZE is {settings.ETD_API_PAGE_SIZE}, so that no page of the API would hold a thesis.",
                hint="Set it to a number from 1 to 500.",
                id="submissions.E011",
            )
        )
    return found
