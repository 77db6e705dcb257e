"""Closing the difference between what should be on a record (``wishes``) and what is, call by call.

The rule that makes it safe to kill at any instruction: before a call the row says which call is begun
(``in_doubt``), after it what came of it. A row found in doubt is first asked about at ORCID. Writing twice is
prevented by ORCID's own rule that a client has an identifier once on a record (orcid.md §15), and by the
put-code.
"""

import datetime as dt
import logging
import uuid
from dataclasses import replace

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from . import client, connections, errors, leases, messages
from .client import Answer
from .errors import Action
from .models import OrcidItem
from .wishes import desire, digest, is_true, leave_off, send_again, settle

__all__ = ["desire", "digest", "leave_off", "run_due", "send_again", "work_on"]

logger = logging.getLogger(__name__)
State = OrcidItem.State
_MAX_STEPS = 6  # calls for one item in one go: look, POST, look, PUT, and some air


def run_due(limit: int | None = None, now: dt.datetime | None = None) -> int:
    """Do everything that is due, at most ``limit`` items; return how many were worked on. Not for use in a
    transaction.

    ``now`` (UTC) decides what is due; without it the clock does, at every claim. Any number of workers may
    run this. What breaks in one item is logged and put off; raised is only that the database does not answer.
    """
    connections.revoke_left_over(now=now)
    owner = str(uuid.uuid4())
    waiting = OrcidItem.objects.filter(state=State.WAITING)
    count = 0
    while limit is None or count < limit:
        item = leases.claim(waiting, owner, now or timezone.now())
        if item is None:
            break
        try:
            work_on(item, owner, now)
        except (OperationalError, InterfaceError):
            raise  # nothing could be written down now; the lease gives the item back
        except Exception as fault:
            logger.error("Work on item %s broke off: %s", item.pk, errors.trail(fault))
            _put_off(item, owner, now or timezone.now())
        count += 1
    return count


def work_on(item: OrcidItem, owner: str, now: dt.datetime | None = None) -> None:
    """Close the difference of one claimed item, call by call, until it is closed or has to wait.

    Each round reads the row afresh: the wish may have changed meanwhile, and the lease may be somebody
    else's.
    """
    for _ in range(_MAX_STEPS):
        item = OrcidItem.objects.select_related("connection").filter(pk=item.pk, lease_owner=owner).first()
        if item is None or item.state != State.WAITING:
            break
        if not _step(item, owner, now or timezone.now()):
            break
    else:
        # It goes round in circles; others are waiting too.
        _put_off(item, owner, now or timezone.now())
    OrcidItem.objects.filter(pk=item.pk if item else None, lease_owner=owner).update(
        lease_owner="", lease_until=None
    )


