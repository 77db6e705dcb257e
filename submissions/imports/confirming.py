"""The owner of a found iD confirms it: by a signed link, without an account, by signing in at ORCID.

What an import found is a claim. Only what comes of a sign-in stands beside a name, and it may be another iD than the
one that was found. The link is ``/confirm/<token>/``, made like that of a committee member; it ends with its use.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import date_format

from orcid_workflow import oauth
from orcid_workflow.models import Connection
from orcid_workflow.oauth import ConnectionRefused, Purpose, register_purpose

from .. import linked_ids, outlets
from ..links import NEWER, NOT_WHOLE, BadLink, SignedLink
from ..mails import mail_found_id_after_commit
from ..models import FoundId, Invitation, Status, StatusChange, Submission
from ..permissions import YES, Answer

LINK = SignedLink("submissions.imports.found", "confirm:read")


def invite(found: FoundId, email: str) -> None:
    """Send its owner a fresh link; an older one ends. Runs in the caller's transaction, the mail leaves after it."""
    now = timezone.now()
    found.email, found.nonce, found.invited_at = email, uuid.uuid4(), now
    found.expires_at = now + dt.timedelta(days=settings.ETD_INVITATION_DAYS)
    found.save(update_fields=["email", "nonce", "invited_at", "expires_at"])
    mail_found_id_after_commit(found)


def make_token(found: FoundId) -> str:
    """Return the signed token of its link."""
    return LINK.token(found.pk, found.nonce.hex)


def link(found: FoundId) -> str:
    """Return the absolute address that is mailed."""
    return LINK.address(found.pk, found.nonce.hex)


def find(token: str) -> FoundId:
    """Return what ``token`` belongs to. Raises ``BadLink``. Whether it may be used is asked with ``can_use``."""
    pk, nonce = LINK.read(token)
    found = FoundId.objects.select_related("submission__page", "connection").filter(pk=pk).first()
    if found is None:
        raise BadLink(NOT_WHOLE)
    if found.nonce.hex != nonce:
        raise BadLink(NEWER)
    return found


def can_use(found: FoundId) -> Answer:
    """A link works once, until it expires, while the thesis is public and names this person."""
    if found.submission.status != Status.PUBLISHED:
        return Answer(False, "This thesis was withdrawn, so there is nothing left for you to do.")
    if not named(found):
        return Answer(False, "The thesis names somebody else in this place now, so this link has ended.")
    if found.expires_at is None or found.expires_at <= timezone.now():
        when = f" on {date_format(timezone.localtime(found.expires_at), 'j F Y')}" if found.expires_at else ""
        return Answer(False, f"This link expired{when}. Write to us, and we will send you a new one.")
    return YES


def is_used(found: FoundId) -> bool:
    """Whether something was confirmed by the link that was sent last."""
    return bool(found.confirmed_at and found.invited_at and found.confirmed_at >= found.invited_at)


def named(found: FoundId) -> bool:
    """Whether the thesis still names the person beside whose name the iD was found."""
    page = found.submission.page
    if found.member_key is None:
        return page.author_name == found.name
    return any(row.key == found.member_key and row.name == found.name for row in page.committee_members.all())


def role_of(found: FoundId) -> str:
    """What the person was for the thesis, in words: "author", "advisor" …"""
    members = found.submission.page.committee_members.all()
    member = next((row for row in members if row.key == found.member_key), None)
    return member.get_role_display().lower() if member else "author"


def standing(found: FoundId) -> Connection | None:
    """The authenticated iD that stands in this place now, or None."""
    if found.member_key is None:
        return found.submission.author_connection
    seat = found.submission.invitations.filter(member_key=found.member_key, active=True).first()
    return seat.connection if seat else None


def begin(request: HttpRequest, found: FoundId) -> HttpResponseRedirect:
    """Send the owner to ORCID. The nonce goes along, so that a link that ends meanwhile attaches nothing."""
    return oauth.begin(request, PURPOSE.name, {"found": found.pk, "nonce": found.nonce.hex})


def on_connected(request: HttpRequest, connection: Connection, context: dict) -> str:
    """Put the authenticated iD in its place on the thesis; return the address of the owner's page.

    Runs in the transaction that stores the connection. Raises ``ConnectionRefused``, which undoes all of it, and
    ``AnotherIdStands`` or ``IsThisYours`` when another iD is there, or the iD is not the one that was found and the
    name at ORCID is another: its owner is asked then.
    """
    found = _lock(context["found"])
    if found is None or found.nonce.hex != context["nonce"] or is_used(found) or not can_use(found):
        raise linked_ids.link_ended()
    submission = found.submission
    linked_ids.insist_not_withdrawn(submission, connection)
    _not_of_another(found, submission, connection)
    meaning = ("The new iD stands beside your name, on the page of the thesis too.",)
    linked_ids.take_the_place_of(standing(found), connection, context, meaning, _let_go)
    if connection.orcid != found.orcid:  # that it was found beside this name says more than a name at ORCID
        linked_ids.ask_whose(standing(found), connection, found.name, context)
    _attach(found, submission, connection)
    found.connection, found.confirmed_at = connection, timezone.now()
    found.save(update_fields=["connection", "confirmed_at"])
    other = "" if connection.orcid == found.orcid else f" The import had found {found.orcid}."
    sentence = f"{found.name} confirmed the iD {connection.orcid} at ORCID.{other}"
    _note(submission, sentence, name=found.name)
    outlets.refresh(submission)
    linked_ids.say_connected(request, connection)
    return failure_url(context)


