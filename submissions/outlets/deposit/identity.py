"""Whose deposit it is, and the handle that comes back."""

import re

from django.db import transaction

from submissions.models import Delivery, Submission

from ..delivery.calls import Caller
from ..delivery.rulings import NeedsAttention
from ..delivery.wishes import AGAIN

_HANDLE = re.compile(r"https?://hdl\.handle\.net/(\S+)")


def mark(submission: Submission) -> str:
    """The identifier by which a deposit is known as ours; every crosswalk writes it."""
    return f"urn:uuid:{submission.uuid}"


def handle_in(text: str) -> str:
    """The bare handle of an address at hdl.handle.net, "" for any other text."""
    found = _HANDLE.fullmatch(text.strip())
    return found.group(1) if found else ""


def keep_handle(submission: Submission, handle: str) -> None:
    """Make ``handle`` (bare) the thesis' own, unless it has one, and bring every outlet in line with that."""
    if handle and not submission.handle:
        _change(submission, "", handle)


def forget_handle(submission: Submission, handle: str) -> None:
    """Take ``handle`` from the thesis when it is the thesis' own: the repository that gave it has nothing there now."""
    if handle and submission.handle == handle:
        _change(submission, handle, "")


def gone(delivery: Delivery, call: Caller, label: str) -> None:
    """What we deposited is no longer there. Say so: somebody may have taken it away on purpose. When staff, told that,
    have tried again, forget it, so that it is deposited anew.
    """
    if delivery.remote.get(AGAIN) != "gone":
        raise NeedsAttention(
            f"{label} no longer has what we deposited there. If it should be there, try again: it is then deposited "
            "anew, under a new address.",
            "gone",
        )
    call.keep(remote={}, remote_id="", remote_url="", in_doubt="")


def _change(submission: Submission, former: str, handle: str) -> None:
    from ..refresh import refresh  # it wishes, and so imports the targets

    with transaction.atomic():
        if Submission.objects.filter(pk=submission.pk, handle=former).update(handle=handle):
            refresh(submission)
            submission.handle = handle
