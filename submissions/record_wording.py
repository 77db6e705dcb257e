"""What people are told of the student's ORCID record: what becomes of an entry, and what stands in its way.

From where an item stands (``OrcidItem.state``) and what its connection may do; nothing is promised that waits for
somebody.
"""

import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from orcid_workflow import profile, scopes
from orcid_workflow.models import Connection, Mode, OrcidItem

from .models import Status, Submission

State = OrcidItem.State


@dataclass(frozen=True, slots=True)
class RecordWords:
    """Sentences for the student. ``url`` is the path where one sees more or acts; ``asks``: they have to act there."""

    text: str
    url: str
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands between us and a record, for its owner and for the office; ``reconnect``: connecting again helps."""

    person: str
    staff: str
    reconnect: bool = True


_REVOKED = Trouble(
    "ORCID no longer lets us act for you: the permission was withdrawn or has ended. We send nothing to your record.",
    "The permission was withdrawn at ORCID or has ended. Nothing is sent until the student connects again.",
)
_NO_WRITING = Trouble(
    "We may not write to your record: you did not permit it when you connected.",
    "The student did not permit us to write to the record.",
)
_PUBLIC_ONLY = Trouble(
    "This site is not a member of ORCID, so it cannot write to your record. You can add your thesis there yourself.",
    "This site uses ORCID’s Public API, which writes nothing to records.",
    reconnect=False,
)
_GONE = Trouble(
    "You disconnected your ORCID iD here. We send nothing more to your record.",
    "The student disconnected the iD here. Nothing more is sent: what is said below is how we left it.",
)


def trouble(connection: Connection) -> Trouble | None:
    """Return what stands between us and the record of ``connection``, or None when it can be written to."""
    if connection.state == Connection.State.DISCONNECTED:
        return _GONE
    standing = profile.standing(connection)
    if standing.is_closed:
        return Trouble(standing.person, standing.staff)
    if not connection.is_connected:
        return _REVOKED
    if scopes.is_public():
        return _PUBLIC_ONLY
    return None if connection.can_write else _NO_WRITING


def kept_off(submission: Submission, connection: Connection) -> str:
    """Return why nothing of this thesis goes to the record of ``connection``, and whom to ask, when the office took
    that iD out of the thesis; "" when it did not.
    """
    if not submission.withdrawn_ids.filter(orcid=connection.orcid).exists():
        return ""
    return (
        f"The thesis office took {connection.orcid} out of the records of “{submission}”, so nothing of this thesis is "
        "put on that ORCID record, also when you connect it again. If it is yours and should stand there, write to the "
        "thesis office."
    )


def work_item(submission: Submission) -> OrcidItem | None:
    """Return the thesis as it is wished for on the record of the iD it carries, or None."""
    items = OrcidItem.objects.filter(
        connection=submission.author_connection, kind="work", key=str(submission.uuid)
    )
    return items.select_related("connection").first() if submission.author_connection_id else None


def after_publication(submission: Submission) -> RecordWords:
    """Return what becomes of a public thesis on its author's record, as it is now, for a mail."""
    connection, item = submission.author_connection, work_item(submission)
    step = reverse("submissions:step", args=[submission.uuid, "orcid"])
    home = reverse("orcid:home")
    if connection is None:
        does = "your thesis carries it" if scopes.is_public() else "we put the thesis on your ORCID record"
        return RecordWords(
            f"You have not connected an ORCID iD. If you do, {does}. You can do it here:", step
        )
    if kept := kept_off(submission, connection):
        tasks = reverse("submissions:tasks", args=[submission.uuid])
        return RecordWords(f"{kept} What happened is told here:", tasks)
    if found := trouble(connection):
        return RecordWords(
            f"The thesis is not on your ORCID record. {found.person} See what you can do here:",
            home,
            asks=found.reconnect,
        )
    if item is None:
        return RecordWords("Your page says what is on your ORCID record:", home)
    if item.state == State.HELD:
        return RecordWords(
            "The entry for your ORCID record is ready. You chose to look at everything first, so nothing is sent "
            "before you have looked. Look at it, then send it or leave it off:",
            reverse("orcid:item", args=[item.pk]),
            asks=True,
        )
    if item.state == State.SENT:
        return RecordWords("The thesis is on your ORCID record. See what we sent:", home)
    if item.state == State.WAITING and not item.reason:
        return RecordWords(
            "We are putting the thesis on your ORCID record. Your page about it says when it is there:", home
        )
    begin = {
        State.WAITING: "The thesis goes to your ORCID record.",
        State.PAUSED: "The thesis is not sent to your ORCID record now.",
    }.get(item.state, "The thesis is not on your ORCID record.")
    return RecordWords(f"{begin} {item.reason} See it here:", home, asks=item.state == State.NEEDS_ATTENTION)


