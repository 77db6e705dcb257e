"""Closing the difference between what should be on a record (``wishes``) and what is, for one item, call by call.

The rule that makes it safe to kill at any instruction: before a call the row says which call is begun
(``in_doubt``), after it what came of it. A row found in doubt is first asked about at ORCID. Writing twice is
prevented by ORCID's own rule that a client has an identifier once on a record (orcid.md §15), and by the
put-code.
"""

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from .. import messages
from ..api import circuit, client, errors
from ..api.client import SECTIONS, Answer
from ..api.errors import Action
from ..models import Connection, OrcidItem
from ..models.connections import WRITE_SCOPE
from . import leases, tasks
from .standing import digest, is_true, may_go, must_go, settle

State = OrcidItem.State
_MAX_STEPS = 6  # calls for one item in one go: look, POST, look, PUT, and some air
_HELD_BACK = dt.timedelta(seconds=5)


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
        put_off(item, owner, now or timezone.now())
    OrcidItem.objects.filter(pk=item.pk if item else None, lease_owner=owner).update(
        lease_owner="", lease_until=None
    )


def _step(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    """Make the next call for ``item`` and write down what came of it. Return whether to go on at once."""
    if is_true(item):
        return _finish(item, owner)
    if item.next_try_at and item.next_try_at > now and not item.in_doubt:
        # The wish changed while we worked on it, and the new one is to be sent later.
        tasks.wake(item.pk, item.next_try_at)
        return False
    if not may_go(item, now):
        return _arrange(item, owner, now)
    if item.in_doubt == "POST" and item.put_code is None:
        return _look(item, owner, now)
    # A DELETE in doubt is finished first, even when the item is wanted again: a PUT could not tell its own
    # 404 from the owner's.
    if item.put_code is not None and (must_go(item) or item.in_doubt == "DELETE"):
        return _delete(item, owner, now)
    return _post(item, owner, now) if item.put_code is None else _put(item, owner, now)


def _post(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    body = item.message.encode()
    # From here on ``first_sent_at`` says since when it is on the record this time.
    if not _begin(item, owner, "POST", self_ids=messages.self_ids(body), first_sent_at=None):
        return False
    answer = client.post_item(item.connection, item.kind, body, item=item)
    if answer.ok and answer.put_code:
        return _save(item, owner, put_code=answer.put_code, sent_hash=digest(body), in_doubt="", **_sent())
    if answer.ok:
        return _failed(item, owner, now, replace(answer, ruling=errors.NO_PUT_CODE))
    if answer.ruling.action is Action.ADOPT_PUT_CODE:
        return _adopt(item, owner, now, answer)
    return _failed(item, owner, now, answer)


def _put(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    body, before = item.message.encode(), {"sent_hash": item.sent_hash, "in_doubt": item.in_doubt}
    # Until the answer is here it is not known which of the two messages is on the record.
    if not _begin(item, owner, "PUT", sent_hash="", self_ids=messages.self_ids(body)):
        return False
    answer = client.put_item(
        item.connection, item.kind, item.put_code, messages.with_put_code(body, item.put_code), item=item
    )
    if answer.ok:
        return _save(item, owner, sent_hash=digest(body), in_doubt="", **_sent())
    if answer.ruling.action is Action.GONE:
        return _removed_by_owner(item, owner)
    return _failed(item, owner, now, answer, **(before if answer.call is None else {}))


def _delete(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    before = item.in_doubt
    if not _begin(item, owner, "DELETE", sent_hash=""):
        return False
    answer = client.delete_item(item.connection, item.kind, item.put_code, item=item)
    gone = not answer.ok and answer.ruling.action is Action.GONE
    if gone and before != "DELETE":
        return _removed_by_owner(item, owner)
    if answer.ok or gone:  # gone after a DELETE whose answer was lost: that one did it
        return _save(item, owner, **_NOTHING_THERE, attempts=0)
    return _failed(item, owner, now, answer, in_doubt=before)


def _look(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    """Find out whether a POST whose answer is missing arrived, by looking at what our client has on the
    record.
    """
    section = client.read_section(item.connection, SECTIONS[item.kind], item=item)
    if not section.ok:
        return _failed(item, owner, now, section, in_doubt="POST")
    put_code = client.own_put_code(section.data, item.connection.client_id, item.self_ids)
    if put_code is None:
        return _save(item, owner, in_doubt="")
    return _save(item, owner, put_code=put_code, sent_hash="", in_doubt="", **_sent())


def _adopt(item: OrcidItem, owner: str, now: dt.datetime, answer: Answer) -> bool:
    """Take over the item that stands in our way: it is ours, since only our own items do (orcid.md §15)."""
    put_code = errors.put_code_in(answer.text)
    if put_code is None:
        section = client.read_section(item.connection, SECTIONS[item.kind], item=item)
        if not section.ok:
            return _failed(item, owner, now, section)
        put_code = client.own_put_code(section.data, item.connection.client_id, item.self_ids)
    others = OrcidItem.objects.filter(connection=item.connection, kind=item.kind).exclude(pk=item.pk)
    if put_code is None:
        return _failed(item, owner, now, replace(answer, ruling=errors.NOT_FOUND_AGAIN))
    if others.filter(put_code=put_code).exists():
        return _failed(item, owner, now, replace(answer, ruling=errors.TWIN))
    return _save(item, owner, put_code=put_code, sent_hash="", in_doubt="", **_sent())


_NOTHING_THERE = {"put_code": None, "sent_hash": "", "in_doubt": ""}


def _sent() -> dict:
    """What is written down of a write that ORCID took. An owner who said no meanwhile gave no leave."""
    moment = timezone.now()
    with_leave = Case(
        When(owners_no="", then=Coalesce("first_sent_at", Value(moment))), default=F("first_sent_at")
    )
    return {"first_sent_at": with_leave, "sent_at": moment, "attempts": 0}


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
        for name, value in _NOTHING_THERE.items():
            setattr(row, name, value)
        row.owners_no = row.owners_no or OrcidItem.No.REMOVED
        settle(row, changed=True)
        _release(row)
        row.save()
    return False


def put_off(item: OrcidItem, owner: str, now: dt.datetime) -> None:
    """Let an item wait that broke off for a reason of our own. A doubt stays as it is."""
    with transaction.atomic():
        row = OrcidItem.objects.select_for_update().filter(pk=item.pk, lease_owner=owner).first()
        if row is None:
            return
        _delay(row, now, errors.OUR_FAULT)
        _release(row)
        row.save()


def _arrange(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    """Arrange anew, by the rules of sending, an item that may not be written now."""
    with transaction.atomic():
        row = OrcidItem.objects.select_for_update().filter(pk=item.pk, lease_owner=owner).first()
        if row is None or row.state != State.WAITING:
            return False
        settle(row, changed=True, now=now)
        _release(row)
        row.save()
        if row.state == State.WAITING:
            tasks.wake(row.pk, row.next_try_at)
    return False


def _delay(item: OrcidItem, now: dt.datetime, ruling: errors.Ruling, error_code: str = "") -> None:
    """Set why a waiting item is tried again, and when. One that was stopped meanwhile keeps the words it has."""
    held_back = ruling in errors.HELD_BACK
    item.attempts += not held_back
    if item.state == State.WAITING:
        item.error_code, item.action = error_code, ruling.action
        if not item.owners_no:  # what its owner was told stays said
            item.reason = ruling.person
        item.next_try_at = now + (_HELD_BACK if held_back else leases.delay(item.attempts))
        until = circuit.status().until if ruling is errors.DOWN else None
        item.next_try_at = max(item.next_try_at, until or item.next_try_at)
        tasks.wake(item.pk, item.next_try_at)


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
        if ruling.action is Action.RECONNECT and _came_back(item, answer):
            ruling, again = errors.CAME_BACK, True
        row = OrcidItem.objects.select_for_update().filter(pk=item.pk, lease_owner=owner).first()
        if row is None:
            return False
        for name, value in values.items():
            setattr(row, name, value)
        _delay(row, now, ruling, "" if ruling is errors.CAME_BACK else answer.error_code)
        if not again and row.state == State.WAITING:
            row.next_try_at = None
            if row.desired_hash == item.desired_hash:
                row.state = State.NEEDS_ATTENTION
        _release(row)
        row.save()
    return False


def _came_back(item: OrcidItem, answer: Answer) -> bool:
    """Whether the owner has connected again since the call began whose refusal is to be written down now.

    The connection is locked before the item, as whoever comes back does (``connections.attach``): they see what we
    wrote (``wishes.permitted``), or we see their token.
    """
    row = Connection.objects.select_for_update(no_key=True).get(pk=item.connection_id)
    return row.can_write and any(token.pk > answer.newest for token in row.live_tokens(WRITE_SCOPE))
