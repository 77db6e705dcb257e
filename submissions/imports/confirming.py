"""The owner of a found iD confirms it: by a signed link, without an account, by signing in at ORCID.

What an import found is a claim. Only what comes of a sign-in stands beside a name, and it may be another iD than the
one that was found. The link is ``/confirm/<token>/``, made like that of a committee member; it ends with its use.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from orcid_workflow import oauth
from orcid_workflow.after_commit import after_commit
from orcid_workflow.models import Connection
from orcid_workflow.oauth import AnotherIdStands, ConnectionRefused, Purpose, register_purpose

from .. import outlets
from ..committee.orcid import let_go
from ..mails import mail_found_id_after_commit
from ..models import FoundId, Invitation, Status, StatusChange, Submission
from ..permissions import YES, Answer

SALT = "submissions.imports.found"


class BadLink(Exception):
    """The link is not one of ours, or a newer one was sent. ``str()`` is the sentence to show."""


def invite(found: FoundId, email: str) -> None:
    """Send its owner a fresh link; an older one ends. Runs in the caller's transaction, the mail leaves after it."""
    now = timezone.now()
    found.email, found.nonce, found.invited_at = email, uuid.uuid4(), now
    found.expires_at = now + dt.timedelta(days=settings.ETD_INVITATION_DAYS)
    found.save(update_fields=["email", "nonce", "invited_at", "expires_at"])
    mail_found_id_after_commit(found)


def make_token(found: FoundId) -> str:
    """Return the signed token of its link."""
    return _sign(found.pk, found.nonce.hex)


def _sign(pk: int, nonce: str) -> str:
    return signing.dumps([pk, nonce], salt=SALT)


def link(found: FoundId) -> str:
    """Return the absolute address that is mailed."""
    return settings.ETD_BASE_URL + reverse("confirm:read", args=[make_token(found)])


def find(token: str) -> FoundId:
    """Return what ``token`` belongs to. Raises ``BadLink``. Whether it may be used is asked with ``can_use``."""
    try:
        pk, nonce = signing.loads(token, salt=SALT)
        found = FoundId.objects.select_related("submission__page", "connection").get(pk=pk)
    except (signing.BadSignature, ValueError, TypeError, FoundId.DoesNotExist) as error:
        raise BadLink(
            "This link is not complete, or it was not sent by us. Open it from the mail again: some mail programs "
            "cut long links in two."
        ) from error
    if found.nonce.hex != nonce:
        raise BadLink("A newer link was sent, which ended this one. Please use the link in our latest mail.")
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
    ``AnotherIdStands`` when another iD is there: its owner is asked then.
    """
    found = _lock(context["found"])
    if found is None or found.nonce.hex != context["nonce"] or is_used(found) or not can_use(found):
        raise ConnectionRefused(
            "Your link ended while you were at ORCID",
            "Your iD was not attached to the thesis, and nothing else was changed. If you got a newer mail from us, "
            "open the link in it and connect there.",
        )
    submission = found.submission
    _not_of_another(found, submission, connection)
    before = standing(found)
    if before not in (None, connection):
        if context.get("instead_of") != before.orcid:
            raise AnotherIdStands(
                before, ("The new iD stands beside your name, on the page of the thesis too.",)
            )
        after_commit(let_go, before)
    _attach(found, submission, connection)
    found.connection, found.confirmed_at = connection, timezone.now()
    found.save(update_fields=["connection", "confirmed_at"])
    other = "" if connection.orcid == found.orcid else f" The import had found {found.orcid}."
    sentence = f"{found.name} confirmed the iD {connection.orcid} at ORCID.{other}"
    _note(submission, sentence, name=found.name)
    outlets.refresh(submission)
    messages.success(
        request,
        format_html(
            'Your ORCID iD is connected. <a href="{}">Your receipt</a> says what you allowed; we mail it to you too.',
            reverse("orcid:receipt", args=[connection.consents.first().key]),
        ),
    )
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
        found.connection, found.confirmed_at, found.nonce = None, None, uuid.uuid4()
        found.save(update_fields=["connection", "confirmed_at", "nonce"])
        sentence = f"The iD {connection.orcid} was taken off the name of {found.name}."
        _note(submission, sentence, actor=actor, name=actor.get_full_name() or actor.get_username())
        outlets.refresh(submission)
    let_go(connection)
    return connection


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
    """The found iD, read while the case is locked: two people with one iD come here one after the other."""
    case = Submission.objects.select_for_update().filter(found_ids=pk).first()
    if case is None:
        return None
    found = FoundId.objects.select_related("connection").get(pk=pk)
    found.submission = case
    return found


def failure_url(context: dict) -> str:
    """Address of the owner's page, to come back to whatever happened at ORCID."""
    return reverse("confirm:read", args=[_sign(context["found"], context["nonce"])])


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
