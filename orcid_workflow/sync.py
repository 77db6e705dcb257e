"""What should be on a record, what is, and the one call that closes the difference.

The rule that makes it safe to kill at any instruction: before a call the row says which call is begun
(``in_doubt``), after it what came of it. A row found in doubt is first asked about at ORCID. Writing twice is
prevented by ORCID's own rule that a client has an identifier once on a record (orcid.md §15), and by the
put-code.
"""

import datetime as dt
import hashlib
import uuid
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from . import client, connections, errors, leases, messages
from .client import Answer
from .errors import Action
from .models import Connection, OrcidItem

State = OrcidItem.State
_WISH = (
    "message", "desired_hash", "title", "url", "facts",
    "state", "reason", "error_code", "action", "attempts", "next_try_at", "updated_at",
)  # fmt: skip
_MAX_STEPS = 6  # calls for one item in one go: look, POST, look, PUT, and some air


def digest(message: bytes | None) -> str:
    """Return the hash by which two messages are compared; "" for none."""
    return hashlib.sha256(message).hexdigest() if message else ""


def desire(
    connection: Connection,
    kind: str,
    key: str,
    message: bytes | None,
    *,
    title: str = "",
    url: str = "",
    facts: dict | None = None,
) -> OrcidItem:
    """Say what should be on a record: ``message`` (XML without put-code), or None for nothing. Runs in your
    transaction.

    ``kind`` is ORCID's name of the item (``work``), ``key`` the stable name of the thing it stands for.
    ``title``, ``url`` and ``facts`` (``type``, ``institution``, ``date``) are shown to the person. The worker
    does the rest. Saying the same twice changes nothing. An item that its owner removed at ORCID, or that is
    paused, takes the new message and stays off until the owner says otherwise.
    """
    with transaction.atomic():
        item, _ = OrcidItem.objects.select_for_update().get_or_create(
            environment=connection.environment,
            orcid=connection.orcid,
            kind=kind,
            key=key,
            defaults={"connection": connection},
        )
        desired = digest(message)
        changed = desired != item.desired_hash
        item.message = message.decode() if message else ""
        item.desired_hash = desired
        if message is not None or title:
            item.title, item.url, item.facts = title, url, facts or {}
        if changed or item.state == State.REMOVED or not desired:
            _settle(item, changed=changed)
        # Not the facts: a worker may be writing them.
        item.save(update_fields=_WISH)
    return item


def _settle(item: OrcidItem, *, changed: bool) -> None:
    """Set the state of an item from the difference between wish and fact."""
    if _is_true(item):
        _clear(item, State.SENT if item.desired_hash else State.REMOVED)
        return
    # Only the owner can end these; but what is to be removed can be, even without a permission (orcid.md §6).
    stays = item.state == State.PAUSED or (
        item.state == State.NEEDS_ATTENTION
        and item.desired_hash
        and item.action in (Action.GONE, Action.RECONNECT)
    )
    if not stays and (changed or item.state not in (State.WAITING, State.NEEDS_ATTENTION)):
        _clear(item, State.WAITING)


def _is_true(item: OrcidItem) -> bool:
    """Whether what is on the record, as far as ORCID told us, is what should be there."""
    if item.in_doubt:
        return False
    if not item.desired_hash:
        return item.put_code is None
    return item.put_code is not None and item.sent_hash == item.desired_hash


def _clear(item: OrcidItem, state: str) -> None:
    item.state = state
    item.reason = item.error_code = item.action = ""
    item.attempts = 0
    item.next_try_at = None


def send_again(item: OrcidItem) -> None:
    """Put an item back to work: its owner wants it on the record again, or what was wrong is mended."""
    with transaction.atomic():
        item = OrcidItem.objects.select_for_update().get(pk=item.pk)
        _clear(item, State.WAITING)
        if _is_true(item):
            item.state = State.SENT if item.desired_hash else State.REMOVED
        item.save()


def leave_off(item: OrcidItem) -> None:
    """Pause an item until its owner says otherwise. What is on the record stays there."""
    with transaction.atomic():
        item = OrcidItem.objects.select_for_update().get(pk=item.pk)
        _clear(item, State.PAUSED)
        item.reason = "You asked us to leave this off your record."
        item.save()


def run_due(limit: int | None = None, now: dt.datetime | None = None) -> int:
    """Do everything that is due, at most ``limit`` items; return how many were worked on. Not for use in a
    transaction.

    ``now`` (UTC) decides what is due; without it the clock does, at every claim. Any number of workers may
    run this.
    """
    connections.revoke_left_over(now=now)
    owner = str(uuid.uuid4())
    waiting = OrcidItem.objects.filter(state=State.WAITING)
    count = 0
    while limit is None or count < limit:
        item = leases.claim(waiting, owner, now or timezone.now())
        if item is None:
            break
        work_on(item, owner, now)
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
    OrcidItem.objects.filter(pk=item.pk if item else None, lease_owner=owner).update(
        lease_owner="", lease_until=None
    )


def _step(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    """Make the next call for ``item`` and write down what came of it. Return whether to go on at once."""
    if _is_true(item):
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
        # Taken, but under a put-code we could not read: stay in doubt and look for it.
        return True
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
        # Never sent again of our own accord: the owner took it away, and is asked.
        return _failed(item, owner, now, answer, put_code=None, sent_hash="")
    return _failed(item, owner, now, answer)


def _delete(item: OrcidItem, owner: str, now: dt.datetime) -> bool:
    before = item.in_doubt
    if not _begin(item, owner, "DELETE", sent_hash=""):
        return False
    answer = client.delete_item(item.connection, item.kind, item.put_code, item=item)
    if answer.ok or answer.ruling.action is Action.GONE:
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
    """Write down that a call is begun. False when the lease was lost: then nothing may be called."""
    values |= {"in_doubt": method, "lease_until": timezone.now() + leases.LEASE}
    for name, value in values.items():
        setattr(item, name, value)
    return bool(OrcidItem.objects.filter(pk=item.pk, lease_owner=owner).update(**values))


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
        if not _is_true(row):
            return True
        _clear(row, State.SENT if row.desired_hash else State.REMOVED)
        _release(row)
        row.save()
    return False


def _release(item: OrcidItem) -> None:
    item.lease_owner, item.lease_until = "", None


def _failed(item: OrcidItem, owner: str, now: dt.datetime, answer: Answer, **values) -> bool:
    """Write down a refusal and what mends it. Never goes on at once.

    A definite refusal ends the doubt about this call (``in_doubt`` among ``values``: what remains of an
    earlier one). Without an answer, or with a fault of the server's own, it stays: the work may have been
    done before the fault.
    """
    ruling = answer.ruling
    again = ruling.action is Action.RETRY
    if again:
        values.pop("in_doubt", None)
    else:
        values.setdefault("in_doubt", "")
    with transaction.atomic():
        row = OrcidItem.objects.select_for_update().filter(pk=item.pk, lease_owner=owner).first()
        if row is None:
            return False
        for name, value in values.items():
            setattr(row, name, value)
        row.reason, row.error_code, row.action = ruling.person, answer.error_code, ruling.action
        row.attempts += 1
        if again:
            row.next_try_at = now + leases.delay(row.attempts)
        elif row.desired_hash == item.desired_hash and row.state == State.WAITING:
            row.state = State.NEEDS_ATTENTION
        _release(row)
        row.save()
    return False
