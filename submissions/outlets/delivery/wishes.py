"""What should be known of a thesis at each place: wished for in the transaction that changed it, and by staff.

Nothing here calls anybody. A wish is a row; ``work`` makes it true.
"""

import hashlib
import logging
from collections.abc import Callable

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log as write_down

from orcid_workflow.api import errors
from submissions.metadata.record import ThesisRecord
from submissions.models import Submission
from submissions.models.deliveries import Delivery, Wish

from .parcel import Parcel, parcel_of
from .targets import Target, targets

log = logging.getLogger(__name__)
State = Delivery.State
_PAUSED = "Paused by the office. Nothing is sent until somebody presses “Go on”."
_IMPORTED = "Imported from elsewhere. Nothing is sent until somebody presses “Go on”."
#: An action of Wagtail's log; ``data`` has the sentence. The office reads it with the history of the case
#: (``review.history``), and the student, whom it does not concern, does not.
ACTED = "deliveries.act"
#: Error-codes of what is not sent again before a person says so: it may have been taken away there on purpose, or be
#: there already. ``AGAIN`` is the key of ``remote`` that has the code to which a person said so.
ASKED = ("gone", "unlisted")
AGAIN = "again"
#: The key of ``remote`` for what a place was told last, where sending it twice may be refused. A replay forgets it.
TOLD = "told"
_UNSAYABLE = "unsayable"
_UNSAYABLE_WORDS = (
    "The record could not be put into the form that {label} takes. "
    "Tell whoever runs this site; the log says where."
)


def desire_all(submission: Submission, record: ThesisRecord | None) -> None:
    """Wish at every place for what follows from ``record`` (None: not public).

    Call it in the transaction that changed the thesis, with the case locked. A place whose message cannot be made is
    marked so; it does not hold up the thesis.
    """
    places = targets()
    if not places:
        return
    there = {
        row.target: row
        for row in Delivery.objects.select_for_update().filter(submission=submission, target__in=places)
    }
    for name, target in places.items():
        row = there.get(name) or Delivery(submission=submission, target=name)
        wish, digest, reason, code = _wished(target, submission, record, row)
        if row.pk is None and not wish and not reason:
            continue
        changed = (wish, digest) != (row.wish, row.desired_hash) or (not wish and reason != row.reason)
        wish_for(row, wish, digest)
        if code and row.state != State.PAUSED:
            stand(row, State.NEEDS_ATTENTION, reason, code)
        elif code:
            continue  # what the office stopped stays stopped
        elif row.pk is None and wish and submission.student_id is None and not target.options.get("imported"):
            # It may be there already, under a name that nobody here knows: somebody has to ask for it.
            stand(row, State.PAUSED, _IMPORTED)
        elif changed and wish == Wish.PUBLIC and row.error_code in ASKED:
            pass  # only a person may have it sent again
        elif changed or row.pk is None or row.error_code == _UNSAYABLE:
            settle(row, reason)
        else:
            continue
        row.save()


def parcel_for(target: Target, submission: Submission, record: ThesisRecord | None, row: Delivery) -> Parcel:
    """The parcel that should be at ``target`` now, given what the row knows to be there already."""
    wish = target.wish_for(submission, record)
    # What was never there need not be said to be gone.
    if wish == Wish.WITHDRAWN and not something_there(row):
        wish = Wish.NOTHING
    return parcel_of(submission, record if wish == Wish.PUBLIC else None, wish)


def wish_for(row: Delivery, wish: str, digest: str) -> None:
    """Set what should be at the place. What was read back of something else counts no longer. Does not save."""
    if wish != row.wish:
        row.alarms = []
    row.wish, row.desired_hash = wish, digest


def something_there(row: Delivery) -> bool:
    """Whether something is, or may be, at the place."""
    return bool(row.sent_wish or row.in_doubt or row.remote_id or row.remote)


def digest_of(target: Target, parcel: Parcel) -> str:
    """The hash by which what should have been told is compared; "" for nothing."""
    return hashlib.sha256(target.message(parcel)).hexdigest() if parcel.wish else ""


def is_true(row: Delivery) -> bool:
    """Whether the place has been told what it should have been told, as far as it said."""
    if row.in_doubt:
        return False
    if not row.wish:
        return not something_there(row)
    return row.sent_wish == row.wish and row.sent_hash == row.desired_hash


def settle(row: Delivery, reason: str = "") -> None:
    """Set the state of a locked row from wish and fact; what is paused stays so. Does not save.

    ``reason``: why nothing is wished for.
    """
    if row.state == State.PAUSED:
        return
    if is_true(row):
        stand(row, State.DONE if row.wish else State.REMOVED, reason)
    else:
        stand(row, State.WAITING, reason)


