"""Being told by ORCID that a record changed (orcid.md §18), for members that have webhooks.

What should be registered follows from the connections and the setting ``ORCID_WEBHOOKS`` and is worked out anew at each
run, so nothing is lost with a process. ORCID takes the same registration twice and says 204, and a removal of what is
gone says 404: a call whose answer is lost is simply made again.

ORCID signs nothing and names no iD in its call, so the address itself is the secret: one key for each connection, which
neither the history nor a log shows.
"""

import datetime as dt
import logging
import re
import secrets
import uuid
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import F, Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from . import scopes
from .api import circuit, client, errors
from .api.client import Answer
from .api.errors import Action
from .models import ApiCall, Connection
from .sending import leases, tasks
from .signals import connection_changed

logger = logging.getLogger(__name__)
Hook = Connection.Hook
SCOPE = "/webhook"
_KEY_BYTES = 32
_AT_ONCE = 20  # calls in one run: items wait behind them
_ARRANGED_AT_ONCE = 500  # new keys in one run
_FRESH = dt.timedelta(minutes=1)
_DUE = "hook_next_try_at"
_ANEW = {"hook_attempts": 0, _DUE: None}
_FREE = {"lease_owner": "", "lease_until": None}
# A webhook that ORCID does not know, or of a record that is not there, is gone.
_GONE = frozenset({"9028", "9011"})
_STAFF = {
    "9011": "ORCID does not know the iD.",
    "9014": "ORCID refused it: not every member has webhooks, and an address belongs to the client that came first.",
}


def enabled() -> bool:
    """Whether webhooks are to be registered: the setting says so, and there is a membership."""
    return bool(getattr(settings, "ORCID_WEBHOOKS", False)) and not scopes.is_public()


def want(connection: Connection) -> None:
    """Have the webhook of a connection registered by the next run, if it may be. One that ORCID refused is tried again.

    ``connection`` is brought up to date.
    """
    with transaction.atomic():
        row = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        may_be = enabled() and row.environment == settings.ORCID_ENVIRONMENT and row.can_read
        if may_be and row.hook not in (Hook.WANTED, Hook.REGISTERED):
            _save(row, hook=Hook.WANTED, hook_key=row.hook_key or _new_key(), **_ANEW)
    connection.refresh_from_db(fields=["hook", "hook_key"])


def unwant(connection: Connection) -> None:
    """Have the webhook of a connection removed by the next run. ``connection`` is brought up to date."""
    rows = Connection.objects.filter(pk=connection.pk)
    rows.filter(hook__in=(Hook.WANTED, Hook.REGISTERED)).update(hook=Hook.UNWANTED, **_ANEW)
    rows.filter(hook=Hook.FAILED).update(hook=Hook.NONE, hook_key=None)
    connection.refresh_from_db(fields=["hook", "hook_key"])


@receiver(connection_changed, dispatch_uid="orcid_workflow.webhooks")
def follow(sender: type[Connection], connection: Connection, change: str, **kwargs: object) -> None:
    """Want a webhook for whom we may read, and none for whom we may not."""
    if change == "connected":
        want(connection)
    elif change in ("disconnected", "revoked"):
        unwant(connection)


def run_due(now: dt.datetime | None = None, limit: int = _AT_ONCE) -> int:
    """Register and remove what is due, at most ``limit`` webhooks; return how many were tried. Not for use in a
    transaction.

    ``now`` (UTC) decides what is due; without it the clock does. Any number of workers may run this. What breaks in one
    is logged and put off; raised is only that the database does not answer.
    """
    arrange()
    owner, count = str(uuid.uuid4()), 0
    while count < limit and circuit.allows(now):
        moment = now or timezone.now()
        row = leases.claim(_open_rows(), owner, moment, _DUE)
        if row is None:
            break
        count += 1
        try:
            if not _work_on(row, owner, moment):
                break
        except (OperationalError, InterfaceError):
            raise  # nothing could be written down now; the lease gives the row back
        except Exception as fault:
            logger.error("The webhook of connection %s broke off: %s", row.pk, errors.trail(fault))
            _put_off(Connection.objects.filter(pk=row.pk, lease_owner=owner), row.hook_attempts, moment)
    return count


def arrange() -> None:
    """Work out which webhooks there should be, from the connections and the setting. Calls nobody."""
    rows = Connection.objects.filter(environment=settings.ORCID_ENVIRONMENT)
    live = Q(hook__in=(Hook.WANTED, Hook.REGISTERED))
    readable = Q(state=Connection.State.CONNECTED, scope__contains=scopes.READ)
    may_be = readable if enabled() else Q(pk=None)
    missing, refused = may_be & Q(hook=Hook.NONE), Q(hook=Hook.FAILED)
    too_many = live & ~may_be
    if not rows.filter(missing | too_many | (refused & ~may_be)).exists():
        return  # as nearly always: one question, nothing written
    rows.filter(too_many).update(hook=Hook.UNWANTED, **_ANEW)
    rows.filter(refused).exclude(may_be).update(hook=Hook.NONE, hook_key=None)
    for pk in rows.filter(missing).values_list("pk", flat=True)[:_ARRANGED_AT_ONCE]:
        rows.filter(missing, pk=pk).update(hook=Hook.WANTED, hook_key=_new_key(), **_ANEW)


