"""Where an item stands: from wish, fact, what its owner said and the rules of sending (``modes``)."""

import datetime as dt
import hashlib

from django.conf import settings
from django.utils import timezone

from .. import owners, reasons, scopes
from ..api import errors
from ..api.errors import Action
from ..models import Connection, OrcidItem
from . import modes
from .modes import Step

State = OrcidItem.State
No = OrcidItem.No
#: Instead of the hash of a message: what is wished for cannot be said in a message that ORCID would take.
REFUSED = "refused"
REFUSED_CODE = errors.MESSAGE_CODE
_GONE_CODE = "9016"
_GONE = errors.decide(404, _GONE_CODE)


def digest(message: bytes | None) -> str:
    """Return the hash by which two messages are compared; "" for none."""
    return hashlib.sha256(message).hexdigest() if message else ""


def settle(item: OrcidItem, *, changed: bool, now: dt.datetime | None = None) -> None:
    """Set the state of a locked item from wish, fact, what its owner said and the rules of sending.

    ``changed``: one of them is new. Does not save.
    """
    refused_by_owner = bool(item.owners_no and item.desired_hash)
    still_there = must_go(item) and (item.put_code is not None or item.in_doubt)
    rules = Connection.objects.only("mode", "paused_by").get(pk=item.connection_id)
    if refused_by_owner and not still_there:
        _stand(item, *_after_no(item))
    elif is_true(item):
        _stand(item, State.REMOVED if must_go(item) else State.SENT)
    elif item.desired_hash == REFUSED and not must_go(item):
        problems = " ".join((item.facts or {}).get("problems") or [])
        _stand(item, State.NEEDS_ATTENTION, problems, REFUSED_CODE, Action.ASK_STAFF)
    elif paused := item.paused_by or rules.paused_by:
        if changed or item.state != State.NEEDS_ATTENTION:
            _stand(item, State.PAUSED, reasons.PAUSED[paused].person)
    elif scopes.is_public():
        public = errors.PUBLIC_API
        _stand(item, State.NEEDS_ATTENTION, public.person, errors.PUBLIC_CODE, public.action)
    elif not must_go(item) and item.state == State.NEEDS_ATTENTION and item.action == Action.RECONNECT:
        # Waits for a permission, whatever the message. To remove needs none (orcid.md §6).
        pass
    elif (
        changed
        or item.state not in (State.WAITING, State.HELD, State.NEEDS_ATTENTION)
        or item.error_code == errors.PUBLIC_CODE
    ):
        now = now or timezone.now()
        plan = _plan(item, rules, now, since=now)
        _stand(
            item,
            State.HELD if plan.held else State.WAITING,
            plan.words or (reasons.TAKEN_OFF.person * refused_by_owner),
        )
        item.next_try_at = plan.at


def _plan(item: OrcidItem, rules: Connection, now: dt.datetime, since: dt.datetime) -> modes.Plan:
    """Return when the next write may be made. ``since``: when a change arose for which nothing was arranged yet."""
    step = Step.REMOVE if must_go(item) else Step.ADD if item.put_code is None else Step.CHANGE
    clock = _clock()
    arranged = item.next_try_at if item.state == State.WAITING and not item.attempts else None
    return modes.plan(
        mode_of(rules),
        step,
        now=now,
        clock=clock,
        # While it is not known what is there, finding that out is no further change.
        quiet_end=(arranged or since + clock.quiet) if item.sent_hash else None,
        approved=item.approved_hash == item.desired_hash,
    )


def mode_of(connection: Connection) -> str:
    """Return when things for this record are sent: as its owner or the office chose, else ``ORCID_MODE``."""
    return connection.mode or getattr(settings, "ORCID_MODE", modes.Mode.AUTOMATIC)


def _clock() -> modes.Clock:
    return modes.Clock(
        zone=timezone.get_default_timezone(),
        night_hour=int(getattr(settings, "ORCID_NIGHT_HOUR", 2)),
        quiet=dt.timedelta(seconds=float(getattr(settings, "ORCID_QUIET_SECONDS", 3600))),
    )


def may_go(item: OrcidItem, now: dt.datetime) -> bool:
    """Whether a waiting item may be written now, by what can have changed since it was arranged.

    (The night is not asked about again: what waits for it is due when it comes.)
    """
    if item.paused_by or item.connection.paused_by or (item.desired_hash == REFUSED and not must_go(item)):
        return False
    if item.in_doubt or mode_of(item.connection) == modes.Mode.NIGHTLY:
        return True
    # A change that came while the last write was under way counts from that one.
    plan = _plan(item, item.connection, now, since=item.sent_at or now)
    return not plan.held and (plan.at is None or item.attempts > 0)


def must_go(item: OrcidItem) -> bool:
    """Whether the record should be without it: the host wishes nothing, or its owner left it off before it was there,
    or it was wished for somebody who is not the owner of the iD any more.

    ``first_sent_at`` is empty while it is not on the record with its owner's leave.
    """
    left_off = item.owners_no == No.LEFT_OFF and item.first_sent_at is None
    return not item.desired_hash or left_off or owners.is_anothers(item)


def is_true(item: OrcidItem) -> bool:
    """Whether what is on the record, as far as ORCID told us, is what should be there."""
    if item.in_doubt:
        return False
    if must_go(item):
        return item.put_code is None
    return item.put_code is not None and item.sent_hash == item.desired_hash


def _after_no(item: OrcidItem) -> tuple[str, str, str, str]:
    """What an item that is wanted shows after its owner's "no": state, words, error-code, what would mend it."""
    if item.owners_no == No.REMOVED:
        return State.NEEDS_ATTENTION, _GONE.person, _GONE_CODE, _GONE.action
    words = reasons.LEFT_OFF if item.put_code is None else reasons.LEFT_ALONE
    return State.PAUSED, words.person, "", ""


def _stand(item: OrcidItem, state: str, reason: str = "", error_code: str = "", action: str = "") -> None:
    item.state, item.reason, item.error_code, item.action = state, reason, error_code, action
    item.attempts = 0
    item.next_try_at = None