def stand(row: Delivery, state: str, reason: str = "", code: str = "") -> None:
    """Set state and reason; the count of attempts begins anew. Does not save. What is delivered is read back soon."""
    row.state, row.reason, row.error_code = state, reason, code
    row.attempts, row.next_try_at = 0, None
    row.check_at = timezone.now() if state == State.DONE else None
    if state == State.REMOVED:
        row.alarms = []


# --- what staff do ----------------------------------------------------------------------------------------------------


def replay(delivery: Delivery, actor: AbstractUser | None) -> Delivery:
    """Send everything again, though the place is believed to have it."""
    return _act(delivery, actor, "Everything is sent again to {label}.", _replay)


def retry(delivery: Delivery, actor: AbstractUser | None) -> Delivery:
    """Try at once what waits or needs attention. Does nothing to what is paused, delivered or not there."""
    return _act(delivery, actor, "The delivery to {label} is tried again.", _retry)


def pause(delivery: Delivery, actor: AbstractUser | None) -> Delivery:
    """Send nothing more until ``resume``. A call under way ends; none follows it."""
    return _act(delivery, actor, "The delivery to {label} was paused.", _pause)


def resume(delivery: Delivery, actor: AbstractUser | None) -> Delivery:
    """Go on after ``pause``. Does nothing to what is not paused."""
    return _act(delivery, actor, "The delivery to {label} goes on.", _resume)


def check_now(delivery: Delivery, actor: AbstractUser | None) -> Delivery:
    """Have the record read back at the worker's next look. Does nothing to what is not delivered."""
    return _act(delivery, actor, "", _check)


def resume_imported(delivery: Delivery, actor: AbstractUser | None) -> Delivery:
    """Go on with what is paused because it was imported. Does nothing to what the office paused."""
    return _act(delivery, actor, "The delivery to {label} goes on.", _resume_imported)


def _replay(row: Delivery) -> bool:
    if not row.wish or row.state == State.PAUSED:
        return False
    row.sent_hash = ""
    row.remote = {key: value for key, value in row.remote.items() if key != TOLD}
    _answer(row)
    stand(row, State.WAITING)
    return True


def _retry(row: Delivery) -> bool:
    if row.state not in (State.WAITING, State.NEEDS_ATTENTION):
        return False
    _answer(row)
    stand(row, State.WAITING)
    return True


def _answer(row: Delivery) -> None:
    """Note that a person, who was asked, wants it sent again."""
    if row.error_code in ASKED:
        row.remote = {**row.remote, AGAIN: row.error_code}


def _pause(row: Delivery) -> bool:
    if row.state == State.PAUSED:
        return False
    stand(row, State.PAUSED, _PAUSED)
    return True


def _resume(row: Delivery) -> bool:
    if row.state != State.PAUSED:
        return False
    row.state = State.WAITING
    settle(row)
    return True


def _resume_imported(row: Delivery) -> bool:
    return row.reason == _IMPORTED and _resume(row)


def _check(row: Delivery) -> bool:
    if row.state != State.DONE:
        return False
    row.check_at = timezone.now()
    return True


def _act(
    delivery: Delivery, actor: AbstractUser | None, sentence: str, action: Callable[[Delivery], bool]
) -> Delivery:
    """Do ``action`` to the locked row and write who did it where the office reads it. Returns the row."""
    with transaction.atomic():
        # The case first, as in a refresh: two locks in two orders would wait for each other.
        Submission.objects.select_for_update().get(pk=delivery.submission_id)
        row = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if not action(row):
            return row
        row.save()
        if sentence:
            target = targets().get(row.target)
            said = sentence.format(label=target.label if target else row.target)
            write_down(row, ACTED, user=actor, data={"sentence": said})
    return row


def _wished(
    target: Target, submission: Submission, record: ThesisRecord | None, row: Delivery
) -> tuple[str, str, str, str]:
    """Return wish, hash, reason and error-code for a row; an error-code when the message cannot be made."""
    try:
        with transaction.atomic():
            parcel = parcel_for(target, submission, record, row)
            reason = "" if parcel.wish else target.why_nothing(submission)
            return parcel.wish, digest_of(target, parcel), reason, ""
    except Exception as fault:
        log.error(
            "What %s should be told of case %s broke off: %s", target.name, submission.pk, errors.trail(fault)
        )
        return row.wish, row.desired_hash, _UNSAYABLE_WORDS.format(label=target.label), _UNSAYABLE
