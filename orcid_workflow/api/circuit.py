"""The circuit: when ORCID is down nothing is sent, nothing is claimed and no attempt is used up.

After ``ORCID_CIRCUIT_FAILURES`` calls in a row without a proper answer ORCID is asked how it is (``apiStatus``). If it
says "down", or says nothing, the circuit opens for ``ORCID_CIRCUIT_SECONDS``; then one process asks again. All
processes see one row.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from .. import scopes
from ..models import ServiceState
from .history import answer_to, recorded

_SAID_SO = "ORCID says that its API is out of order."
_SILENT = "ORCID does not answer."


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of ORCID as a service. ``reason`` is for the office; times are UTC."""

    is_open: bool
    failures: int
    reason: str
    until: dt.datetime | None
    checked_at: dt.datetime | None
    changed_at: dt.datetime | None


def status(now: dt.datetime | None = None) -> Status:
    """Return what is known, without asking anybody."""
    row = _rows().first()
    if row is None:
        return Status(False, 0, "", None, None, None)
    return Status(
        row.open_until is not None, row.failures, row.reason, row.open_until, row.checked_at, row.changed_at
    )


def allows(now: dt.datetime | None = None) -> bool:
    """Whether ORCID may be called. When the time of an open circuit is over, one of those who ask finds out."""
    now = now or timezone.now()
    row = _rows().exclude(open_until=None).first()
    if row is None:
        return True
    # Further ahead than it was ever set: the clock was set back meanwhile.
    if now < row.open_until <= now + _pause():
        return False
    # Whoever moves the time on is the one who asks; the others go on waiting.
    if not _rows().filter(open_until=row.open_until).update(open_until=now + _pause()):
        return False
    return _ask(now)


def note(*, answered: bool) -> None:
    """Count one call that had a proper answer (anything but a fault of the server), or had none."""
    if answered:
        _rows().filter(failures__gt=0).update(failures=0)
        return
    ServiceState.objects.get_or_create(environment=settings.ORCID_ENVIRONMENT)
    _rows().update(failures=F("failures") + 1)
    enough = int(getattr(settings, "ORCID_CIRCUIT_FAILURES", 3))
    # Whoever takes the count back to nothing is the one who asks.
    if _rows().filter(failures__gte=enough, open_until=None).update(failures=0):
        _ask(timezone.now())


def _rows():
    return ServiceState.objects.filter(environment=settings.ORCID_ENVIRONMENT)


def _pause() -> dt.timedelta:
    return dt.timedelta(seconds=float(getattr(settings, "ORCID_CIRCUIT_SECONDS", 60)))


def _ask(now: dt.datetime) -> bool:
    """Ask ORCID how it is and set the circuit by it. Return whether it is up."""
    reason = _trouble()
    values = {"reason": reason, "checked_at": now, "open_until": now + _pause() if reason else None}
    if reason:
        # How long it has been so already is kept.
        _rows().filter(reason="").update(changed_at=now)
    else:
        _rows().exclude(reason="").update(changed_at=now)
        values["failures"] = 0
    _rows().update(**values)
    return not reason


def _trouble() -> str:
    """Return what is wrong with ORCID, in words; "" when it is up.

    ``apiStatus`` needs no token and is under no rate. An answer that is neither "down" nor a fault (404 from a registry
    that does not have it) says nothing against ORCID.
    """
    name = "pubStatus" if scopes.is_public() else "apiStatus"
    with recorded("GET", f"/{name}") as row:
        address = f"{settings.ORCID_API_URL}/{name}"
        response = answer_to(row, "GET", address, headers={"Accept": "application/json"})
        if response is None:
            return _SILENT
        row.outcome = "Asked how ORCID is."
        if response.status_code >= 500:
            return _SILENT
        try:
            data = response.json()
        except ValueError:
            return ""
        return _SAID_SO if isinstance(data, dict) and data.get("overallOk") is False else ""
