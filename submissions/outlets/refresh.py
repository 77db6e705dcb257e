"""Bring every outlet in line with the thesis that the public sees and the degree that the office vouches for.

Safe to call at any time, as often as one likes.
"""

from functools import partial

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from orcid_workflow.models import Connection

from ..metadata.build import build_record
from ..metadata.crosswalks.registry import FORMATS
from ..metadata.record import Organisation, ThesisRecord
from ..models import Status, StoredRecord, Submission
from ..readiness import author_connection
from . import orcid

_VOUCHED_FOR = models.Q(enrolment_confirmed_at__isnull=False) | models.Q(conferred_on__isnull=False)


@transaction.atomic
def refresh(submission: Submission) -> None:
    """Write the stored records and the desired state of the author's ORCID record.

    For a thesis the public cannot see, records are marked deleted and the work is wished away; the degree has its own
    rule (``orcid.wish_degree``). Records whose bytes did not change are left alone, so that their datestamp does not
    move.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    university = partial(institution, submission)
    if submission.status == Status.PUBLISHED and submission.page.live:
        if submission.author_connection is None:
            _adopt_connection(submission)
        record = build_record(submission, university())
        _store(submission, record)
        orcid.wish_work(submission, record)
    else:
        submission.records.filter(deleted=False).update(deleted=True, datestamp=timezone.now())
        orcid.wish_work(submission, None)
    orcid.wish_degree(submission, university)


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
    """A graduate who connects after publication: the thesis takes the iD from then on."""
    submission.author_connection = author_connection(submission)
    submission.save(update_fields=["author_connection"])


def _store(submission: Submission, record: ThesisRecord) -> None:
    there = {stored.format: stored for stored in submission.records.all()}
    for name, spec in FORMATS.items():
        content = spec.to_bytes(record)
        stored = there.get(name) or StoredRecord(submission=submission, format=name)
        if stored.pk and not stored.deleted and bytes(stored.content) == content:
            continue
        stored.content, stored.deleted, stored.datestamp = content, False, timezone.now()
        stored.save()