def _step(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    """Make the next call for ``item`` and write down what came of it. Return whether to go on at once."""
    if is_true(item):
        return _finish(item, owner)
    if item.in_doubt == "POST" and item.put_code is None:
        return _look(item, owner, now)
    # A DELETE in doubt is finished first, even when the item is wanted again: a PUT could not tell its own
    # 404 from the owner's.
    if item.put_code is not None and (not item.desired_hash or item.in_doubt == "DELETE"):
        return _delete(item, owner, now)
    return _post(item, owner, now) if item.put_code is None else _put(item, owner, now)


def _post(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    body = item.message.encode()
    if not _begin(item, owner, "POST", self_ids=messages.self_ids(body)):
        return False
    answer = client.post_item(item.connection, item.kind, body, item=item)
    if answer.ok and answer.put_code:
        return _save(
            item, owner, put_code=answer.put_code, sent_hash=digest(body), in_doubt="", **_sent(item)
        )
    if answer.ok:
        return _failed(item, owner, now, replace(answer, ruling=errors.NO_PUT_CODE))
    if answer.ruling.action is Action.ADOPT_PUT_CODE:
        return _adopt(item, owner, now, answer)
    return _failed(item, owner, now, answer)


def _put(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    body = item.message.encode()
    # Until the answer is here it is not known which of the two messages is on the record.
    if not _begin(item, owner, "PUT", sent_hash="", self_ids=messages.self_ids(body)):
        return False
    answer = client.put_item(
        item.connection, item.kind, item.put_code, messages.with_put_code(body, item.put_code), item=item
    )
    if answer.ok:
        return _save(item, owner, sent_hash=digest(body), in_doubt="", **_sent(item))
    if answer.ruling.action is Action.GONE:
        return _removed_by_owner(item, owner)
    return _failed(item, owner, now, answer)


def _delete(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    before = item.in_doubt
    if not _begin(item, owner, "DELETE", sent_hash=""):
        return False
    answer = client.delete_item(item.connection, item.kind, item.put_code, item=item)
    gone = not answer.ok and answer.ruling.action is Action.GONE
    if gone and before != "DELETE":
        return _removed_by_owner(item, owner)
    if answer.ok or gone:  # gone after a DELETE whose answer was lost: that one did it
        return _save(item, owner, put_code=None, sent_hash="", in_doubt="", attempts=0)
    return _failed(item, owner, now, answer, in_doubt=before)


def _look(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    """Find out whether a POST whose answer is missing arrived, by looking at what our client has on the
    record.
    """
    works = client.read_works(item.connection, item=item)
    if not works.ok:
        return _failed(item, owner, now, works, in_doubt="POST")
    put_code = client.own_put_code(works.data, item.connection.client_id, item.self_ids)
    if put_code is None:
        return _save(item, owner, in_doubt="")
    return _save(item, owner, put_code=put_code, sent_hash="", in_doubt="", **_sent(item))


def _adopt(item: OrcidItem, owner: str, now: dt.datetime, answer: Answer) -> bool:
    """Take over the item that stands in our way: it is ours, since only our own items do (orcid.md §15)."""
    put_code = errors.put_code_in(answer.text)
    if put_code is None:
        works = client.read_works(item.connection, item=item)
        if not works.ok:
            return _failed(item, owner, now, works)
        put_code = client.own_put_code(works.data, item.connection.client_id, item.self_ids)
    others = OrcidItem.objects.filter(connection=item.connection, kind=item.kind).exclude(pk=item.pk)
    if put_code is None:
        return _failed(item, owner, now, replace(answer, ruling=errors.NOT_FOUND_AGAIN))
    if others.filter(put_code=put_code).exists():
        return _failed(item, owner, now, replace(answer, ruling=errors.TWIN))
    return _save(item, owner, put_code=put_code, sent_hash="", in_doubt="", **_sent(item))


def _sent(item: OrcidItem) -> dict:
    moment = timezone.now()
    return {"first_sent_at": item.first_sent_at or moment, "sent_at": moment, "attempts": 0}


def _begin(item: OrcidItem, owner: str, method: str, **values) -> bool:
    """Write down that a call is begun. False when the lease was lost or the item was stopped: then nothing may be
    called.
    """
    values |= {"in_doubt": method, "lease_until": timezone.now() + leases.LEASE}
    for name, value in values.items():
        setattr(item, name, value)
    rows = OrcidItem.objects.filter(pk=item.pk, lease_owner=owner, state=State.WAITING)
    return bool(rows.update(**values))


def _save(item: OrcidItem, owner: str, **values) -> bool:
    """Write down a fact about the record. False when the lease was lost; whoever has it now finds out by
    itself.
    """
    return bool(
        OrcidItem.objects.filter(pk=item.pk, lease_owner=owner).update(**values, updated_at=timezone.now())
    )


def _finish(item: OrcidItem, owner: str) -> bool:
    """Close an item whose wish is fulfilled, unless the wish changed in this moment."""
    with transaction.atomic():
        row = OrcidItem.objects.select_for_update().filter(pk=item.pk, lease_owner=owner).first()
        if row is None or row.state != State.WAITING:
            return False
        if not is_true(row):
            return True
        settle(row, changed=True)
        _release(row)
        row.save()
    return False


def _removed_by_owner(item: OrcidItem, owner: str) -> bool:
    """Take note that the owner removed it at ORCID. Never sent again of our own accord; who wants it is asked."""
    with transaction.atomic():
        row = OrcidItem.objects.select_for_update().filter(pk=item.pk, lease_owner=owner).first()
        if row is None:
            return False
        row.put_code, row.sent_hash, row.in_doubt = None, "", ""
        row.owners_no = row.owners_no or OrcidItem.No.REMOVED
        settle(row, changed=True)
        _release(row)
        row.save()
    return False


def _put_off(item: OrcidItem, owner: str, now: dt.datetime) -> None:
    """Let an item wait that broke off for a reason of our own. A doubt stays as it is."""
    with transaction.atomic():
        row = OrcidItem.objects.select_for_update().filter(pk=item.pk, lease_owner=owner).first()
        if row is None:
            return
        _delay(row, now, errors.OUR_FAULT)
        _release(row)
        row.save()


def _delay(item: OrcidItem, now: dt.datetime, ruling: errors.Ruling, error_code: str = "") -> None:
    """Set why a waiting item is tried again, and when. One that was stopped meanwhile keeps the words it has."""
    item.attempts += 1
    if item.state == State.WAITING:
        item.reason, item.error_code, item.action = ruling.person, error_code, ruling.action
        item.next_try_at = now + leases.delay(item.attempts)


def _release(item: OrcidItem) -> None:
    item.lease_owner, item.lease_until = "", None


def _failed(item: OrcidItem, owner: str, now: dt.datetime, answer: Answer, **values) -> bool:
    """Write down a refusal and what mends it. Never goes on at once.

    A definite refusal, and a call that was never made, end the doubt about this call (``in_doubt`` among
    ``values``: what remains of an earlier one). Without an answer, or with a fault of the server's own, it
    stays: the work may have been done before the fault.
    """
    ruling = answer.ruling
    again = ruling.action is Action.RETRY
    if again and answer.call is not None:
        values.pop("in_doubt", None)
    else:
        values.setdefault("in_doubt", "")
    with transaction.atomic():
        row = OrcidItem.objects.select_for_update().filter(pk=item.pk, lease_owner=owner).first()
        if row is None:
            return False
        for name, value in values.items():
            setattr(row, name, value)
        _delay(row, now, ruling, answer.error_code)
        if not again and row.state == State.WAITING:
            row.next_try_at = None
            if row.desired_hash == item.desired_hash:
                row.state = State.NEEDS_ATTENTION
        _release(row)
        row.save()
    return False
