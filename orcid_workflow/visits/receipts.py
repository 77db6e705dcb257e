"""The receipt of a consent: a page that its owner keeps the address of, and a mail that says where it is."""

import logging
import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..after_commit import after_commit
from ..models import Consent
from ..purposes import words_for

logger = logging.getLogger(__name__)
# Who has the address has the receipt, so it is told to nobody.
_PRIVATE = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
_SIGNED_IN = {"pwd": "with a password", "mfa": "with a password and a second factor"}  # orcid.md §7


@require_safe
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Show one receipt. No account is needed, and nothing on it lets anybody act."""
    consent = get_object_or_404(
        Consent.objects.select_related("connection"),
        key=key,
        connection__environment=settings.ORCID_ENVIRONMENT,
    )
    response = render(request, "orcid_workflow/receipt.html", _facts(consent))
    for name, value in _PRIVATE.items():
        response[name] = value
    return response


def site_of(request: HttpRequest) -> str:
    """Return the beginning of our addresses: that of the registered redirect address, else of the request."""
    registered = urlsplit(getattr(settings, "ORCID_REDIRECT_URI", "") or request.build_absolute_uri("/"))
    return f"{registered.scheme}://{registered.netloc}"


def mail_after_commit(consent: Consent, site: str) -> None:
    """Mail the receipt when the present transaction has committed. ``site`` is the beginning of our addresses, without
    a slash at its end (``https://etd.example.edu``). A mail that does not leave is logged and stops nothing.
    """
    if consent.receipt_to:
        after_commit(_mail, consent.pk, site)


def _facts(consent: Consent) -> dict:
    asked, granted = consent.asked.split(), consent.granted.split()
    return {
        "consent": consent,
        "connection": consent.connection,
        "allowed": list(dict.fromkeys(words_for(scope) for scope in granted)),
        "not_allowed": [words_for(scope) for scope in asked if scope not in granted],
        "signed_in": _SIGNED_IN.get(consent.amr, consent.amr),
    }


def _mail(pk: int, site: str) -> None:
    consent = Consent.objects.select_related("connection").get(pk=pk)
    facts = _facts(consent) | {"link": site + reverse("orcid:receipt", args=[consent.key])}
    message = EmailMessage(
        f"Your ORCID iD {consent.connection.orcid} is connected: a receipt to keep",
        render_to_string("orcid_workflow/mail/receipt.txt", facts),
        to=[consent.receipt_to],
    )
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as fault:
        logger.warning("A receipt could not be mailed: %s", type(fault).__name__)
        return
    Consent.objects.filter(pk=pk).update(receipt_sent_at=timezone.now())
