"""What should be on a record: said by the host site, answered by the record's owner. ``sync`` carries it out.

The host's wish may change at any time. What the owner said ("I removed it", "leave it off") is kept beside it and
ends only when the owner says otherwise (orcid.md §22: ask before adding again what was deleted).
"""

import hashlib

from django.db import transaction

from . import errors
from .errors import Action
from .models import Connection, OrcidItem

State = OrcidItem.State
No = OrcidItem.No
_WISH = (
    "message", "desired_hash", "title", "url", "facts",
    "state", "reason", "error_code", "action", "attempts", "next_try_at", "updated_at",
)  # fmt: skip
_GONE_CODE = "9016"
_GONE = errors.decide(404, _GONE_CODE)
# What an item that is wanted shows after its owner's "no": (state, words, error-code, what would mend it).
_AFTER_NO = {
    No.REMOVED: (State.NEEDS_ATTENTION, _GONE.person, _GONE_CODE, _GONE.action),
    No.LEFT_OFF: (State.PAUSED, "You asked us to leave this off your record.", "", ""),
}


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
    does the rest. Saying the same twice changes nothing. An item that its owner removed at ORCID, or left off here,
    takes the new message and stays off until ``send_again``, also when it was wished away in between.
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
            settle(item, changed=changed)
        # Not the facts: a worker may be writing them.
        item.save(update_fields=_WISH)
    return item


def settle(item: OrcidItem, *, changed: bool) -> None:
    """Set the state of a locked item from wish, fact and what its owner said. ``changed``: one of them is new."""
    if item.owners_no and item.desired_hash:
        state, *words = _AFTER_NO[item.owners_no]
        _clear(item, state)
        item.reason, item.error_code, item.action = words
    elif is_true(item):
        _clear(item, State.SENT if item.desired_hash else State.REMOVED)
    elif item.desired_hash and item.state == State.NEEDS_ATTENTION and item.action == Action.RECONNECT:
        # Waits for a permission, whatever the message. To remove needs none (orcid.md §6).
        pass
    elif changed or item.state not in (State.WAITING, State.NEEDS_ATTENTION):
        _clear(item, State.WAITING)


def is_true(item: OrcidItem) -> bool:
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
    _answer(item, "", State.WAITING)


def leave_off(item: OrcidItem) -> None:
    """Keep an item off the record until its owner says otherwise. What is on the record stays there as it is, until
    the host wishes it away.
    """
    _answer(item, No.LEFT_OFF, State.PAUSED)


def _answer(item: OrcidItem, owners_no: str, state: str) -> None:
    with transaction.atomic():
        item = OrcidItem.objects.select_for_update().get(pk=item.pk)
        item.owners_no = owners_no
        _clear(item, state)
        settle(item, changed=True)
        item.save()
