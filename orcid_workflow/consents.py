"""The consent ledger: one row for each yes, written with its connection, and never changed but to end it."""

import hashlib
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone, translation

from .models import Connection, Consent
from .purposes import Purpose

Withdrawn = Consent.Withdrawn


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody was asked, kept from the page before ORCID until they come back. Ready for JSON by ``asdict``.

    ``scope`` is space separated; ``language`` is BCP 47; ``receipt_to`` is an e-mail address or "".
    """

    purpose: str
    text: str
    language: str
    scope: str
    receipt_to: str = ""


def asked(request: HttpRequest, purpose: Purpose, context: dict) -> Asked:
    """Return what ``purpose`` asks the reader of ``request`` at this moment."""
    return Asked(
        purpose=purpose.name,
        text=purpose.text,
        language=translation.get_language() or "",
        scope=" ".join(purpose.scopes),
        receipt_to=purpose.receipt_to(request, context),
    )


def version_of(text: str) -> str:
    """Return the name of a text: the first 16 characters of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def record(connection: Connection, question: Asked, *, granted: str) -> Consent:
    """Write down a yes, in the transaction that stores the connection.

    ``granted`` are the scopes that ORCID's answer names, space separated. How and when the person signed in is taken
    from ``connection``, as ``connections.attach`` has just set it.
    """
    return Consent.objects.create(
        connection=connection,
        purpose=question.purpose,
        text=question.text,
        text_version=version_of(question.text),
        language=question.language,
        asked=question.scope,
        granted=granted,
        client_id=connection.client_id,
        amr=connection.amr,
        auth_time=connection.auth_time,
        given_at=connection.authenticated_at,
        receipt_to=question.receipt_to,
    )


def withdraw(connection: Connection, how: str, *, purpose: str = "") -> int:
    """Write down that what is still granted (for ``purpose``, or at all) has ended; return how many rows that were.

    ``how`` is one of ``Consent.Withdrawn``.
    """
    rows = Consent.objects.filter(connection=connection, withdrawn_at=None)
    if purpose:
        rows = rows.filter(purpose=purpose)
    return rows.update(withdrawn_at=timezone.now(), withdrawn_how=how)
