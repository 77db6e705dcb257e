"""Taking over token sets from an older system: each row checked, each iD proven by its token, one bad row alone.

An iD counts as authenticated only when its owner signed in at ORCID. Here the token stands for that: ORCID is asked
whose it is before anything is stored (orcid.md §16, 9017). Rows are matched to accounts by user name alone; an e-mail
address gives a hint and never an owner (orcid.md §22). Importing the same file again changes nothing.

No token leaves this module but to ORCID and, encrypted, to the database: not by a report, a log or an exception.
"""

import datetime as dt
import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from .. import connections, consents, profile
from ..api import errors
from ..connections import Grant, IdInUse, OtherIdConnected
from ..models import Connection, Consent, Token
from . import token_proof
from .report import Line, Outcome, Report
from .token_files import Row
from .token_proof import Later, Refused

logger = logging.getLogger(__name__)
PURPOSE = "import"
_PIECE = 500  # names asked for at a time


def run(rows: list[Row], *, apply: bool = False, seconds: float | None = None) -> Report:
    """Check every row, and with ``apply`` import what can be. Raises nothing that a row brings about.

    Without ``apply`` neither ORCID is asked nor anything written. After ``seconds`` the rest is left: importing the
    same file again goes on there. Not for use in a transaction.
    """
    started = time.monotonic()
    conflicts = _conflicts(rows)
    everybody = _everybody(rows)
    here = _here(rows)
    lines = []
    for row in rows:
        late = seconds is not None and time.monotonic() - started > seconds
        lines.append(_line(row, conflicts.get(row.number, ""), everybody, here, apply, late))
    return Report(tuple(lines), apply)


@dataclass(frozen=True, slots=True)
class _Here:
    """What is known here of everybody in a file, asked for in few questions.

    ``accounts``: by user name. ``ids``, ``owners``: iDs, and keys of accounts, that have a connection. ``holders``: the
    user name of the account that an iD is connected to, by iD. ``tokens``: hashes of the access tokens that are stored.
    """

    accounts: dict[str, Any]
    ids: frozenset[str]
    owners: frozenset[Any]
    holders: dict[str, str]
    tokens: frozenset[str]


@sensitive_variables()
def _here(rows: list[Row]) -> _Here:
    users = get_user_model()
    accounts: dict[str, Any] = {}
    ids: set[str] = set()
    holders: dict[str, str] = {}
    tokens: set[str] = set()
    for piece in _pieces({row.account for row in rows if row.account}):
        for user in users.objects.filter(**{f"{users.USERNAME_FIELD}__in": piece}):
            accounts[user.get_username()] = user
    for piece in _pieces({row.orcid for row in rows if row.orcid}):
        connected = Connection.objects.filter(environment=settings.ORCID_ENVIRONMENT, orcid__in=piece)
        ids |= set(connected.values_list("orcid", flat=True))
        held = connected.filter(user__isnull=False).exclude(state=Connection.State.DISCONNECTED)
        holders |= dict(held.values_list("orcid", f"user__{users.USERNAME_FIELD}"))
        tokens |= {_hash(value) for value in Token.objects.filter(connection__in=connected).access_tokens()}
    owners = Connection.objects.filter(environment=settings.ORCID_ENVIRONMENT, user__isnull=False)
    return _Here(
        accounts,
        frozenset(ids),
        frozenset(owners.values_list("user", flat=True)),
        holders,
        frozenset(tokens),
    )


def _pieces(values: set[str]) -> Iterator[list[str]]:
    """``values`` in pieces that fit into one question to any database."""
    ordered = sorted(values)
    return (ordered[start : start + _PIECE] for start in range(0, len(ordered), _PIECE))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _line(row: Row, conflict: str, everybody: list[str], here: _Here, apply: bool, late: bool) -> Line:
    account, notes = "", list(row.notes)
    try:
        if row.problems or conflict:
            raise Refused(" ".join(filter(None, (*row.problems, conflict))))
        _check_place(row)
        if _hash(row.access_token) in here.tokens:
            late = False  # what is done costs nothing
        if late:
            raise Later(
                "There was no time left for it. Import the same file again: what is done is not done twice."
            )
        user = _user(row, notes, here)
        account = user.get_username() if user else ""
        outcome = _settle(row, user, everybody, here, apply)
    except Refused as refusal:
        outcome, notes = Outcome.REFUSED, [str(refusal), *notes]
    except Later as delay:
        outcome, notes = Outcome.LEFT, [str(delay), *notes]
    except Exception as fault:  # one bad row never stops the others, and its words may hold a token
        logger.error("Row %s of a token import broke off: %s", row.number, errors.trail(fault))
        outcome, notes = Outcome.REFUSED, ["Something went wrong here with this row; the log says where."]
    return Line(row.number, row.orcid, account, outcome, tuple(notes))


def _settle(row: Row, user, everybody: list[str], here: _Here, apply: bool) -> Outcome:
    if _hash(row.access_token) in here.tokens:
        return Outcome.KNOWN
    if row.orcid in here.ids or (user is not None and user.pk in here.owners):
        _check_owner(row, user)
    if not apply:
        return Outcome.READY
    return _store(row, user, token_proof.prove(row.orcid, row.access_token, everybody))


