"""What should be on a record: said by the host site, answered by the record's owner. ``sync`` carries it out.

The host's wish may change at any time. What the owner said ("I removed it", "leave it off") is kept beside it and
ends only when the owner says otherwise (orcid.md §22: ask before adding again what was deleted). When it is sent is
decided by the rules of ``modes``; where an item then stands, in ``standing``.
"""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from . import owners
from .api import errors
from .api.errors import Action
from .messages import checking
from .models import Connection, OrcidItem
from .sending import modes, tasks
from .sending.standing import REFUSED, REFUSED_CODE, digest, mode_of, settle

__all__ = [
    "KINDS",
    "REFUSED",
    "REFUSED_CODE",
    "approve",
    "arrange_anew",
    "change_hands",
    "desire",
    "digest",
    "leave_off",
    "mode_of",
    "pause",
    "pause_all",
    "permitted",
    "record_opened",
    "refuse",
    "resume_all",
    "resume_item",
    "send_again",
    "send_now",
    "set_mode",
    "settle",
]

KINDS = ("work", "education")
State = OrcidItem.State
No = OrcidItem.No
_WISH = (
    "message", "desired_hash", "title", "url", "facts",
    "user", "state", "reason", "error_code", "action", "attempts", "next_try_at", "updated_at",
)  # fmt: skip


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

    ``kind`` is ORCID's name of the item (``work`` or ``education``; ``ValueError`` for another, and for a
    connection of another environment than this site's), ``key`` the stable
    name of the thing it stands for. ``title``, ``url`` and ``facts`` (``type``, ``institution``, ``date``) are shown
    to the person. The worker does the rest. Saying the same twice changes nothing. An item that its owner removed at
    ORCID, or left off here, takes the new message and stays off until ``send_again``, also when it was wished away in
    between. A message that ORCID would refuse is not sent: it is what ``refuse`` makes of it.
    """
    if message is not None and kind in KINDS and (found := checking.problems(kind, message)):
        return refuse(connection, kind, key, found, title=title, url=url, facts=facts)
    return _wish(connection, kind, key, message, digest(message), title, url, facts)


def refuse(
    connection: Connection,
    kind: str,
    key: str,
    problems: list[str],
    *,
    title: str = "",
    url: str = "",
    facts: dict | None = None,
) -> OrcidItem:
    """Say that what should be on a record cannot be said in a message that ORCID would take, and why (sentences).

    Nothing is sent, also not what was wished before; what is on the record stays. The next ``desire`` ends it.
    """
    facts = {**(facts or {}), "problems": list(problems)}
    return _wish(connection, kind, key, None, REFUSED, title, url, facts)


def _wish(connection, kind, key, message, desired, title, url, facts) -> OrcidItem:
    if kind not in KINDS:
        raise ValueError(f"We write no {kind} to a record, only {' and '.join(KINDS)}.")
    if connection.environment != settings.ORCID_ENVIRONMENT:
        raise ValueError(
            f"{connection.orcid} is of ORCID's environment “{connection.environment}”, this site of another."
        )
    with transaction.atomic():
        item, created = OrcidItem.objects.select_for_update().get_or_create(
            environment=connection.environment,
            orcid=connection.orcid,
            kind=kind,
            key=key,
            defaults={"connection": connection},
        )
        before = (None, None) if created else (item.state, item.next_try_at)
        changed = desired != item.desired_hash
        item.message = message.decode() if message else ""
        item.desired_hash = desired
        if desired:
            item.user_id = connection.user_id
        if desired or title:
            item.title, item.url, item.facts = title, url, facts or {}
        if changed or item.state == State.REMOVED or not message or item.error_code == errors.PUBLIC_CODE:
            settle(item, changed=changed)
        # Not the facts: a worker may be writing them.
        item.save(update_fields=_WISH)
        _wake(item, *before)
    return item


def _wake(item: OrcidItem, state: str | None, next_try_at: dt.datetime | None) -> None:
    """Wake a worker for an item that begins to wait, or is to be sent earlier than it was (``state`` and
    ``next_try_at``: before). Whatever else happens to a waiting item, somebody was woken for it already.
    """
    earlier = next_try_at is not None and (item.next_try_at is None or item.next_try_at < next_try_at)
    if item.state == State.WAITING and (state != State.WAITING or earlier):
        tasks.wake(item.pk, item.next_try_at)


# --- What people say ------------------------------------------------------------------------------------


def send_again(item: OrcidItem) -> None:
    """Put an item back to work: its owner wants it on the record again, or what was wrong is mended."""

    def answer(row: OrcidItem) -> None:
        row.owners_no = ""
        if row.paused_by == OrcidItem.PausedBy.PERSON:
            row.paused_by = ""
        row.state, row.action = State.WAITING, ""

    _say(item, answer)


def leave_off(item: OrcidItem) -> None:
    """Keep an item off the record until its owner says otherwise.

    One that is on the record stays there as it is, until the host wishes it away. One that is being sent at this very
    moment is removed again.
    """

    def answer(row: OrcidItem) -> None:
        row.owners_no = No.LEFT_OFF

    _say(item, answer)


def approve(item: OrcidItem, seen: str | None = None) -> bool:
    """Send what its owner looked at (mode ``manual``). ``seen`` is the ``desired_hash`` of the message that was shown
    (without: that of ``item`` as it was loaded). False, and nothing is sent, when the message is another one by now.
    """
    seen = item.desired_hash if seen is None else seen

    def answer(row: OrcidItem) -> bool:
        if not row.desired_hash or row.desired_hash != seen or row.desired_hash == REFUSED:
            return False
        row.approved_hash = seen
        return True

    return _say(item, answer)


def send_now(item: OrcidItem) -> bool:
    """Send a waiting item at once: it waits neither for the night nor for others to be sent with it, nor for its next
    try. False for one that does not wait; one that its owner has to look at first is not sent either.
    """

    def answer(row: OrcidItem) -> bool:
        if row.state != State.WAITING:
            return False
        if mode_of(row.connection) != modes.Mode.MANUAL:
            row.approved_hash = row.desired_hash
        return True

    return _say(item, answer)


def pause(item: OrcidItem, by: str = "person") -> None:
    """Stop an item for a time. ``by``: ``person`` or ``staff``; what the office paused stays paused by the office."""

    def answer(row: OrcidItem) -> None:
        if row.paused_by != OrcidItem.PausedBy.STAFF:
            row.paused_by = OrcidItem.PausedBy(by)

    _say(item, answer, changed=False)


def resume_item(item: OrcidItem) -> None:
    """End the pause of an item."""

    def answer(row: OrcidItem) -> None:
        row.paused_by = ""

    _say(item, answer, changed=False)


def pause_all(connection: Connection, by: str = "person") -> None:
    """Stop everything for one record, what is wished for later too."""
    with transaction.atomic():
        row = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        if row.paused_by != Connection.PausedBy.STAFF:
            row.paused_by = Connection.PausedBy(by)
            row.save(update_fields=["paused_by"])
        connection.paused_by = row.paused_by
        _settle_all(connection)


def resume_all(connection: Connection) -> None:
    """End ``pause_all``. Items that were paused singly stay so."""
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(paused_by="")
        connection.paused_by = ""
        _settle_all(connection)


def set_mode(connection: Connection, mode: str) -> None:
    """Set when things are sent: ``automatic``, ``nightly``, ``manual``, or "" for as the site does it. ``ValueError``
    for anything else. What waits is arranged anew.
    """
    mode = modes.Mode(mode).value if mode else ""
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(mode=mode)
        connection.mode = mode
        _settle_all(connection, changed=(State.WAITING, State.HELD))


def arrange_anew() -> None:
    """Arrange anew what stands still for no reason: what waits for a look although nobody wishes to look any more, and
    what is paused although no pause is left. So it is after a change of the site's mode, and for what was wished in the
    moment in which a mode or a pause ended (neither transaction sees the other).
    """
    site = getattr(settings, "ORCID_MODE", modes.Mode.AUTOMATIC)
    manual = Q(connection__mode=modes.Mode.MANUAL)
    if site == modes.Mode.MANUAL:
        manual |= Q(connection__mode="")
    # Paused is also what its owner left off (``standing``), and that is no pause.
    left_off = (
        ~Q(owners_no="") & ~Q(desired_hash="") & (Q(put_code=None, in_doubt="") | ~Q(first_sent_at=None))
    )
    no_pause = Q(paused_by="", connection__paused_by="") & ~left_off
    rows = OrcidItem.objects.filter(Q(state=State.HELD) & ~manual | Q(state=State.PAUSED) & no_pause)
    rows = rows.filter(environment=settings.ORCID_ENVIRONMENT)
    for item in rows.order_by("pk"):
        _say(item, lambda row: None)


def record_opened(connection: Connection, codes: tuple[str, ...]) -> None:
    """Go on with what was parked because the record was closed (refusals with one of ``codes``)."""
    for item in connection.items.filter(state=State.NEEDS_ATTENTION, error_code__in=codes):
        _say(item, lambda row: None)


def permitted(connection: Connection) -> None:
    """Go on with what waited for the permission that there is now, and put back what went when its owner left. Of what
    was wished for a former owner of the iD, only what is to be taken off.
    """
    removed = Q(state=State.REMOVED, put_code=None, owners_no="") & ~Q(desired_hash="")
    waits = Q(state=State.NEEDS_ATTENTION, action=Action.RECONNECT)
    unread = Q(state=State.WAITING, error_code=errors.UNREADABLE_CODE)

    def answer(row: OrcidItem) -> None:
        row.state, row.action = State.WAITING, ""

    own = Q(pk__in=owners.items(connection)) | Q(desired_hash="")
    for item in connection.items.filter(own, removed | waits | unread).order_by("pk"):
        _say(item, answer)


def change_hands(connection: Connection) -> None:
    """Give the present owner what was wished for nobody, and end for good what was wished for somebody else: what of
    it is on the record is taken off. Who connected an iD that is not theirs wrote to a record that is not theirs.
    """

    def end(row: OrcidItem) -> None:
        row.message = row.desired_hash = row.approved_hash = row.paused_by = ""
        if row.owners_no == No.LEFT_OFF:
            row.owners_no = ""

    for item in connection.items.exclude(user=connection.user_id).order_by("pk"):
        if owners.is_anothers(item):
            _say(item, end)
        else:
            OrcidItem.objects.filter(pk=item.pk).update(user=connection.user_id)


def _settle_all(connection: Connection, changed: tuple[str, ...] = ()) -> None:
    for item in connection.items.order_by("pk"):
        _say(item, lambda row: None, changed=item.state in changed)


def _say(item: OrcidItem, answer: Callable[[OrcidItem], bool | None], *, changed: bool = True) -> bool:
    """Let ``answer`` write what somebody said on the locked row, and settle it. False when ``answer`` says so."""
    with transaction.atomic():
        row = OrcidItem.objects.select_for_update().get(pk=item.pk)
        before = row.state, row.next_try_at
        if answer(row) is False:
            return False
        settle(row, changed=changed)
        row.save()
        _wake(row, *before)
    return True
