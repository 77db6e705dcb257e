"""What the office records about a case beside its moves: the enrolment, the identifiers of the thesis, and which iDs
stay out of its records.

Each is one transaction: lock, check, write with a line of history, and bring the outlets in line.
"""

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from . import outlets, permissions
from .mails import send_after_commit
from .metadata import identifiers
from .models import Status, StatusChange, Submission, WithdrawnId
from .outlets.delivery.targets import targets
from .outlets.doi.codes import reserved_doi
from .outlets.refresh import current_record
from .refusals import MoveRefused, allow

EARLIEST = 1900  # ORCID's schema knows no year before it (common-3.0.xsd)
_LABELS = {"doi": "DOI", "handle": "handle", "isbn": "ISBN", "urn": "URN"}
_READERS = {
    "doi": identifiers.doi,
    "handle": identifiers.handle,
    "isbn": identifiers.isbn,
    "urn": identifiers.urn,
}


def wrong_enrolment(submission: Submission, day: dt.date) -> str:
    """Why ``day`` cannot be the first day of the studies, in words; "" when it can."""
    if day > timezone.localdate():
        return "This day is in the future. Confirm the enrolment when the studies have begun."
    if day.year < EARLIEST:
        return f"The year must be {EARLIEST} or later."
    if submission.conferred_on and day > submission.conferred_on:
        conferred = date_format(submission.conferred_on, "j F Y")
        return f"The degree was conferred on {conferred}: the studies cannot have begun after that."
    return ""


@transaction.atomic
def confirm_enrolment(
    submission: Submission, *, actor: AbstractUser, enrolled_on: dt.date | None
) -> Submission:
    """Record that the student studies for this degree since ``enrolled_on``, or correct the day; None takes it back.

    The degree goes to the student's ORCID record with it. Raises ``MoveRefused``.
    """
    submission = _lock(submission)
    allow(permissions.can_run_case(actor, submission))
    if submission.status == Status.WITHDRAWN and submission.conferred_on is None:
        raise MoveRefused("This submission was withdrawn before the degree was conferred.")
    before = submission.enrolled_on if submission.enrolment_confirmed_at else None
    if enrolled_on is None and before is None:
        raise MoveRefused("Give the first day of the studies.")
    if enrolled_on and (wrong := wrong_enrolment(submission, enrolled_on)):
        raise MoveRefused(wrong)
    if enrolled_on == before:
        return submission
    submission.enrolled_on = enrolled_on
    submission.enrolment_confirmed_at = timezone.now() if enrolled_on else None
    submission.save(update_fields=["enrolled_on", "enrolment_confirmed_at"])
    old, new = (date_format(day, "j F Y") if day else "" for day in (before, enrolled_on))
    if not new:
        sentence = "The confirmation of the enrolment was taken back."
    elif old:
        sentence = f"The first day of the studies was corrected from {old} to {new}."
    else:
        sentence = f"The enrolment was confirmed: the studies began on {new}."
    StatusChange.note(submission, sentence, actor=actor)
    outlets.refresh(submission)
    return submission


@transaction.atomic
def name_thesis(submission: Submission, *, actor: AbstractUser, **typed: str) -> Submission:
    """Record ``doi``, ``handle``, ``isbn`` or ``urn`` in any usual form; empty takes one away, and one that is not
    named stays. They stand in every format from then on.

    Raises ``MoveRefused`` for one that is none, or that another thesis has, and for another DOI where it must stay.
    """
    submission = _lock(submission)
    allow(permissions.can_identify(actor, submission))
    changed = []
    for scheme, text in typed.items():
        wanted = read_identifier(submission, scheme, text)
        before = getattr(submission, scheme)
        if wanted != before:
            if scheme == "doi" and (stays := why_doi_stays(submission)):
                raise MoveRefused(stays)
            setattr(submission, scheme, wanted)
            changed.append(scheme)
            was = f"It was {before}." if before else ""
            StatusChange.note(submission, _naming(scheme, before, wanted), actor=actor, comment=was)
    if changed:
        submission.save(update_fields=changed)
        outlets.refresh(submission)
    return submission


