"""Taking what we wrote off the record of somebody who disconnects, before the permission for it is given back.

The tokens are kept for this alone: nothing is read and nothing else is written with them. What the host wishes
meanwhile changes nothing (``connections.attach`` ends the removal when the owner comes back and lets us write).
"""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from .. import scopes, wishes
from ..api import client, errors
from ..api.client import Answer
from ..api.errors import Action
from ..models import Connection, OrcidItem
from ..models.connections import WRITE_SCOPE
from ..sending import leases

TIME_FOR_IT = dt.timedelta(hours=24)  # after it permissions are given back, whatever is left on the record
State = OrcidItem.State


def left(connection: Connection) -> QuerySet[OrcidItem]:
    """Return the items that are, or may be, on the record."""
    return connection.items.filter(Q(put_code__isnull=False) | ~Q(in_doubt=""))


def deadline(connection: Connection, now: dt.datetime) -> dt.datetime | None:
    """Return when a removal that begins now (UTC) is given up; None when there is nothing to remove."""
    return now + TIME_FOR_IT if left(connection).exists() else None


def finish(connection: Connection, now: dt.datetime) -> bool:
    """Take off the record what is left there of ours; return whether that is done with: all is gone, ORCID refused for
    good what is not, or the time for it is over. True at once when nobody asked for it. Not for use in a transaction.
    """
    until = Connection.objects.filter(pk=connection.pk).values_list("removing_until", flat=True).first()
    if until is None:
        return True
    if now < until and not _take_all_off(connection):
        return False
    Connection.objects.filter(pk=connection.pk, removing_until=until).update(removing_until=None)
    return True


def _take_all_off(connection: Connection) -> bool:
    """Go through what is left; stop at the first for which ORCID, or another worker, needs time."""
    owner = str(uuid.uuid4())
    for pk in list(left(connection).order_by("pk").values_list("pk", flat=True)):
        # When the engine meant to try it again says nothing here.
        OrcidItem.objects.filter(pk=pk).update(next_try_at=None)
        item = leases.claim(OrcidItem.objects.filter(pk=pk), owner, timezone.now())
        if item is None:
            return False
        if not _take_off(item, owner):
            return False
    return True


def _take_off(item: OrcidItem, owner: str) -> bool:
    """Take one claimed item off. Return whether to go on with the next: False when it has to be tried again."""
    if item.put_code is None:
        found = _look(item)
        if not found.ok:
            return _refused(item, owner, found)
        item.put_code = found.put_code
    if item.put_code is None:
        return _gone(item, owner)
    before = item.in_doubt
    mine = OrcidItem.objects.filter(pk=item.pk, lease_owner=owner)
    if not mine.update(put_code=item.put_code, in_doubt="DELETE", sent_hash=""):
        return False
    answer = _call(item, "DELETE", f"/{item.kind}/{item.put_code}", accept=client.XML_TYPE)
    if answer.ok:
        return _gone(item, owner)
    if answer.ruling.action is Action.GONE:
        return _gone(item, owner, by_owner=before != "DELETE")
    return _refused(item, owner, answer)


def _gone(item: OrcidItem, owner: str, *, by_owner: bool = False) -> bool:
    """Write down that it is off the record. Whoever came back meanwhile has it sent again."""
    with transaction.atomic():
        # The connection first, as whoever comes back does (``connections.attach``): one of us sees the other.
        connection = Connection.objects.select_for_update(no_key=True).get(pk=item.connection_id)
        back = connection.is_connected and connection.removing_until is None
        row = OrcidItem.objects.select_for_update().filter(pk=item.pk, lease_owner=owner).first()
        if row is None:
            return False
        row.put_code, row.sent_hash, row.in_doubt = None, "", ""
        row.lease_owner, row.lease_until = "", None
        row.reason = row.error_code = row.action = ""
        row.attempts, row.next_try_at = 0, None
        if by_owner:
            row.owners_no = row.owners_no or OrcidItem.No.REMOVED
        row.state = State.REMOVED
        if back:
            wishes.settle(row, changed=True)
        row.save()
    return True


def _refused(item: OrcidItem, owner: str, answer: Answer) -> bool:
    """Write down why it is still there; return whether that is ORCID's last word."""
    again = answer.ruling.action is Action.RETRY
    rows = OrcidItem.objects.filter(pk=item.pk, lease_owner=owner)
    values = {"reason": answer.ruling.person, "error_code": answer.error_code, "action": answer.ruling.action}
    if not again:
        values |= {"state": State.NEEDS_ATTENTION, "in_doubt": ""}
    rows.update(lease_owner="", lease_until=None, **values)
    return not again


def _look(item: OrcidItem) -> Answer:
    """Find out whether a POST whose answer is missing arrived; ``Answer.put_code`` says under which put-code."""
    answer = _call(item, "GET", f"/{client.SECTIONS[item.kind]}")
    if not answer.ok:
        return answer
    put_code = client.own_put_code(answer.data, item.connection.client_id, item.self_ids)
    return Answer(answer.status, put_code=put_code, call=answer.call)


def _call(item: OrcidItem, method: str, path: str, **options: str) -> Answer:
    """Make a call with the tokens of the connection that wait for being revoked, also with one that its owner withdrew
    at ORCID: it still deletes (orcid.md §6).
    """
    if scopes.is_public():
        return Answer(None, errors.PUBLIC_API, error_code=errors.PUBLIC_CODE)
    answer = Answer(None, errors.NO_PERMISSION, error_code="no_token")
    connection = item.connection
    tokens = [row for row in connection.tokens.order_by("-created_at", "-pk") if WRITE_SCOPE in row.scopes]
    for token in sorted(tokens, key=lambda row: row.revoked_at is not None):
        access_token = token.read("access_token")
        if access_token is None:
            continue
        answer = client.call(
            method, f"/{connection.orcid}{path}", access_token, connection=connection, item=item, **options
        )
        if answer.error_code != "invalid_token":
            break
    return answer
