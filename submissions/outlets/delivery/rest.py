"""A place that is out of order is left in peace: five hundred theses do not each try it.

There is no row for it. When the last calls to a place all failed for a reason that lies with the place, everything
that waits for it waits until one moment; then the first one to be claimed finds out, and the others wait again if it
fails. No attempt of theirs is used up.
"""

import datetime as dt

from django.conf import settings
from django.db.models import Q

from submissions.models.deliveries import Delivery, DeliveryCall

from . import rulings
from .rulings import Answer, Ruling
from .targets import Target

_IN_A_ROW = 3
_UNTIL_MENDED = dt.timedelta(minutes=15)  # a wrong password locks accounts when it is tried often


def after(target: Target, ruling: Ruling, answer: Answer | None, now: dt.datetime) -> None:
    """Have what waits for ``target`` wait longer, if a failure under ``ruling`` says that the place is out of order.

    It does at once when the place says so itself (429, 503, a wrong password), else after three failures in a row.
    """
    asked = rulings.wait(answer, now) if answer else None
    said_so = not ruling.again or (answer is not None and answer.status in (429, 503))
    if not said_so and not _failing(target):
        return
    pause = max(asked or dt.timedelta(), _pause() if ruling.again else _UNTIL_MENDED)
    Delivery.objects.filter(
        Q(next_try_at=None) | Q(next_try_at__lt=now + pause),
        Q(lease_until=None) | Q(lease_until__lt=now),
        target=target.name,
        state=Delivery.State.WAITING,
    ).update(next_try_at=now + pause, reason=rulings.sentence(ruling, target.label))


def _failing(target: Target) -> bool:
    """Whether the last calls to the place, of any thesis, all had no answer or a fault of the place."""
    last = DeliveryCall.objects.filter(delivery__target=target.name).exclude(duration_ms=None)
    statuses = list(last.order_by("-at", "-pk").values_list("status", flat=True)[:_IN_A_ROW])
    return len(statuses) == _IN_A_ROW and all(rulings.decide(status).everybody for status in statuses)


def _pause() -> dt.timedelta:
    return dt.timedelta(seconds=float(getattr(settings, "ETD_TARGET_REST_SECONDS", 60)))
