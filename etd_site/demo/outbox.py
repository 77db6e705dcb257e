"""Shows the mails the demo has "sent", so that a visitor can open a committee member's link without a mail server."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape, urlize
from django.utils.safestring import mark_safe

SEPARATOR = re.compile(rb"^-{79}$", re.MULTILINE)  # what Django's file backend writes after each mail


def _mails() -> list[dict]:
    """Every mail in the outbox, newest first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    found = []
    for path in sorted(folder.glob("*.log"), reverse=True):
        for number, raw in enumerate(SEPARATOR.split(path.read_bytes())):
            if raw.strip():
                message = email.message_from_bytes(raw.lstrip(), policy=email.policy.default)
                found.append({"name": f"{path.stem}-{number}", **_shown(message)})
    return sorted(
        found, key=lambda mail: (mail["sent"] is not None, mail["sent"], mail["name"]), reverse=True
    )


def _shown(message: EmailMessage) -> dict:
    date = message["Date"]
    return {
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "sent": date.datetime if date else None,
        "body": message.get_content(),
    }


def listing(request: HttpRequest) -> HttpResponse:
    """All mails, newest first."""
    return render(request, "etd_site/demo/mail_list.html", {"mails": _mails()})


def message(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, with its links made clickable."""
    for mail in _mails():
        if mail["name"] == name:
            body = mark_safe(urlize(conditional_escape(mail["body"]), nofollow=False))  # noqa: S308 - escaped first
            return render(request, "etd_site/demo/mail.html", {"mail": mail, "body": body})
    raise Http404("There is no such mail.")