def callback_url(key: str) -> str:
    """Return the address that ORCID is to call, on the public origin of this site: that of ``ORCID_REDIRECT_URI``.

    Raises ``ImproperlyConfigured`` when that setting is no web address.
    """
    parts = urlsplit(getattr(settings, "ORCID_REDIRECT_URI", "") or "")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ImproperlyConfigured("ORCID_REDIRECT_URI is needed to say where ORCID finds this site.")
    return f"{parts.scheme}://{parts.netloc}{reverse('orcid:hook', args=[key])}"


def called(key: str, now: dt.datetime | None = None) -> bool:
    """Take note that ORCID called the address with ``key``. Return whether there is such an address.

    However often it is called, the record is read once: the first call asks for it, and another only while that very
    reading is under way, since it may come too late for it.
    """
    now = now or timezone.now()
    rows = Connection.objects.filter(hook_key=key)
    heard = rows.filter(state=Connection.State.CONNECTED, hook__in=(Hook.WANTED, Hook.REGISTERED))
    if heard.filter(read_wanted_at=None).update(read_wanted_at=now):
        tasks.wake_read(rows.values_list("pk", flat=True).get())
        return True
    return bool(heard.filter(lease_until__gte=now).update(read_wanted_at=now)) or rows.exists()


def words(connection: Connection) -> str:
    """Return where the webhook of a connection stands, in words for staff; for one that was refused also why."""
    label = str(Hook(connection.hook).label)
    if connection.hook != Hook.FAILED:
        return label
    last = ApiCall.objects.filter(connection=connection, path__contains="/webhook/").first()
    if last is None or last.status is None:
        return label
    return f"{label}. {_STAFF.get(last.error_code) or errors.decide(last.status, last.error_code).staff}"


def _open_rows() -> models.QuerySet[Connection]:
    return Connection.objects.filter(
        environment=settings.ORCID_ENVIRONMENT, hook__in=(Hook.WANTED, Hook.UNWANTED)
    )


def _work_on(row: Connection, owner: str, now: dt.datetime) -> bool:
    """Make the one call for a claimed row and write down what came of it. Return whether others may go on."""
    held = Connection.objects.filter(pk=row.pk, lease_owner=owner)
    token = client.client_token(SCOPE)
    try:
        address = callback_url(row.hook_key or "-")
    except ImproperlyConfigured as fault:
        logger.error("No webhook can be registered: %s", fault)
        token = None
    if token is None:  # what stops one stops all, and each would ask for a token again
        _put_off(held, row.hook_attempts, now)
        _put_off(leases.due(_open_rows(), now, _DUE).order_by(), row.hook_attempts, now)
        return False
    if row.hook_key is None or not held.filter(hook=row.hook).update(lease_until=now + leases.LEASE):
        held.filter(hook_key=None).update(hook=Hook.NONE)
        held.update(**_FREE)
        return True
    answer = _call(row, address, token)
    if answer.error_code == "invalid_token" and (token := client.client_token(SCOPE, refused=token)):
        answer = _call(row, address, token)
    _note(row, held, answer, now)
    return True


def _call(row: Connection, address: str, token: str) -> Answer:
    return client.call(
        "PUT" if row.hook == Hook.WANTED else "DELETE",
        f"/{row.orcid}/webhook/{quote(address, safe='')}",
        token,
        connection=row,
        base=re.sub(r"/v\d[^/]*$", "", settings.ORCID_API_URL),  # the one path without a version (§1)
        secret=row.hook_key,
    )


def _note(row: Connection, held: models.QuerySet[Connection], answer: Answer, now: dt.datetime) -> None:
    """Write down what came of a call, unless something else was wished for meanwhile: then that comes next."""
    same = held.filter(hook=row.hook)
    gone = row.hook == Hook.UNWANTED and answer.status == 404 and answer.error_code in _GONE
    if answer.ok and row.hook == Hook.WANTED:
        # Only changes from now on are told: what changed between our last reading and this moment is not.
        stale = Q(record_read_at=None) | Q(record_read_at__lt=now - _FRESH)
        same.filter(stale, read_wanted_at=None).update(read_wanted_at=now)
        same.update(hook=Hook.REGISTERED, hook_attempts=0, **_FREE)
    elif answer.ok or gone:
        same.update(hook=Hook.NONE, hook_key=None, hook_attempts=0, **_FREE)
    elif answer.ruling.action in (Action.RETRY, Action.RECONNECT):
        _put_off(same, row.hook_attempts, now)
    else:
        same.update(hook=Hook.FAILED, **_ANEW, **_FREE)
    held.update(**_FREE)  # something else was wished for meanwhile


def _put_off(rows: models.QuerySet[Connection], attempts: int, now: dt.datetime) -> None:
    rows.update(
        hook_attempts=F("hook_attempts") + 1, hook_next_try_at=now + leases.delay(attempts + 1), **_FREE
    )


def _new_key() -> str:
    return secrets.token_urlsafe(_KEY_BYTES)


def _save(row: Connection, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
