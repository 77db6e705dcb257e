"""Bring every outlet in line with the thesis that the public sees and the degree that the office vouches for.

Safe to call at any time, as often as one likes.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import partial

from django.conf import settings
from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.module_loading import import_string

from orcid_workflow.models import Connection

from ..metadata.build import build_record, orcid_id, withdrawn_ids
from ..metadata.crosswalks.registry import STORED, WHOLE
from ..metadata.record import Access, Organisation, ThesisRecord
from ..models import Invitation, Status, StoredRecord, Submission, ThesisPage
from ..readiness import author_connection
from ..visibility import is_public
from . import fulltext, orcid, people
from .delivery.wishes import desire_all
from .oai import clock

#: What a datestamp tells of (OAI-PMH 2.0 §2.5, §2.6).
WRITTEN = ("content", "deleted", "level", "programme", "year", "is_open")
_VOUCHED_FOR = models.Q(enrolment_confirmed_at__isnull=False) | models.Q(conferred_on__isnull=False)


@transaction.atomic
def refresh(submission: Submission) -> None:
    """Write the stored records, and what should be on the author's ORCID record and at each place of ``ETD_TARGETS``.

    For a thesis the public cannot see, records are marked deleted and the work is wished away; the degree has its own
    rule (``orcid.wish_degree``). Records whose bytes and sets did not change keep their datestamp.
    """
    cases = Submission.objects.select_for_update().prefetch_related("withdrawn_ids")
    submission = cases.get(pk=submission.pk)
    university = partial(institution, submission)
    if is_public(submission):
        _adopt_connection(submission)
        record = build_record(submission, university())
        _store(submission, record)
        fulltext.read_after_commit(submission)
    else:
        record = None
        _delete_records(submission)
    orcid.wish_work(submission, record)
    orcid.wish_degree(submission, university)
    desire_all(submission, record)


def current_record(submission: Submission) -> ThesisRecord | None:
    """The record of a thesis as the public sees it now; None when it does not."""
    if is_public(submission):
        return build_record(submission, institution(submission))
    return None


def institution(submission: Submission) -> Organisation:
    """The university as the thesis' site names it (``settings.ETD_INSTITUTION``, a callable of the site)."""
    return import_string(settings.ETD_INSTITUTION)(submission.page.get_site())


def with_outlets() -> models.QuerySet[Submission]:
    """The cases of which something should be known outside: public theses, and degrees the office vouches for."""
    return Submission.objects.filter(models.Q(status=Status.PUBLISHED) | _VOUCHED_FOR)


def touched_by(connection: Connection) -> models.QuerySet[Submission]:
    """Public theses that this person wrote or sat on the committee of, and the person's own degrees."""
    wrote = models.Q(student__isnull=False, student=connection.user_id) | models.Q(
        author_connection=connection
    )
    sat = models.Q(invitations__connection=connection)
    public = models.Q(status=Status.PUBLISHED)
    return Submission.objects.filter((wrote & (public | _VOUCHED_FOR)) | (sat & public)).distinct()


def _adopt_connection(submission: Submission) -> None:
    """A graduate who connects after publication: the thesis takes the iD from then on, unless it has one already, or
    this very iD was withdrawn from it.
    """
    withdrawn = withdrawn_ids(submission)
    if orcid_id(submission.author_connection, withdrawn) is not None:
        return
    now = author_connection(submission)
    if orcid_id(now, withdrawn) is not None:
        submission.author_connection = now
        submission.save(update_fields=["author_connection"])


def _store(submission: Submission, record: ThesisRecord) -> None:
    """Write the formats whose bytes or sets changed, all with one datestamp, never earlier than their former ones."""
    people.write(submission, record)
    there = {stored.format: stored for stored in submission.records.all()}
    new, changed = [], []
    for stored in stored_records(submission, record):
        former = there.get(stored.format)
        # The whole record is the last of them and moves with any other: whoever follows it hears of every change.
        moved = stored.format == WHOLE.name and bool(new or changed)
        if former is None:
            new.append(stored)
        elif moved or any(_value(former, name) != _value(stored, name) for name in WRITTEN):
            stored.pk, stored.datestamp = former.pk, former.datestamp
            changed.append(stored)
    if not new and not changed:
        return
    now = clock.stamp()
    for stored in new + changed:
        stored.datestamp = max(now, stored.datestamp or now)
    StoredRecord.objects.bulk_create(new)
    StoredRecord.objects.bulk_update(changed, [*WRITTEN, "datestamp"])
    fulltext.reindex(submission)


@transaction.atomic
def store_many(submissions: list[Submission], formats: Collection[str] = tuple(STORED)) -> list[ThesisPage]:
    """Write the records of public theses that have none yet, with one datestamp; nothing is wished for at ORCID.

    ``formats`` are those to write; what is left out, the next ``refresh`` adds. The number of queries does not depend
    on that of the theses. Returns their pages, in the same order, with all that belongs to them.
    """
    rows: list[StoredRecord] = []
    university = institution(submissions[0]) if submissions else None
    pages, invitations = _whole_pages(submissions), _invitations(submissions)
    models.prefetch_related_objects(submissions, "withdrawn_ids")
    records = [
        build_record(submission, university, page, invitations[submission.pk])
        for submission, page in zip(submissions, pages, strict=True)
    ]
    for submission, record in zip(submissions, records, strict=True):
        rows += stored_records(submission, record, formats)
    now = clock.stamp()
    for row in rows:
        row.datestamp = now
    StoredRecord.objects.bulk_create(rows, batch_size=500)
    people.write_many(zip(submissions, records, strict=True))
    return pages


def _whole_pages(submissions: list[Submission]) -> list[ThesisPage]:
    """The live pages of ``submissions``, with what ``build_record`` asks of them."""
    belongings = ("committee_members", "files", "funding", "related_works", "other_abstracts")
    pages = ThesisPage.objects.select_related("licence", "embargo").prefetch_related(*belongings)
    found = pages.in_bulk([submission.page_id for submission in submissions])
    return [found[submission.page_id] for submission in submissions]


def _invitations(submissions: list[Submission]) -> Mapping[int, list[Invitation]]:
    """The active invitations by case, with the connections they led to."""
    found = defaultdict(list)
    active = Invitation.objects.filter(submission__in=submissions, active=True).select_related("connection")
    for invitation in active:
        found[invitation.submission_id].append(invitation)
    return found


def stored_records(
    submission: Submission, record: ThesisRecord, formats: Collection[str] = tuple(STORED)
) -> list[StoredRecord]:
    """Return the rows of a public thesis, one a format, unsaved and without a datestamp."""
    return [
        StoredRecord(
            submission=submission,
            format=name,
            content=form.to_bytes(record),
            deleted=False,
            level=record.degree_level.value,
            programme_id=submission.programme_id,
            year=record.published.year,
            is_open=record.access is Access.OPEN,
        )
        for name, form in STORED.items()
        if name in formats
    ]


def _delete_records(submission: Submission) -> None:
    """Mark every record deleted. Each stays in its sets, so that whoever harvests a set hears of it."""
    people.forget(submission)
    there = submission.records.filter(deleted=False)
    if there.exists():
        there.update(deleted=True, datestamp=Greatest("datestamp", Value(clock.stamp())))
        fulltext.reindex(submission)


def _value(stored: StoredRecord, name: str) -> object:
    value = getattr(stored, StoredRecord._meta.get_field(name).attname)
    return bytes(value) if name == "content" else value