def _conflicts(rows: list[Row]) -> dict[int, str]:
    """Return what is wrong with a row because of another one of the file, by the row's number."""
    found: dict[int, str] = {}
    tokens: dict[str, int] = {}
    accounts: dict[str, Row] = {}
    owners: dict[str, Row] = {}
    for row in rows:
        if not row.orcid or not row.access_token:
            continue
        if first := tokens.get(row.access_token):
            found[row.number] = f"The same access token is in row {first}."
            continue
        tokens[row.access_token] = row.number
        # Several tokens of one iD are fine: ORCID gives a new pair at each sign-in and keeps the earlier ones.
        first_with_id = owners.setdefault(row.orcid, row)
        if first_with_id.account != row.account:
            found[row.number] = f"Row {first_with_id.number} gives this iD to another account."
        elif row.account and (other := accounts.setdefault(row.account, row)).orcid != row.orcid:
            found[row.number] = f"Row {other.number} gives this account another iD."
    return found


def _everybody(rows: list[Row]) -> list[str]:
    """Return iDs to try a token on that should not fit: two are enough for any row."""
    known = Connection.objects.filter(environment=settings.ORCID_ENVIRONMENT).values_list("orcid", flat=True)
    return list(dict.fromkeys([*(row.orcid for row in rows if row.orcid), *known[:2]]))


def _check_place(row: Row) -> None:
    here = settings.ORCID_ENVIRONMENT
    if row.environment and row.environment != here:
        raise Refused(f"This iD belongs to ORCID's environment “{row.environment}”, this site to “{here}”.")
    if row.client_id and row.client_id != settings.ORCID_CLIENT_ID:
        raise Refused(
            "The token was given to another client of ORCID. Only tokens of the client in the settings can be used."
        )


def _user(row: Row, notes: list[str], here: _Here):
    """Return the account with exactly this user name, or None; ``notes`` get what staff should know."""
    users = get_user_model()
    if row.account and (user := here.accounts.get(row.account)):
        return user
    why = f"There is no account “{row.account}”" if row.account else "The row names no account"
    holder = here.holders.get(row.orcid)
    if holder:
        notes.append(f"{why}. The iD is connected to the account “{holder}” here, and stays so.")
        return None
    notes.append(f"{why}, so the iD belongs to nobody here yet.")
    if row.email:
        namesakes = users.objects.filter(**{f"{users.get_email_field_name()}__iexact": row.email})[:2]
        if len(namesakes) == 1:
            notes.append(
                f"The account “{namesakes[0].get_username()}” has this e-mail address. If it is the same person, "
                "write that user name into the file."
            )
    return None


def _own(row: Row):
    return Connection.objects.filter(environment=settings.ORCID_ENVIRONMENT, orcid=row.orcid)


def _is_known(row: Row) -> bool:
    return row.access_token in Token.objects.filter(connection__in=_own(row)).access_tokens()


def _check_left(known: Connection | None) -> None:
    if known is None or known.state != Connection.State.DISCONNECTED:
        return
    if known.disconnected_at is None:
        raise Later("Somebody is connecting this iD at this very moment. Import the same file again later.")
    raise Refused("The owner disconnected this iD here. Only they can connect it again.")


def _check_owner(row: Row, user) -> None:
    _check_left(_own(row).first())
    try:
        connections.check_owner(row.orcid, user)
    except IdInUse:
        raise Refused("This iD is connected to another account here.") from None
    except OtherIdConnected as other:
        raise Refused(f"The account is connected to another iD, {other.orcid}.") from None


@sensitive_variables()
def _store(row: Row, user, reading: profile.Reading) -> Outcome:
    """Store connection, token and consent, all or nothing. What a sign-in here had said of the person stays."""
    now = timezone.now()
    given_at = row.granted_at or now
    with transaction.atomic():
        before = _own(row).select_for_update(no_key=True).first()
        if _is_known(row):
            return Outcome.KNOWN  # another import was quicker
        _check_left(before)
        try:
            connection = connections.attach(_grant(row), user)
        except (IdInUse, OtherIdConnected):
            raise Refused("This iD, or this account, was connected by somebody else a moment ago.") from None
        Connection.objects.filter(pk=connection.pk).update(
            name=(before.name if before else "") or row.name,
            authenticated_at=before.authenticated_at if before else given_at,
            amr=before.amr if before else "",
            auth_time=before.auth_time if before else None,
        )
        connection.refresh_from_db()
        newest = connection.tokens.order_by("-pk").values("pk")[:1]
        Token.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(created_at=given_at)
        _consent(connection, row, now)
        profile.store(connection, reading)
        connections.resume(connection)
    return Outcome.IMPORTED


def _grant(row: Row) -> Grant:
    return Grant(
        orcid=row.orcid,
        name=row.name,
        scope=row.scope,
        access_token=row.access_token,
        refresh_token=row.refresh_token,
        expires_at=row.expires_at,
        client_id=settings.ORCID_CLIENT_ID,
        amr="",
        auth_time=None,
        answer={"imported": True, "orcid": row.orcid, "scope": row.scope},
    )


def _consent(connection: Connection, row: Row, now: dt.datetime) -> None:
    """The ledger says what is known: that the yes was given elsewhere, and when according to the file."""
    when = "" if row.granted_at else " The older system did not say when the permission was given."
    text = (
        "Taken over from an older system. What the person was shown there is not known here; ORCID confirmed that the "
        f"token is theirs on {now:%Y-%m-%d}.{when}"
    )
    Consent.objects.create(
        connection=connection,
        purpose=PURPOSE,
        text=text,
        text_version=consents.version_of(text),
        language="en",
        asked=row.scope,
        granted=row.scope,
        client_id=settings.ORCID_CLIENT_ID,
        given_at=row.granted_at or now,
    )
