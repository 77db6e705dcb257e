"""Tokens of the site itself, by client credentials (orcid.md §8): for webhooks, and to read what is public."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from ..models import ClientToken
from . import errors
from .history import answer_to, recorded

_EARLY = dt.timedelta(minutes=1)


@sensitive_variables()
def client_token(scope: str, *, refused: str = "") -> str | None:
    """Return a token of the site itself for ``scope`` (client credentials, orcid.md §8), asking for one when there is
    none that is still good; None when ORCID gives none.

    ``refused`` is one that ORCID has just refused: it is not returned again.
    """
    key = {
        "environment": settings.ORCID_ENVIRONMENT,
        "client_id": settings.ORCID_CLIENT_ID,
        "scope": scope,
    }
    now = timezone.now()
    try:
        kept = ClientToken.objects.filter(**key).first()
    except ImproperlyConfigured:  # no key of ours reads it any more
        kept = None
    good = (
        kept and kept.access_token != refused and (kept.expires_at is None or kept.expires_at > now + _EARLY)
    )
    if good:
        return kept.access_token
    data = _ask_for_token(scope)
    if data is None:
        return None
    ClientToken.objects.filter(**key).delete()
    lifetime = data.get("expires_in")
    expires_at = now + dt.timedelta(seconds=lifetime) if isinstance(lifetime, int) else None
    ClientToken.objects.update_or_create(
        **key, defaults={"access_token": data["access_token"], "expires_at": expires_at, "created_at": now}
    )
    return data["access_token"]


@sensitive_variables()
def _ask_for_token(scope: str) -> dict | None:
    secret = settings.ORCID_CLIENT_SECRET
    form = {"client_id": settings.ORCID_CLIENT_ID, "client_secret": secret}
    with recorded("POST", "/oauth/token") as row:
        response = answer_to(
            row,
            "POST",
            f"{settings.ORCID_BASE_URL}/oauth/token",
            data=form | {"grant_type": "client_credentials", "scope": scope},
            headers={"Accept": "application/json"},
        )
        if response is None:
            return None
        try:
            data = response.json() if response.status_code == 200 else None
        except ValueError:
            row.outcome = "The answer was not JSON."
            return None
        if isinstance(data, dict) and isinstance(data.get("access_token"), str) and data["access_token"]:
            row.outcome = f"A token for {scope}."
            return data
        fault = errors.parse(response.content, response.headers.get("Content-Type", ""))
        row.error_code = fault.code[:40]
        row.outcome = errors.scrub(fault.text, secret)[:1000] or "No token came."
        return None
