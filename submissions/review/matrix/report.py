"""The mail to the repository managers: what is new among alarms and things that need attention. No news, no mail."""

import hashlib
import json
import logging
import smtplib

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from submissions.models import Delivery
from submissions.permissions import MANAGER_GROUP

from .outlets import places

log = logging.getLogger(__name__)
SHOWN = 50  # deliveries that a mail names one by one
_TROUBLED = ~Q(alarms=[]) | Q(state=Delivery.State.NEEDS_ATTENTION)


def report() -> str:
    """Write to the repository managers about trouble they have not heard of, once. Returns what was done, in words.

    Trouble that changed, or ended and came back, is news. When no mail can be sent, it stays news.
    """
    labels = {place.key: place.label for place in places()}
    Delivery.objects.exclude(_TROUBLED).exclude(reported_hash="").update(reported_hash="")
    troubled = Delivery.objects.filter(_TROUBLED, target__in=labels).select_related("submission__page")
    rows = list(troubled.order_by("target", "pk").defer("remote"))
    new = [row for row in rows if _trouble(row) != row.reported_hash]
    if not new:
        return "Nothing new, so no mail was sent."
    managers = _managers()
    if not managers:
        return f"{len(new)} new, and nobody in “{MANAGER_GROUP}” has an e-mail address, so no mail was sent."
    subject, text = _mail(new, len(rows) - len(new), labels)
    sent = sum(_send(subject, text, address) for address in managers)
    if sent:
        for row in new:
            Delivery.objects.filter(pk=row.pk).update(reported_hash=_trouble(row))
    return f"{len(new)} new; {sent} of {len(managers)} mails were sent."


def _trouble(row: Delivery) -> str:
    """What is wrong with a delivery, as a hash."""
    needs = row.state == Delivery.State.NEEDS_ATTENTION
    said = [needs and [row.error_code, row.reason], row.alarms]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def _managers() -> list[str]:
    people: QuerySet = get_user_model().objects.filter(is_active=True, groups__name=MANAGER_GROUP)
    return list(people.exclude(email="").order_by("email").values_list("email", flat=True).distinct())


def _mail(new: list[Delivery], old: int, labels: dict[str, str]) -> tuple[str, str]:
    """Subject and text."""
    alarms = sum(bool(row.alarms) for row in new)
    what = [f"{alarms} new alarm{'' if alarms == 1 else 's'}"] if alarms else []
    if needing := len(new) - alarms:
        what.append(f"{needing} {'delivery needs' if needing == 1 else 'deliveries need'} attention")
    context = {
        "entries": [
            {
                "delivery": row,
                "place": labels[row.target],
                "url": settings.ETD_BASE_URL + reverse("deliveries:thesis", args=[row.submission_id]),
            }
            for row in new[:SHOWN]
        ],
        "more": max(0, len(new) - SHOWN),
        "old": old,
        "list_url": f"{settings.ETD_BASE_URL}{reverse('deliveries:index')}?trouble=either",
    }
    return f"Deliveries of theses: {', '.join(what)}", render_to_string(
        "submissions/mail/deliveries.txt", context
    )


def _send(subject: str, text: str, address: str) -> bool:
    try:
        EmailMessage(subject, text, to=[address]).send()
    except (OSError, smtplib.SMTPException):
        log.exception("The mail about deliveries could not be sent")
        return False
    return True
