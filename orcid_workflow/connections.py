"""What changes a connection: an answer from ORCID, its owner, or the discovery that a token is dead."""

import datetime as dt
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import requests
from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from . import consents, owners, scopes, wishes
from .api import circuit, errors
from .api.history import recorded
from .api.transport import session
from .models import Connection, Token
from .sending import leases
from .signals import connection_changed
from .visits import removal

logger = logging.getLogger(__name__)
_REVOKE_AGAIN = dt.timedelta(minutes=5)
_AT_ONCE = 20  # pairs revoked in one run of the worker: items wait behind them
_READ_AGAIN = dt.timedelta(hours=1)  # a token whose key is missing
CHOICE = dt.timedelta(hours=1)  # how long a grant waits for its owner to say which of two iDs it is


class IdInUse(Exception):
    """The iD is connected to another account of this site."""


class GrantGone(Exception):
    """A grant that was kept aside has been revoked meanwhile."""


class OtherIdConnected(Exception):
    """The account is connected to another iD. ``orcid`` is that iD."""

    def __init__(self, orcid: str) -> None:
        super().__init__(orcid)
        self.orcid = orcid


@dataclass(frozen=True, slots=True)
class Grant:
    """A checked answer of the token endpoint. Times in UTC; ``answer`` is the whole of it, ready for JSON."""

    orcid: str
    name: str
    scope: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: dt.datetime | None
    client_id: str
    amr: str
    auth_time: dt.datetime | None
    answer: dict = field(repr=False)


def announce(connection: Connection, change: str) -> None:
    """Send ``connection_changed`` when the transaction has committed. A receiver that fails is logged by Django, and
    stops neither the other receivers nor the person nor the worker.
    """
    transaction.on_commit(
        lambda: connection_changed.send_robust(sender=Connection, connection=connection, change=change)
    )


def check_owner(orcid: str, user, environment: str | None = None) -> None:
    """Raise ``IdInUse`` or ``OtherIdConnected`` when ``user`` (None: nobody) may not have ``orcid``.

    A disconnected row holds nobody back: whoever signed in with the wrong ORCID account and undid it must not
    keep the owner of that iD out.
    """
    if user is None:
        return
    rows = Connection.objects.filter(environment=environment or settings.ORCID_ENVIRONMENT).exclude(
        state=Connection.State.DISCONNECTED
    )
    if rows.filter(orcid=orcid, user__isnull=False).exclude(user=user).exists():
        raise IdInUse
    other = rows.filter(user=user).exclude(orcid=orcid).first()
    if other:
        raise OtherIdConnected(other.orcid)


def attach(grant: Grant, user) -> Connection:
    """Store a grant: the connection (new, or the one of this iD) and one more token. ``resume`` goes with it.

    ``user`` becomes the owner; None leaves the owner as it is. Call it in a transaction that ends when it
    raises ``IdInUse`` (also when somebody else was quicker by a moment) or ``OtherIdConnected``.
    """
    environment = settings.ORCID_ENVIRONMENT
    now = timezone.now()
    # No lock on the key: whoever holds a thing of the host's and points to this row need not wait for us, while we
    # may have to wait for that thing.
    rows = Connection.objects.select_for_update(no_key=True)
    row = rows.filter(environment=environment, orcid=grant.orcid).first() or Connection(
        environment=environment, orcid=grant.orcid
    )
    check_owner(grant.orcid, user, environment)
    former = row.user_id
    if user is not None:
        Connection.objects.filter(environment=environment, user=user).exclude(orcid=grant.orcid).update(
            user=None, **owners.nobodys(now)
        )
        row.user = user
    elif row.state == Connection.State.DISCONNECTED:
        row.user = None
    if former not in (None, row.user_id):
        for name, value in owners.nobodys(now).items():
            setattr(row, name, value)
    row.name = grant.name
    row.client_id = grant.client_id
    row.authenticated_at = now
    row.amr = grant.amr
    row.auth_time = grant.auth_time
    row.state = Connection.State.CONNECTED
    row.disconnected_at = None
    if user is not None and scopes.may_write(grant.scope.split()):
        # Less than that (a seat on a committee, a permission to read) does not call off what its owner asked for.
        row.removing_until = None
    try:
        row.save()
    except IntegrityError as error:
        # Another request stored this iD, or connected this account, between our look and our write.
        raise IdInUse from error
    keep_token(row, grant)
    announce(row, "connected")
    return row


@sensitive_variables()
def keep_token(connection: Connection, grant: Grant, *, revoke_at: dt.datetime | None = None) -> Token:
    """Store one more pair of tokens of a connection, whose row you have locked. With ``revoke_at`` it permits nothing,
    and is revoked at that time.
    """
    token = Token.objects.create(
        connection=connection,
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        answer=json.dumps(grant.answer),
        scope=grant.scope,
        expires_at=grant.expires_at,
        revoke_again_at=revoke_at,
    )
    if revoke_at is None:
        connection.scope = _scope_of(connection)
        connection.save(update_fields=["scope"])
    return token


def park(grant: Grant, wait: dt.timedelta = CHOICE) -> Token:
    """Keep a grant aside for ``wait``, while its owner is asked; after that the worker has it revoked.

    It gives nobody anything: an iD that is not known yet gets a row that is disconnected and was never connected
    (no ``disconnected_at``), and goes again with its last token.
    """
    while True:
        with transaction.atomic():
            row, _ = Connection.objects.get_or_create(
                environment=settings.ORCID_ENVIRONMENT,
                orcid=grant.orcid,
                defaults={
                    "name": grant.name,
                    "client_id": grant.client_id,
                    "authenticated_at": timezone.now(),
                    "state": Connection.State.DISCONNECTED,
                },
            )
            # Locked, so that it is not forgotten at this moment with the grant that is being put into it.
            if Connection.objects.select_for_update(no_key=True).only("pk").filter(pk=row.pk).first():
                return keep_token(row, grant, revoke_at=timezone.now() + wait)


