"""Giving permissions back: asking ORCID to revoke pairs of tokens, now or when its time has come, and forgetting them.

A pair that has to go has ``revoke_again_at``; from then on it permits nothing here. Whatever ORCID answers, the row
stays until it was revoked there (orcid.md §6).
"""

import datetime as dt
import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from .api import circuit, errors
from .api.history import answer_to, recorded
from .models import Connection, Token
from .sending import leases
from .visits import removal

logger = logging.getLogger(__name__)
#: How long to wait before ORCID is asked again.
AGAIN = dt.timedelta(minutes=5)
_AT_ONCE = 20  # pairs revoked in one run of the worker: items wait behind them
_READ_AGAIN = dt.timedelta(hours=1)  # a token whose key is missing


@sensitive_variables()
def revoke_at_orcid(token_value: str, connection: Connection | None = None) -> bool:
    """Ask ORCID to revoke one pair by its access or refresh token (orcid.md §6). Return whether it did."""
    return bool(_ask_to_revoke(token_value, connection))


@sensitive_variables()
def _ask_to_revoke(token_value: str, connection: Connection | None) -> bool | None:
    """Return whether ORCID did it; None when it gave no proper answer."""
    with recorded("POST", "/oauth/revoke", connection=connection) as row:
        response = answer_to(
            row,
            "POST",
            f"{settings.ORCID_BASE_URL}/oauth/revoke",
            data={
                "client_id": settings.ORCID_CLIENT_ID,
                "client_secret": settings.ORCID_CLIENT_SECRET,
                "token": token_value,
            },
            headers={"Accept": "application/json"},
        )
        if response is None:
            return None
        if response.status_code == 200:
            row.outcome = "Revoked."
            return True
        fault = errors.parse(response.content, response.headers.get("Content-Type", ""))
        row.error_code = fault.code[:40]
        row.outcome = errors.scrub(fault.text, token_value, settings.ORCID_CLIENT_SECRET)[:1000]
        return False if response.status_code < 500 else None


def revoke_left_over(
    connection: Connection | None = None,
    now: dt.datetime | None = None,
    stop: Callable[[], bool] | None = None,
) -> bool:
    """Revoke and forget the tokens whose time for it has come: those of ``connection``, or of everybody. What is to be
    taken off a record with them goes first. Not for use in a transaction.

    Returns whether none of them is left that is due. One that fails is put off and holds up no other. Any number of
    workers may run this. It goes on only while ORCID answers; for everybody also not while ORCID is down, not after
    ``stop`` said so, and a number at a time. Raised is only that the database does not answer.
    """
    now = now or timezone.now()
    rows = (
        Token.objects.filter(
            revoke_again_at__isnull=False, connection__environment=settings.ORCID_ENVIRONMENT
        )
        .select_related("connection")
        .defer("connection__record")
        .order_by("revoke_again_at", "pk")
    )
    mine = rows.filter(connection=connection) if connection else rows.filter(revoke_again_at__lte=now)
    removed: dict[int, bool] = {}
    for token in mine if connection else mine[:_AT_ONCE]:
        if connection is None and ((stop and stop()) or not circuit.allows(now)):
            break
        # Whoever moves the time on is the one who asks; should they die, it comes back.
        claimed = Token.objects.filter(pk=token.pk, revoke_again_at=token.revoke_again_at)
        if not claimed.update(revoke_again_at=now + leases.LEASE):
            continue
        owner = token.connection_id
        if owner not in removed:
            removed[owner] = removal.finish(token.connection, now)
        done, wait = _revoke_one(token) if removed[owner] else (False, AGAIN)
        _write_down(token, done, now + wait)
        if done is None:
            break
    return not mine.all().exists()


def revoke_parked(token: Token) -> None:
    """Give one parked grant back to ORCID now, or, when ORCID does not answer, as soon as the worker can."""
    done, wait = _revoke_one(token)
    _write_down(token, done, timezone.now() + wait)


def _write_down(token: Token, done: bool | None, next_at: dt.datetime) -> None:
    """Forget a token that ORCID revoked, or write down when to ask again."""
    if done:
        token.delete()
        _forget_parked(token.connection_id)
    else:
        Token.objects.filter(pk=token.pk).update(revoke_again_at=next_at)


def _forget_parked(pk: int) -> None:
    """Forget an iD that was only ever parked, once nothing hangs on it."""
    with transaction.atomic():
        rows = Connection.objects.filter(
            pk=pk, state=Connection.State.DISCONNECTED, disconnected_at=None, user=None
        )
        # Locked whole before looking at what hangs on it, so that nothing can be hung on it meanwhile.
        if rows.select_for_update().only("pk").first():
            rows.filter(tokens=None, items=None, consents=None).delete()


@sensitive_variables()
def _revoke_one(token: Token) -> tuple[bool | None, dt.timedelta]:
    """Have one pair revoked. Return whether ORCID did it (None: it gave no answer), and if not, how long to wait."""
    # Either token of a pair revokes both; the access token alone may be unknown once it has expired.
    secret = token.read("refresh_token", "access_token")
    if secret is None:
        return False, _READ_AGAIN
    try:
        return _ask_to_revoke(secret, token.connection), AGAIN
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        logger.error("Revoking token %s broke off: %s", token.pk, errors.trail(fault))
        return False, AGAIN
