"""The history of a case as the office reads it: its own lines, and what was done with its deliveries.

The latter are plumbing between the office and a place: they stand in Wagtail's log, and the student reads none of them.
"""

import datetime as dt
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry

from submissions.models import Delivery, Submission
from submissions.outlets.delivery.wishes import ACTED


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``at`` is in UTC; ``actor_name`` is "" for the system."""

    at: dt.datetime
    sentence: str
    actor_name: str = ""
    comment: str = ""


def history(submission: Submission) -> list[Line]:
    """Every line, the newest first."""
    lines = [
        Line(one.at, one.sentence, one.actor_name, one.comment)
        for one in submission.changes.order_by("-at", "-pk")
    ]
    keys = [str(key) for key in submission.deliveries.values_list("pk", flat=True)]
    acts = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Delivery), object_id__in=keys, action=ACTED
    ).select_related("user")
    for one in acts.order_by("-timestamp", "-pk"):
        name = (one.user.get_full_name() or one.user.get_username()) if one.user else ""
        lines.append(Line(one.timestamp, one.data["sentence"], name))
    return sorted(lines, key=lambda line: line.at, reverse=True)
