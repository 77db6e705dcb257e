"""Webhooks: who wants to hear of changes to which record, and telling them.

ORCID's habits: a POST with nothing in it, some time after the change (changes in between are one call); an
answer other than 2xx is a failure and tried again after failures x ``webhook_retry_seconds``, 25 times in all;
429 ends the run for that client.
"""

import logging
import threading
from collections import deque
from datetime import datetime, timedelta

import requests
from django.db import DatabaseError, close_old_connections
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from .errors import refuse
from .models import Client, Person, Webhook
from .storage import one_writer
from .switches import switches

ATTEMPTS = 25
_ANSWER_SECONDS = 10
_LOOK_SECONDS = 0.2

_log = logging.getLogger("django.server")
_one_run = threading.Lock()
_deliveries: deque[dict] = deque(maxlen=2000)


def register(person: Person, client: Client, url: str) -> bool:
    """Want ``url`` called when the record of ``person`` changes. True when that is new."""
    with one_writer():
        webhook, new = Webhook.objects.get_or_create(person=person, url=url, defaults={"client": client})
        if not new and webhook.client_id == client.pk:
            Webhook.objects.filter(pk=webhook.pk).update(failures=0, next_try=None)
    return new


def unregister(person: Person, client: Client, url: str) -> None:
    """Want it no more. Raises 9028 when there is none and 9014 for another client's."""
    with one_writer():
        webhook = Webhook.objects.filter(person=person, url=url).first()
        if webhook is None:
            raise refuse(9028, orcid=person.orcid, url=url)
        if webhook.client_id != client.pk:
            raise refuse(9014, detail="Only the client that registered the webhook can unregister it.")
        webhook.delete()


def changed(person_id: str) -> None:
    """Note that a record changed, by whomever."""
    now = timezone.now()
    Person.objects.filter(pk=person_id).update(modified=now)
    Webhook.objects.filter(person_id=person_id).update(
        changes=F("changes") + 1, pending_since=Coalesce("pending_since", now)
    )


def deliver(*, at_once: bool = False) -> int:
    """Call every webhook that is due; return how many were called.

    ``at_once`` waits neither for the batch nor for the time between two attempts.
    """
    with _one_run:
        now = timezone.now()
        batch = now if at_once else now - timedelta(seconds=switches.webhook_seconds)
        due = Webhook.objects.filter(
            pending_since__lte=batch, failures__lt=ATTEMPTS, client__webhooks=True, client__status="active"
        )
        if not at_once:
            due = due.filter(Q(next_try=None) | Q(next_try__lte=now))
        called, silent = 0, set()
        for webhook in due.order_by("pending_since", "pk"):
            if webhook.client_id in silent:
                continue
            status = _call(webhook)
            called += 1
            if status == 429:
                silent.add(webhook.client_id)
        return called


def registrations() -> list[dict]:
    """All webhooks, for the controls."""
    return [
        {
            "orcid": webhook.person_id,
            "client_id": webhook.client_id,
            "url": webhook.url,
            "pending": webhook.pending_since is not None,
            "failures": webhook.failures,
        }
        for webhook in Webhook.objects.order_by("pk")
    ]


def deliveries() -> list[dict]:
    """The calls so far, oldest first; ``status`` is None when nothing answered."""
    return list(_deliveries)


def start() -> None:
    """Start the thread that delivers. It ends with the process."""
    threading.Thread(target=_run, name="webhooks", daemon=True).start()


def _run() -> None:
    pause = threading.Event()
    while not pause.wait(_LOOK_SECONDS):
        try:
            deliver()
        except DatabaseError:
            _log.exception("the webhooks could not be looked at")
        close_old_connections()


def _call(webhook: Webhook) -> int | None:
    try:
        answer = requests.post(webhook.url, timeout=_ANSWER_SECONDS, allow_redirects=False)
        status: int | None = answer.status_code
    except requests.RequestException:
        status = None
    now = timezone.now()
    _deliveries.append(
        {
            "orcid": webhook.person_id,
            "client_id": webhook.client_id,
            "url": webhook.url,
            "status": status,
            "at": now.isoformat(),
        }
    )
    with one_writer():
        _note(webhook, status is not None and 200 <= status < 300, now)
    return status


def _note(webhook: Webhook, success: bool, now: datetime) -> None:
    row = Webhook.objects.filter(pk=webhook.pk)
    if success:
        row.update(failures=0, next_try=None, pending_since=now)
        # Nothing is pending any more, unless the record changed while the call was on its way.
        row.filter(changes=webhook.changes).update(pending_since=None)
        return
    failures = webhook.failures + 1
    wait = timedelta(seconds=failures * switches.webhook_retry_seconds)
    row.update(failures=failures, next_try=now + wait)