def why_doi_stays(submission: Submission) -> str:
    """Why the DOI of a thesis cannot be changed or taken away, in words; "" when it can.

    One that DataCite has from us, or that is reserved, may be printed already. One that DataCite has for something
    else was never this thesis'.
    """
    for delivery in submission.deliveries.all():
        place = targets().get(delivery.target)
        if place is None or place.kind != "datacite" or not place.owns(submission.doi):
            continue
        if delivery.error_code == "taken":
            return ""
        if delivery.sent_wish or delivery.in_doubt:
            return f"The DOI cannot be changed: {place.label} has it from us, and it may be printed in the thesis."
    if reserved_doi(submission):
        return "The DOI cannot be changed: it is reserved, and the student may have printed it in the thesis."
    return ""


def read_identifier(submission: Submission, scheme: str, typed: str) -> str:
    """Return the identifier of a scheme (``doi``, ``handle``, ``isbn``, ``urn``) that somebody typed, as it is stored;
    "" for nothing. Raises ``MoveRefused``.
    """
    if not typed.strip():
        return ""
    try:
        value = _READERS[scheme](typed)
    except ValueError as error:
        raise MoveRefused(str(error)) from error
    most = Submission._meta.get_field(scheme).max_length
    if len(value) > most:
        raise MoveRefused(f"This {_LABELS[scheme]} is too long: {most} characters at most.")
    taken = Submission.objects.filter(**{f"{scheme}__iexact": value}).exclude(pk=submission.pk).first()
    if taken:
        raise MoveRefused(f"Another thesis, {taken.reference}, has this {_LABELS[scheme]}.")
    return value


def ids_in_records(submission: Submission) -> dict[str, list[str]]:
    """The authenticated iDs (paths) in what is published of the thesis, with the names beside which each stands."""
    record = current_record(submission)
    found: dict[str, list[str]] = {}
    for person in [record.author, *(seat.person for seat in record.committee)] if record else []:
        if person.orcid:
            found.setdefault(person.orcid.path, []).append(person.display)
    return found


@transaction.atomic
def withdraw_id(submission: Submission, *, actor: AbstractUser, orcid: str, reason: str) -> Submission:
    """Take an authenticated iD (a path) out of everything that is published of the thesis; the name beside it stays.

    It stays out, whoever connects, until it is put back. What we wrote about the thesis and the degree on the record
    of that iD is wished away. An author whose iD it is gets a mail. Raises ``MoveRefused``.
    """
    submission = _lock(submission)
    allow(permissions.can_withdraw_id(actor, submission))
    if not reason.strip():
        raise MoveRefused("Say why the iD is taken out.")
    names = ids_in_records(submission).get(orcid)
    if names is None:
        raise MoveRefused("This iD is not in the records of the thesis.")
    is_authors = _is_authors(submission, orcid)
    WithdrawnId.objects.create(submission=submission, orcid=orcid, by=actor, reason=reason.strip())
    sentence = f"The iD {orcid} beside {', '.join(names)} was taken out of the records."
    StatusChange.note(submission, sentence, actor=actor, comment=reason)
    outlets.refresh(submission)
    if is_authors:
        send_after_commit("id_taken_out", submission)
    return submission


@transaction.atomic
def restore_id(submission: Submission, *, actor: AbstractUser, orcid: str) -> Submission:
    """Let an iD (a path) that was taken out of the records stand in them again; its author gets a mail. Raises
    ``MoveRefused``.
    """
    submission = _lock(submission)
    allow(permissions.can_withdraw_id(actor, submission))
    if not submission.withdrawn_ids.filter(orcid=orcid).delete()[0]:
        raise MoveRefused("This iD was not taken out of the records, or it was put back already.")
    StatusChange.note(submission, f"The iD {orcid} was put back into the records.", actor=actor)
    outlets.refresh(submission)
    if _is_authors(submission, orcid):
        send_after_commit("id_put_back", submission)
    return submission


def _is_authors(submission: Submission, orcid: str) -> bool:
    """Whether the iD (a path) stands beside the author in the records."""
    record = current_record(submission)
    return bool(record and record.author.orcid and record.author.orcid.path == orcid)


def _naming(scheme: str, before: str, wanted: str) -> str:
    label = _LABELS[scheme]
    if not wanted:
        return f"The {label} was removed."
    return f"The {label} was changed to {wanted}." if before else f"The {label} {wanted} was recorded."


def _lock(submission: Submission) -> Submission:
    """Read the case again under a row lock, so that two people act one after the other."""
    return Submission.objects.select_for_update().get(pk=submission.pk)