def cards(submission: Submission, reader: AbstractUser) -> list[dict]:
    """Return what is, or will be, on the record for this thesis and its degree, as ``orcid_card.html`` shows it.

    An entry leads to where it can be seen and answered when ``reader`` owns the connection, and to ORCID only once it
    is there.
    """
    items = OrcidItem.objects.filter(key=str(submission.uuid)).select_related("connection").order_by("-kind")
    return [_card(item, submission, reader) for item in items if item.desired_hash or item.put_code]


def _card(item: OrcidItem, submission: Submission, reader: AbstractUser) -> dict:
    is_own = item.connection.user_id == reader.pk
    return {
        "item_kind": item.kind,
        "title": item.title or str(submission),
        "kind": item.facts.get("type", ""),
        "institution": item.facts.get("institution", ""),
        "date": item.facts.get("date", ""),
        "source": item.facts.get("institution", ""),
        "state": item.state,
        "since": item.sent_at if item.state == State.SENT else None,
        "put_code": item.put_code,
        "note": item.reason,
        "url": item.record_link if item.put_code else "",
        "look_url": reverse("orcid:item", args=[item.pk]) if is_own else "",
        "look_text": "Look at it and decide"
        if item.state == State.HELD
        else "See what we send, and what you can do",
    }


_MODES = {Mode.MANUAL: ", after you have looked at it", Mode.NIGHTLY: ", in the night after that"}


def ahead(submission: Submission, shown: list[dict], mode: str) -> list[str]:
    """Return what will come to a record that we may write to, beside the cards ``shown``; ``mode`` is its owner's."""
    kinds = {card["item_kind"] for card in shown}
    if submission.status == Status.WITHDRAWN:
        return [] if kinds else ["Nothing is on your record for this submission."]
    found = []
    if "work" not in kinds and submission.status != Status.PUBLISHED:
        found.append(f"When your thesis is public, we add it to your record{_MODES.get(mode, '')}.")
    if "education" not in kinds and settings.ETD_ORCID_EDUCATION and submission.conferred_on is None:
        found.append(
            "Your degree is added as an education when the thesis office confirms your enrolment, or when the degree "
            f"is conferred{_MODES.get(mode, '')}."
        )
    return found


_TOLD = {
    State.HELD: "ORCID is told when the student has looked at it.",
    State.PAUSED: "Nothing is sent to ORCID while it is paused.",
    State.NEEDS_ATTENTION: "ORCID cannot be told as things stand: the reason is below, under ORCID.",
    State.SENT: "Nothing has to change at ORCID.",
    State.REMOVED: "",
}


_DIFFER = "When ORCID is told of each entry is below, under ORCID."


def told_to_orcid(submission: Submission) -> str:
    """Return a sentence for the office: when ORCID hears of what just changed; "" when there is nothing to tell.

    Of several entries (work, degree) those that are as they should be are not spoken of beside one that is not.
    """
    items = OrcidItem.objects.filter(key=str(submission.uuid)).select_related("connection")
    said = set(filter(None, map(_told, items)))
    said = said - {_TOLD[State.SENT]} or said
    return _DIFFER if len(said) > 1 else "".join(said)


def _told(item: OrcidItem) -> str:
    if item.state not in (State.WAITING, State.HELD):
        return _TOLD[item.state]
    if trouble(item.connection):
        return _TOLD[State.NEEDS_ATTENTION]
    if item.state == State.HELD:
        return _TOLD[State.HELD]
    if item.next_try_at and item.next_try_at > timezone.now():
        return f"ORCID is told on {date_format(timezone.localtime(item.next_try_at), 'j F Y, H:i T')}."
    return "ORCID is told next."


def other_name(at_orcid: str, here: str) -> str:
    """Return the name at ORCID when no part of it is in the name we know, else "". Names prove nothing: it is a hint.

    Accents, capitals and order do not matter, nor do initials; a hidden name is no other one (orcid.md §9, §22).
    """
    theirs, ours = _parts(at_orcid), _parts(here)
    # Scripts without spaces: one writes a space between the names, the other none.
    same = theirs & ours or sorted("".join(theirs)) == sorted("".join(ours))
    return at_orcid if theirs and ours and not same else ""


def is_other_script(one: str, other: str) -> bool:
    """Return whether two names have no script in common (Unicode's: Latin, Cyrillic, CJK …)."""
    return not _scripts(one) & _scripts(other)


def _scripts(name: str) -> frozenset[str]:
    return frozenset(unicodedata.name(letter, "").partition(" ")[0] for letter in name if letter.isalpha())


def _parts(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(one if one.isalpha() else " " for one in plain if not unicodedata.combining(one))
    return frozenset(part for part in letters.split() if len(part) > 1 or not part.isascii())
