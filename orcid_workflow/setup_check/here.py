"""What can be checked without ORCID: settings, keys, the organisation as we name it, and whether a worker works."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from .. import checks, scopes
from ..defaults import ADDRESSES
from ..messages.vocabulary import is_ror
from ..models import OrcidItem, ServiceState, Token
from ..sending import leases
from .findings import Finding, ok, problem, unknown

#: How long an item may be due before we say that nobody works.
WORKER_PATIENCE = dt.timedelta(minutes=15)
_CLIENT_ID = re.compile(r"APP-[0-9A-Z]{16}")


def check_settings() -> list[Finding]:
    """The settings by themselves (``orcid_workflow.checks``), and whether environment and addresses belong together."""
    title = "Settings"
    found = [
        problem(title, message.msg, message.hint or "Change the setting and start the site again.")
        for message in checks.check_settings(None)
    ]
    kind = scopes.PUBLIC if scopes.is_public() else scopes.MEMBER
    environment = settings.ORCID_ENVIRONMENT
    addresses = (settings.ORCID_BASE_URL, settings.ORCID_API_URL)
    if environment != "local" and (expected := ADDRESSES.get((environment, kind))):
        base, api = expected
        if addresses != expected:
            found.append(
                problem(
                    title,
                    f"The environment is “{environment}” with the {kind} API, but the addresses are "
                    f"{addresses[0]} and {addresses[1]}.",
                    f"Set ORCID_BASE_URL to {base} and ORCID_API_URL to {api}, or change ORCID_ENVIRONMENT.",
                )
            )
    elif any((urlsplit(address).hostname or "").endswith("orcid.org") for address in addresses):
        found.append(
            problem(
                title,
                f"The environment is “{environment}”, but the addresses lead to ORCID itself.",
                "Set ORCID_ENVIRONMENT to sandbox or production. iDs of one must never be taken for the other's.",
            )
        )
    if not _CLIENT_ID.fullmatch(settings.ORCID_CLIENT_ID or ""):
        found.append(
            problem(
                title,
                "ORCID_CLIENT_ID does not look like one: APP- and sixteen letters and digits.",
                "Copy it from ORCID's developer tools, or from the mail with your member credentials.",
            )
        )
    if not settings.ORCID_CLIENT_SECRET:
        found.append(
            problem(title, "ORCID_CLIENT_SECRET is empty.", "Copy it from the place of the client id.")
        )
    words = f"Environment “{environment}”, {kind} API, {addresses[0]}. Client id and addresses fit together."
    return found or [ok(title, words)]


def check_keys() -> Finding:
    """Whether every stored token can be read with the keys there are."""
    title = "Encryption keys"
    readable = Counter(Token.objects.readable())
    total, broken = readable.total(), readable[False]
    if broken:
        return problem(
            title,
            f"{broken} of {total} stored tokens cannot be read.",
            "Put the key they were written with back at the end of ORCID_ENCRYPTION_KEYS. If it is lost, the people "
            "concerned have to connect again.",
        )
    return ok(
        title,
        f"All {total} stored tokens can be read." if total else "No token is stored yet; the keys are fine.",
    )


def organisation() -> object | None:
    """Return what ``settings.ORCID_ORGANISATION`` gives: something with ``name``, ``ror``, ``city`` and ``country``.

    The setting is the dotted path of a function without arguments. None when it is not set.
    """
    path = getattr(settings, "ORCID_ORGANISATION", "")
    make: Callable[[], object] | None = import_string(path) if path else None
    return make() if make else None


def check_place() -> Finding:
    """City and country, without which ORCID takes no education (orcid.md §17, error 9060)."""
    title = "City and country"
    found = organisation()
    if found is None:
        return unknown(title, "The site does not say which organisation it is.", "Set ORCID_ORGANISATION.")
    missing = [name for name in ("name", "city", "country") if not getattr(found, name, "")]
    if missing:
        return problem(
            title,
            f"The organisation has no {' and no '.join(missing)}. ORCID refuses an education without them (9060).",
            "Fill them in where the university is described.",
        )
    if not re.fullmatch("[A-Z]{2}", found.country):
        return problem(
            title,
            f"“{found.country}” is no country code. ORCID wants two capital letters, for example NZ.",
            "Write the country as its ISO 3166 code.",
        )
    return ok(title, f"{found.name}, {found.city}, {found.country}.")


def ror_problem(ror: str) -> Finding | None:
    """What is wrong with the form of the organisation's ROR id; None when it is right (orcid.md §17)."""
    if not ror:
        return problem(
            "Organisation id",
            "The organisation has no ROR id. Without it ORCID takes no education (9045).",
            "Look it up at https://ror.org and write the whole address, https://ror.org/0…",
        )
    if not is_ror(ror):
        return problem(
            "Organisation id",
            f"“{ror}” is no ROR id: https://ror.org/, a nought, six letters or digits, and two digits that "
            "are made from them.",
            "Copy the whole address from https://ror.org.",
        )
    return None


def check_circuit() -> Finding:
    """Whether calls are being held back now."""
    title = "Calls held back"
    state = ServiceState.objects.filter(environment=settings.ORCID_ENVIRONMENT).first()
    if state and state.open_until and state.open_until > timezone.now():
        until = timezone.localtime(state.open_until)
        return problem(
            title,
            f"Nothing is sent until {until:%H:%M} ({until.tzname()}): {state.reason or 'ORCID did not answer.'}",
            "Nothing needs doing here: calls go on by themselves when ORCID answers again.",
        )
    return ok(title, "Calls are sent.")


def check_worker() -> Finding:
    """Whether somebody sends what is due."""
    title = "Worker"
    now = timezone.now()
    waiting = OrcidItem.objects.filter(
        state=OrcidItem.State.WAITING, environment=settings.ORCID_ENVIRONMENT
    ).exclude(connection__paused_by__gt="")
    due = leases.due(waiting, now)
    oldest = min((item.next_try_at or item.updated_at for item in due[:200]), default=None)
    if oldest is None:
        return unknown(
            title,
            "Nothing is due, so it cannot be seen whether a worker runs.",
            "Look at the process list: “manage.py sync_orcid” (or “db_worker”) has to run, or cron has to call "
            "“manage.py sync_orcid --drain”.",
        )
    minutes = int((now - oldest).total_seconds() // 60)
    if now - oldest > WORKER_PATIENCE:
        return problem(
            title,
            f"{due.count()} item(s) are due and nobody sends them; the oldest has waited for {minutes} minutes.",
            "Start “manage.py sync_orcid”, or have cron call “manage.py sync_orcid --drain”. If one runs, its log "
            "says what stops it.",
        )
    return ok(title, f"{due.count()} item(s) are due, the oldest since {minutes} minute(s).")