def take_off(found: FoundId, actor: AbstractUser) -> Connection | None:
    """Take what was confirmed off the thesis again; return the connection, None when nothing stood there.

    Not for use in a transaction: it may call ORCID.
    """
    with transaction.atomic():
        found = _lock(found.pk)
        connection, submission = standing(found), found.submission
        if connection is None:
            return None
        if found.member_key is None:
            submission.author_connection = None
            submission.save(update_fields=["author_connection"])
        else:
            submission.invitations.filter(member_key=found.member_key).update(connection=None)
        found.connection, found.confirmed_at = None, None
        found.nonce, found.expires_at = uuid.uuid4(), timezone.now()  # its link ends with it
        found.save(update_fields=["connection", "confirmed_at", "nonce", "expires_at"])
        sentence = f"The iD {connection.orcid} was taken off the name of {found.name}."
        _note(submission, sentence, actor=actor, name=actor.get_full_name() or actor.get_username())
        outlets.refresh(submission)
    _let_go(connection)
    return connection


def _let_go(connection: Connection) -> None:
    """Give the permission back that came from a found iD, when nothing else rests on it."""
    linked_ids.let_go(connection, FoundId, PURPOSE.name)


def _not_of_another(found: FoundId, submission: Submission, connection: Connection) -> None:
    """One person is not the author and a member, nor two members. Raises ``ConnectionRefused``."""
    seats = submission.invitations.filter(active=True, connection=connection).exclude(
        member_key=found.member_key
    )
    other = seats.first()
    authors = found.member_key is not None and submission.author_connection_id == connection.pk
    if other or authors:
        name = other.name if other else submission.page.author_name
        raise ConnectionRefused(
            "This ORCID iD stands beside another name on this thesis",
            f"{connection.orcid} was confirmed by {name}. Perhaps ORCID still had somebody else signed in on this "
            "computer: sign out at ORCID, then start again with your own iD.",
        )


def _attach(found: FoundId, submission: Submission, connection: Connection) -> None:
    if found.member_key is None:
        submission.author_connection = connection
        submission.save(update_fields=["author_connection"])
        return
    member = submission.page.committee_members.get(key=found.member_key)
    seat = submission.invitations.filter(member_key=found.member_key).first() or Invitation(
        submission=submission, member_key=found.member_key, expires_at=timezone.now()
    )
    # The address is that of the row: an iD stands beside a member only while both are the same.
    seat.name, seat.role, seat.email = member.name, member.role, member.email
    seat.active, seat.connection = True, connection
    seat.save()


def _note(submission: Submission, sentence: str, *, name: str, actor: AbstractUser | None = None) -> None:
    StatusChange.objects.create(
        submission=submission,
        from_status=submission.status,
        to_status=submission.status,
        actor=actor,
        actor_name=name,
        sentence=sentence[:300],
    )


def _lock(pk: int) -> FoundId | None:
    return linked_ids.locked(FoundId, "found_ids", pk)


def failure_url(context: dict) -> str:
    """Address of the owner's page, to come back to whatever happened at ORCID."""
    return LINK.path(context["found"], context["nonce"])


def _details(request: HttpRequest, context: dict) -> dict[str, str]:
    """What ORCID's sign-in is filled in with: the iD that was found, which its owner need not look up."""
    found = FoundId.objects.filter(pk=context["found"]).first()
    return {"orcid": found.orcid, "email": found.email} if found else {}


def _address(request: HttpRequest, context: dict) -> str:
    found = FoundId.objects.filter(pk=context["found"]).first()
    return found.email if found else ""


PURPOSE = register_purpose(
    Purpose(
        name="found",
        scopes=("openid",),
        requires_user=False,
        on_connected=on_connected,
        failure_url=failure_url,
        prefill=_details,
        receipt_to=_address,
        why=(
            "An ORCID iD was found beside your name on a thesis that came here from an older system. Only you can say "
            "that it is yours, so it is not shown as yours until you do."
        ),
        reads=("Your iD and your name, as ORCID shows them. Nothing else.",),
        writes=("Nothing. We cannot change your ORCID record.",),
        without="The thesis stays as it is. Your name then stands without your iD.",
    )
)
