"""What changes a connection: an answer from ORCID, its owner, or the discovery that a token is dead.

How a permission goes back to ORCID is in ``revoking``.
"""

import datetime as dt
import json
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from . import consents, owners, scopes, wishes
from .models import Connection, Token
from .revoking import AGAIN, revoke_at_orcid, revoke_left_over
from .signals import connection_changed
from .visits import removal

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


def check_owner(orcid: str, user: AbstractBaseUser | None, environment: str | None = None) -> None:
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


def attach(grant: Grant, user: AbstractBaseUser | None) -> Connection:
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
        park(grant, AGAIN)
