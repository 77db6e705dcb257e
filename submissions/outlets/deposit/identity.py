"""Whose deposit it is, and the handle that comes back."""

import datetime as dt
import re

from django.db import transaction
from wagtail.log_actions import log as write_down

from submissions.models import Delivery, Submission

from ..delivery.calls import Caller
from ..delivery.rulings import NeedsAttention, NotYet
from ..delivery.wishes import ACTED, AGAIN

FORMER = "former"  # key of ``remote``: the handle of a deposit that is no longer there
_HANDLE = re.compile(r"https?://hdl\.handle\.net/(\S+)")


def mark(submission: Submission) -> str:
    """The identifier by which a deposit is known as ours; every crosswalk writes it."""
    return f"urn:uuid:{submission.uuid}"


def handle_in(text: str) -> str:
    """The bare handle of an address at hdl.handle.net, "" for any other text."""
    found = _HANDLE.fullmatch(text.strip())
    return found.group(1) if found else ""


def keep_handle(delivery: Delivery, submission: Submission, handle: str, label: str) -> None:
    """Make ``handle`` (bare), which ``delivery`` brought from the place ``label``, the thesis' own, unless it has one,
    and bring every outlet in line with that. The office reads in the case's history when it is not the former one.
    """
    if not handle or submission.handle:
        return
    former = delivery.remote.get(FORMER)
    _change(
        delivery,
        submission,
        handle,
        f"{label} gave the handle {handle} in place of {former}, which leads nowhere unless somebody there has it lead "
        "to the new one."
        if former and former != handle
        else "",
    )


def forget_handle(delivery: Delivery, submission: Submission, label: str) -> bool:
    """Take the handle that ``delivery`` brought from the thesis, when it is the thesis' own: the place ``label`` has
    nothing there now. Return whether it was taken; then the office reads so in the case's history.
    """
    handle = delivery.remote.get("handle")
    if not handle or submission.handle != handle:
        return False
    return _change(
        delivery,
        submission,
        "",
        f"The handle {handle} ended: {label} no longer has what it led to. If the thesis is deposited there again, it "
        "gets another one.",
    )


def remembered(delivery: Delivery) -> dict[str, str]:
    """What is kept in ``remote`` of a deposit that is no longer there: its handle, so that a new one can be told of."""
    former = delivery.remote.get("handle") or delivery.remote.get(FORMER)
    return {FORMER: former} if former else {}


def gone(delivery: Delivery, submission: Submission, call: Caller, label: str) -> None:
    """What we deposited is no longer there. Say so: somebody may have taken it away on purpose. When staff, told that,
    have tried again, forget it, so that it is deposited anew. Raises ``NeedsAttention``, or ``NotYet`` when its handle
    went too: the record is another one then.
    """
    if delivery.remote.get(AGAIN) != "gone":
        raise NeedsAttention(
            f"{label} no longer has what we deposited there. If it should be there, try again: it is then deposited "
            "anew, under a new address.",
            "gone",
        )
    changed = forget_handle(delivery, submission, label)
    call.keep(remote=remembered(delivery), remote_id="", remote_url="", in_doubt="")
    if changed:
        raise NotYet(f"It is deposited anew at {label}.", after=dt.timedelta())


def _change(delivery: Delivery, submission: Submission, handle: str, sentence: str) -> bool:
    """Write ``handle`` in place of the one that ``submission`` has; return False when that is another by now."""
    from ..refresh import refresh  # it wishes, and so imports the targets

    with transaction.atomic():
        theirs = Submission.objects.filter(pk=submission.pk, handle=submission.handle)
        if not theirs.update(handle=handle):
            return False
        refresh(submission)
        if sentence:
            write_down(delivery, ACTED, data={"sentence": sentence})
    submission.handle = handle
    return True
