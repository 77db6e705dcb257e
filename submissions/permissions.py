"""Who may do what, each rule once, with the reason in words. Views, templates and the lifecycle all ask here."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.utils import timezone
from django.utils.formats import date_format

from . import visibility
from .models import CopyRequest, Invitation, Status, Submission

STAFF_GROUP = "Graduate school"
REGISTRAR_GROUP = "Registrar"
MANAGER_GROUP = "Repository managers"

User = AbstractUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, and why not. True in a condition when allowed."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Answer(True)
EDITABLE = (Status.DRAFT, Status.CHANGES_REQUESTED)


def in_group(user: User, *names: str) -> bool:
    """Whether ``user`` is active and in one of the groups, or a superuser.

    The groups are asked for once for each loaded user: menus and buttons of one page ask this many times.
    """
    if not user.is_active:
        return False
    if not hasattr(user, "group_names"):
        user.group_names = frozenset(user.groups.values_list("name", flat=True))
    return user.is_superuser or not user.group_names.isdisjoint(names)


def can_see_case(user: User, submission: Submission) -> Answer:
    """The student whose case it is, and the office."""
    if user.is_authenticated and (user == submission.student or is_office(user)):
        return YES
    return Answer(False, "This submission belongs to somebody else.")


def can_edit_thesis(user: User, submission: Submission) -> Answer:
    """The student, while it is the student's turn."""
    if submission.student is None:
        return Answer(False, "This thesis was imported: it belongs to no account, and nobody writes it here.")
    if user != submission.student:
        return Answer(False, "Only the student whose thesis it is can change it.")
    if submission.status not in EDITABLE:
        return Answer(False, "Your thesis is with others now, so it cannot be changed until they answer.")
    return YES


def is_office(user: User) -> bool:
    """Staff, registrar and repository managers: those who see every case."""
    return in_group(user, STAFF_GROUP, REGISTRAR_GROUP, MANAGER_GROUP)


#: Who is told what when they are in none of the groups that may.
_ONLY = {
    (STAFF_GROUP,): "Only graduate-school staff can do this.",
    (MANAGER_GROUP,): "Only repository managers can do this.",
    (STAFF_GROUP, MANAGER_GROUP): "Only graduate-school staff and repository managers can do this.",
    (REGISTRAR_GROUP,): "Only the registrar can record a conferral.",
}


def _only(user: User, *groups: str) -> Answer:
    return YES if in_group(user, *groups) else Answer(False, _ONLY[groups])


def can_run_case(user: User, submission: Submission) -> Answer:
    """Staff decide on a case (correct, withdraw, publish again), but nobody decides on their own thesis."""
    if user == submission.student:
        return Answer(False, "You cannot decide on your own thesis.")
    return _only(user, STAFF_GROUP)


def can_republish(user: User, submission: Submission) -> Answer:
    """Staff publish a withdrawn thesis again that was public once."""
    if submission.published_at is None:
        return Answer(False, "This thesis was never published, so it cannot be published again.")
    return can_run_case(user, submission)


def can_identify(user: User, submission: Submission) -> Answer:
    """Staff and repository managers record DOI and handle, but not of their own thesis."""
    if user == submission.student:
        return Answer(False, "You cannot record identifiers of your own thesis.")
    return _only(user, STAFF_GROUP, MANAGER_GROUP)


def can_withdraw_id(user: User, submission: Submission) -> Answer:
    """Staff and repository managers take an iD out of the records of a thesis and put it back, but not of their own."""
    if user == submission.student:
        return Answer(False, "You cannot take iDs out of the records of your own thesis, nor put them back.")
    return _only(user, STAFF_GROUP, MANAGER_GROUP)


def can_take_packages(user: User) -> Answer:
    """Staff and repository managers take theses out as packages, files of closed ones included."""
    return _only(user, STAFF_GROUP, MANAGER_GROUP)


def can_manage_keys(user: User) -> Answer:
    """Repository managers give programs a key to the records, and take it away."""
    return _only(user, MANAGER_GROUP)


def can_deliver(user: User, submission: Submission) -> Answer:
    """Staff and repository managers try again, pause and send again what goes outside, but not of their own thesis."""
    if user == submission.student:
        return Answer(False, "You cannot act on your own thesis.")
    return _only(user, STAFF_GROUP, MANAGER_GROUP)


def can_confer(user: User, submission: Submission) -> Answer:
    """The registrar records conferral, but not of their own degree."""
    if user == submission.student:
        return Answer(False, "You cannot record the conferral of your own degree.")
    return _only(user, REGISTRAR_GROUP)


def can_open_files(
    user: User, submission: Submission, invitation: Invitation | None = None, *, let_in: bool = True
) -> Answer:
    """Everybody once the thesis is public and not under embargo; before that the student, the office and the committee.

    ``invitation`` is the one whose link the reader holds, if any. The embargo is asked at every request, so that
    files open on their day whether or not any nightly job ran. ``let_in``: whether the reader passes what keeps the
    page for some (``visibility.lets_in``).
    """
    if can_see_case(user, submission) or (invitation and can_use_invitation(invitation)):
        return YES
    if submission.status != Status.PUBLISHED or not let_in:
        return Answer(False, "This thesis is not public.")
    if is_embargoed(submission):
        return Answer(
            False, f"Readers can open this file from {date_format(submission.embargo_until, 'j F Y')}."
        )
    return YES


def is_embargoed(submission: Submission) -> bool:
    """Whether the files are closed to readers today (the site's time zone)."""
    return submission.embargo_until is not None and timezone.localdate() < submission.embargo_until


def can_ask_for_copy(submission: Submission) -> Answer:
    """A reader may ask for a copy, and be given one, while the thesis is public and has files that are closed."""
    if submission.status != Status.PUBLISHED:
        return Answer(False, "This thesis was withdrawn, so no copies of it are given any more.")
    if not visibility.is_public(submission):
        return Answer(
            False, "The page of this thesis is not open to everybody now, so no copies of it are given."
        )
    if not is_embargoed(submission):
        return Answer(False, "The files of this thesis are open to everybody now, so nobody has to ask.")
    if not submission.page.files.exists():
        return Answer(False, "There is no file of this thesis here, so there is nothing to give a copy of.")
    return YES


def can_answer_copies(user: User) -> Answer:
    """The author answers by a link; staff and repository managers may answer instead."""
    return _only(user, STAFF_GROUP, MANAGER_GROUP)


def can_use_copy(request: CopyRequest) -> Answer:
    """A copy that was given can be fetched until its day, unless the thesis is withdrawn or kept for some."""
    if not (possible := can_ask_for_copy(request.submission)):
        return possible
    if request.answer != CopyRequest.Answer.GIVEN or request.download_until is None:
        return Answer(False, "This copy was not given.")
    if request.download_until <= timezone.now():
        day = date_format(timezone.localtime(request.download_until), "j F Y")
        return Answer(False, f"This link worked until {day}.")
    return YES


def can_use_invitation(invitation: Invitation) -> Answer:
    """A link works until it expires, for as long as its person is on the committee and the thesis is not withdrawn."""
    if not invitation.active:
        return Answer(False, "You are no longer on the committee of this thesis, so this link has ended.")
    if invitation.expires_at <= timezone.now():
        return Answer(
            False, f"This link expired on {date_format(timezone.localtime(invitation.expires_at), 'j F Y')}."
        )
    if invitation.submission.status in (Status.WITHDRAWN, Status.DRAFT):
        return Answer(False, "This thesis was withdrawn, so there is nothing left for you to do.")
    return YES