def resume(connection: Connection) -> None:
    """Put the items back to work that waited for the permission there is now, or went when their owner left. What was
    wished for a former owner of the iD ends.

    The last thing in the transaction that attached it: the host locks what is its own before it locks items
    (``wishes.desire``), so who locks both has to do it in this order.
    """
    if connection.user_id is not None:
        wishes.change_hands(connection)
    if connection.can_write:
        wishes.permitted(connection)


def _scope_of(connection: Connection) -> str:
    """Return what the good tokens permit together: a narrower sign-in later takes nothing away (orcid.md §6,
    §22).
    """
    return " ".join(sorted({scope for token in connection.live_tokens() for scope in token.scopes}))


def tokens_died(connection: Connection) -> None:
    """Take note that ORCID refused a token: without another good one the permission was withdrawn there.

    ``connection`` is brought up to date.
    """
    with transaction.atomic():
        # Locked before its tokens are looked at: its owner may be connecting again at this very moment.
        row = Connection.objects.select_for_update(no_key=True).only("state").get(pk=connection.pk)
        values = {"scope": _scope_of(row)}
        died = not values["scope"] and row.state == Connection.State.CONNECTED
        if died:
            # What was read is forgotten with the permission to read it.
            values |= {"state": Connection.State.REVOKED, "record": None, "record_read_at": None}
            values["read_wanted_at"] = None
        Connection.objects.filter(pk=row.pk).update(**values)
        connection.scope, connection.state = values["scope"], values.get("state", row.state)
        if died:
            consents.withdraw(connection, consents.Withdrawn.AT_ORCID)
            announce(connection, "revoked")


@sensitive_variables()
def revoke_at_orcid(token_value: str, connection: Connection | None = None) -> bool:
    """Ask ORCID to revoke one pair by its access or refresh token (orcid.md §6). Return whether it did."""
    return bool(_ask_to_revoke(token_value, connection))


@sensitive_variables()
def _ask_to_revoke(token_value: str, connection: Connection | None) -> bool | None:
    """Return whether ORCID did it; None when it gave no proper answer."""
    with recorded("POST", "/oauth/revoke", connection=connection) as row:
        try:
            response = session().post(
                f"{settings.ORCID_BASE_URL}/oauth/revoke",
                data={
                    "client_id": settings.ORCID_CLIENT_ID,
                    "client_secret": settings.ORCID_CLIENT_SECRET,
                    "token": token_value,
                },
                headers={"Accept": "application/json"},
                timeout=settings.ORCID_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            row.outcome = f"No answer arrived ({type(error).__name__})."
            return None
        row.status = response.status_code
        if response.status_code == 200:
            row.outcome = "Revoked."
            return True
        fault = errors.parse(response.content, response.headers.get("Content-Type", ""))
        row.error_code = fault.code[:40]
        row.outcome = errors.scrub(fault.text, token_value, settings.ORCID_CLIENT_SECRET)[:1000]
        return False if response.status_code < 500 else None


def disconnect(connection: Connection, remove_items: bool = False) -> bool:
    """Stop acting for a person: revoke every pair ever stored, forget the tokens, keep the iD as history.

    ``remove_items``: first take off the record what we wrote on it. From the first moment nothing else is called for
    the person any more. Returns whether all of it is done and ORCID confirmed it. What is left the worker does: it
    revokes the pairs, which are kept unused until then, when the items are gone, or when ``removing_until`` of the
    connection has come. Not for use in a transaction.
    """
    with transaction.atomic():
        end(connection, remove_items=remove_items)
    connection.refresh_from_db()
    done = revoke_left_over(connection)
    connection.refresh_from_db(fields=["removing_until"])
    return done


def end(connection: Connection, *, remove_items: bool = False) -> None:
    """Write down that a connection has ended. Runs in your transaction; ``revoke_left_over`` comes after it."""
    now = timezone.now()
    row = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    row.state = Connection.State.DISCONNECTED
    row.disconnected_at = now
    row.removing_until = removal.deadline(row, now) if remove_items else None
    row.scope = ""
    row.record = None
    row.record_read_at = row.read_wanted_at = None
    row.save()
    row.tokens.filter(revoke_again_at=None).update(revoke_again_at=now)
    consents.withdraw(row, consents.Withdrawn.HERE)
    announce(row, "disconnected")


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
        done, wait = _revoke_one(token) if removed[owner] else (False, _REVOKE_AGAIN)
        _write_down(token, done, now + wait)
        if done is None:
            break
    return not mine.all().exists()


@sensitive_variables()
def is_kept(grant: Grant) -> bool:
    """Whether a grant stands here, stored or parked."""
    rows = Token.objects.filter(
        connection__environment=settings.ORCID_ENVIRONMENT, connection__orcid=grant.orcid
    )
    return any(row.read("access_token") == grant.access_token for row in rows)


@sensitive_variables()
def hand_back(grant: Grant) -> None:
    """Give a grant that is not wanted back to ORCID: now, or, when ORCID does not answer, by the worker."""
    if not revoke_at_orcid(grant.refresh_token or grant.access_token):
        park(grant, _REVOKE_AGAIN)


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
        return _ask_to_revoke(secret, token.connection), _REVOKE_AGAIN
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        logger.error("Revoking token %s broke off: %s", token.pk, errors.trail(fault))
        return False, _REVOKE_AGAIN
