"""Keys of clients: made, looked up, their last use, revoked. The key itself is never kept.

A key is 256 random bits, so that its plain SHA-256 tells nothing of it, and finding it is one look into an index.
"""

import datetime as dt
import hashlib
import secrets

from django.contrib.auth.models import AbstractUser
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from ..models import ApiKey

MARK = "etd_"  # by which scanners of code and logs know it
_SHOWN = 12  # characters of the beginning that stay known: 8 behind the mark


@sensitive_variables("secret")
def make(name: str, contact: str = "", by: AbstractUser | None = None) -> tuple[ApiKey, str]:
    """Make a key for the client called ``name``. Return its row and the key itself, which nobody can show again."""
    secret = MARK + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name, contact=contact, prefix=secret[:_SHOWN], digest=_digest(secret), created_by=by
    )
    return key, secret


@sensitive_variables()
def find(secret: str) -> ApiKey | None:
    """Return the row of a key, also of one that was revoked; None for one that was never made."""
    return ApiKey.objects.filter(digest=_digest(secret)).first()


def note_use(key: ApiKey) -> None:
    """Write down that ``key`` was used in this minute (UTC). Only the first use in a minute is written."""
    minute = timezone.now().astimezone(dt.UTC).replace(second=0, microsecond=0)
    if key.last_used_at is None or key.last_used_at < minute:
        earlier = Q(last_used_at__isnull=True) | Q(last_used_at__lt=minute)
        ApiKey.objects.filter(earlier, pk=key.pk).update(last_used_at=minute)
        key.last_used_at = minute


def revoke(key: ApiKey) -> bool:
    """End ``key`` from this moment on. Return False when it had ended before; its first end stays written."""
    return bool(ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()))


@sensitive_variables()
def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
