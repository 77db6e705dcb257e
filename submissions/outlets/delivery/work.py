"""Bringing theses to places: everything that is due, one delivery at a time under a lease, and the reading back.

Any number of workers may run this, and each may be killed at any instruction: the row says what was begun
(``calls``), the lease runs out, and the next one looks at the place before it goes on.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from itertools import cycle

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from orcid_workflow.api import errors, history
from orcid_workflow.sending import leases
from submissions.metadata import demands
from submissions.models import Submission
from submissions.models.deliveries import Delivery, DeliveryCall, Wish

from . import rest, rulings, wishes
from .calls import Caller
from .parcel import Parcel
from .rulings import LostLease, NeedsAttention, NoAnswer, NotYet, Refused
from .targets import Target, targets

log = logging.getLogger("submissions.deliveries")
State = Delivery.State
#: How long after a delivery its record is read back again; afterwards as often as the last.
CHECKS = (dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=30))
_CHECK_AGAIN = dt.timedelta(hours=1)
_MAX_ROUNDS = 3  # the wish may change while it is fulfilled; then others are waiting too


def run_due(
    limit: int | None = None, now: dt.datetime | None = None, stop: Callable[[], bool] | None = None
) -> int:
    """Do everything that is due, at most ``limit`` deliveries and readings; return how many were worked on.

    Not for use in a transaction. ``now`` (UTC) decides what is due; without it the clock does, at every claim.
    ``stop`` is asked before every claim whether to end early. What breaks in one row is logged and put off; raised is
    only that the database does not answer.
    """
    count, idle = 0, 0
    for run_next in cycle((_next_delivery, _next_check)):
        if idle == 2 or (limit is not None and count >= limit) or (stop and stop()):
            break
        if run_next(now):
            count, idle = count + 1, 0
        else:
            idle += 1
    return count


def keep_house(now: dt.datetime | None = None) -> None:
    """What is done now and then: forget the calls of long ago (``ETD_DELIVERY_HISTORY_DAYS``, 730; 0: keep all)."""
    history.prune_older(
        DeliveryCall.objects.all(), int(getattr(settings, "ETD_DELIVERY_HISTORY_DAYS", 730)), now
    )


def _next_delivery(now: dt.datetime | None) -> bool:
    return _next(now, State.WAITING, "next_try_at", _work_on)


def _next_check(now: dt.datetime | None) -> bool:
    return _next(now, State.DONE, "check_at", _check)


def _next(now: dt.datetime | None, state: str, at: str, work: Callable[..., None]) -> bool:
    """Claim one row that is due by the column ``at`` and do ``work`` on it. Return whether there was one."""
    places = targets()
    rows = Delivery.objects.filter(state=state, target__in=places)
    if at == "check_at":
        rows = rows.filter(check_at__isnull=False)
    owner = str(uuid.uuid4())
    row = leases.claim(rows, owner, now or timezone.now(), at)
    if row is None:
        return False
    try:
        work(places[row.target], row, owner, now)
    except (OperationalError, InterfaceError):
        raise  # nothing could be written down now; the lease gives the row back
    except LostLease:
        log.info("Delivery %s was paused, or somebody else has it.", row.pk)
    except Exception as fault:
        log.error("Work on delivery %s broke off: %s", row.pk, errors.trail(fault))
        _failed(places[row.target], row, owner, now, fault)
    Delivery.objects.filter(pk=row.pk, lease_owner=owner).update(lease_owner="", lease_until=None)
    return True


def _work_on(target: Target, row: Delivery, owner: str, now: dt.datetime | None) -> None:
    """Bring one claimed row to what is wished for, again when the wish has changed meanwhile."""
    for _ in range(_MAX_ROUNDS):
        parcel = _follow(target, row, owner)
        if parcel is None:
            return
        try:
            _demand(target, parcel)
            with Caller(target, row, owner) as call:
                if row.sent_hash:
                    call.keep(sent_hash="")  # until it is done, what the place has is not known
                target.bring(row, parcel, call)
        except (Refused, NoAnswer, NeedsAttention, NotYet) as fault:
            _failed(target, row, owner, now, fault)
            return
        _brought(target, row, owner, parcel)


def _demand(target: Target, parcel: Parcel) -> None:
    """Send no record that the place would refuse: raises ``NeedsAttention`` with what it lacks. Only of a thesis that
    is to be public there; a reserved place needs nothing but its name.
    """
    if parcel.wish != Wish.PUBLIC or parcel.record is None:
        return
    if lacking := demands.missing(parcel.record, target.kind):
        raise NeedsAttention(" ".join(lack.sentence for lack in lacking), "incomplete")


def _follow(target: Target, row: Delivery, owner: str) -> Parcel | None:
    """Set the wish of a waiting row afresh. Return the parcel to bring; None when nothing is to do."""
    with transaction.atomic():
        parcel = _afresh(target, row, owner)
        if row.state != State.WAITING:
            return None
        if wishes.is_true(row):
            wishes.settle(row, "" if parcel.wish else target.why_nothing(parcel.submission))
            row.save()
            return None
        row.save(update_fields=["wish", "desired_hash", "alarms", "updated_at"])
    return parcel


def _afresh(target: Target, row: Delivery, owner: str) -> Parcel:
    """Read row and thesis afresh, in a transaction, and set the wish by them; return the parcel. Does not save.

    Under the locks of a refresh, so that a wish made at this moment comes wholly before or after. Raises ``LostLease``.
    """
    from ..refresh import current_record  # it wishes, and so imports this package

    submission = Submission.objects.select_for_update().get(pk=row.submission_id)
    fresh = Delivery.objects.select_for_update().filter(pk=row.pk, lease_owner=owner).first()
    if fresh is None:
        raise LostLease
    for field in Delivery._meta.concrete_fields:
        setattr(row, field.attname, getattr(fresh, field.attname))
    parcel = wishes.parcel_for(target, submission, current_record(submission), row)
    wishes.wish_for(row, parcel.wish, wishes.digest_of(target, parcel))
    return parcel


def _brought(target: Target, row: Delivery, owner: str, parcel: Parcel) -> None:
    """Write down that ``parcel`` is there."""
    now = timezone.now()
    values = {
        "sent_wish": parcel.wish,
        "sent_hash": wishes.digest_of(target, parcel),
        "in_doubt": "",
        "sent_at": now,
    }
    if not parcel.wish:
        values |= {"remote": {}, "remote_id": "", "remote_url": ""}
    elif row.first_sent_at is None:
        values["first_sent_at"] = now
    # Also when it was paused meanwhile: it is a fact.
    rows = Delivery.objects.filter(pk=row.pk, lease_owner=owner)
    if not rows.update(**values, attempts=0, updated_at=now):
        raise LostLease


def _failed(target: Target, row: Delivery, owner: str, now: dt.datetime | None, fault: Exception) -> None:
    """Write down why it is not there, and whether it is tried again by itself. A doubt stays as it is."""
    now = now or timezone.now()
    ruling, answer, code = rulings.OUR_FAULT, None, "our_fault"
    if isinstance(fault, Refused):
        answer = fault.answer
        ruling, code = rulings.decide(answer.status), str(answer.status)
    elif isinstance(fault, NoAnswer):
        ruling, code = rulings.decide(None), "no_answer"
    with transaction.atomic():
        held = Delivery.objects.select_for_update().filter(pk=row.pk, lease_owner=owner).first()
        if held is None or held.state not in (State.WAITING, State.DONE):
            return
        if held.state == State.DONE:  # a reading back that broke off
            held.check_at = now + _CHECK_AGAIN
        elif isinstance(fault, NeedsAttention):
            wishes.stand(held, State.NEEDS_ATTENTION, fault.sentence, fault.code)
        elif isinstance(fault, NotYet):
            wishes.stand(held, State.WAITING, fault.sentence, "not_yet")
            held.next_try_at = now + fault.after
        else:
            _refused(target, held, ruling, code, answer, now)
        held.lease_owner, held.lease_until = "", None
        held.save()
    if ruling.everybody:
        rest.after(target, ruling, answer, now)


def _refused(
    target: Target,
    row: Delivery,
    ruling: rulings.Ruling,
    code: str,
    answer: rulings.Answer | None,
    now: dt.datetime,
) -> None:
    row.attempts += 1
    row.error_code = code
    row.reason = rulings.sentence(ruling, target.label, answer.words if answer else "")
    if not ruling.again or (ruling.most and row.attempts >= ruling.most):
        row.state, row.next_try_at = State.NEEDS_ATTENTION, None
    else:
        asked = (rulings.wait(answer, now) if answer else None) or dt.timedelta()
        row.next_try_at = now + max(leases.delay(row.attempts), asked)


def _check(target: Target, row: Delivery, owner: str, now: dt.datetime | None) -> None:
    """Read one delivered record back and keep what did not survive."""
    with transaction.atomic():
        parcel = _afresh(target, row, owner)
        if row.state != State.DONE:
            return
        if not wishes.is_true(row):  # time changed the record (an embargo's end): that goes there first
            wishes.settle(row)
            row.save()
            return
        if parcel.wish not in target.CHECKS:
            row.check_at, row.alarms = None, []
            row.save()
            return
    try:
        with Caller(target, row, owner) as call:
            alarms = target.read_back(row, parcel, call)
    except NeedsAttention as fault:
        alarms = [fault.sentence]
    except NotYet:
        alarms = row.alarms
    except Refused as fault:
        ruling = rulings.decide(fault.answer.status)
        if ruling.again or ruling.everybody:
            raise
        alarms = [_missing(target, fault.answer)]
    moment = now or timezone.now()
    Delivery.objects.filter(pk=row.pk, lease_owner=owner, state=State.DONE).update(
        alarms=alarms, checked_at=moment, check_at=_next_check_at(row, moment)
    )


def _missing(target: Target, answer: rulings.Answer) -> str:
    if answer.status in (404, 410):
        return f"{target.label} no longer has the record. If it should be there, press “Send again”."
    return (
        f"The record could not be read back. {rulings.sentence(rulings.decide(answer.status), target.label)}"
    )


def _next_check_at(row: Delivery, now: dt.datetime) -> dt.datetime:
    sent = row.sent_at or now
    return next((sent + after for after in CHECKS if sent + after > now), now + CHECKS[-1])
