"""Write what was planned: one thesis, one transaction. Nobody gets a mail, and nothing goes to ORCID or to a place."""

import uuid
from collections import defaultdict, deque
from collections.abc import Iterator

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from .. import lifecycle, outlets, publication
from ..files import store
from ..models import (
    AuthorProfile,
    FoundId,
    ImportedRecord,
    Status,
    StatusChange,
    Submission,
    ThesisFile,
    ThesisIndexPage,
    ThesisPage,
)
from ..refusals import MoveRefused
from . import facts as facts_of
from .facts import LABELS, LISTS
from .imported import ImportedPerson
from .plan import Plan, taken

#: Names the uuid of a thesis by where it came from, so that one that was made half and rolled back is the same again.
NAMESPACE = uuid.UUID("3d6cbb0a-7f5e-5c0e-9a43-6d1f0f5a8e21")


@transaction.atomic
def make(plan: Plan, source: str) -> Submission:
    """Make case and page, public with their own dates, and their records."""
    index = ThesisIndexPage.objects.select_for_update().get(pk=ThesisIndexPage.objects.first().pk)
    _not_taken(plan)  # under the lock: two imports may be at it
    thesis, facts = plan.thesis, plan.facts
    _save_rows(plan)
    submission = Submission(
        uuid=uuid.uuid5(NAMESPACE, f"{source}\n{thesis.identifier}"), student=None, **_of_lists(plan)
    )
    page = ThesisPage(title=facts["title"], live=False, owner=None)
    facts_of.put(facts, submission, page)
    page.slug = f"draft-{submission.uuid}"
    index.add_child(instance=page)
    page.slug = publication.public_slug(page, timezone.localdate(submission.published_at).year)
    page.first_published_at = submission.published_at
    submission.page, submission.status, submission.status_since = (
        page,
        Status.PUBLISHED,
        submission.published_at,
    )
    submission.save()
    page.submission = submission
    AuthorProfile.objects.create(submission=submission, contact_email=thesis.author.email)
    _put_files(plan, submission, page)
    _note(submission, f"Imported from {source}.", from_status="")
    keep_found_ids(plan, submission, page, source)
    _publish(page)
    _remember(plan, submission, page, source)
    return submission


@transaction.atomic
def change(plan: Plan, source: str) -> Submission:
    """Write the fields that are to be changed, and publish them."""
    submission = Submission.objects.select_for_update().get(pk=plan.record.submission_id)
    page = ThesisPage.objects.get(pk=submission.page_id)
    page.submission = submission
    if page.has_unpublished_changes or facts_of.here(submission, page) != plan.now:
        # Between the plan and the lock somebody wrote here.
        raise MoveRefused("It was changed here while the import was at it. Import again.")
    _not_taken(plan)
    _save_rows(plan)
    facts_of.put({name: plan.facts[name] for name in plan.change}, submission, page)
    for name, row in _of_lists(plan).items():
        if name in plan.change:
            setattr(submission, name, row)
    submission.save()
    if "files" in plan.change:
        _put_files(plan, submission, page)
    keep_found_ids(plan, submission, page, source)
    if plan.change:
        words = ", ".join(LABELS[name] for name in plan.change)
        _note(submission, f"Changed as it was in {source}: {words}."[:300])
        _publish(page)
    _remember(plan, submission, page, source)
    return submission


@transaction.atomic
def note_same(plan: Plan, source: str) -> Submission:
    """Remember what was read, though no field here changes by it; found iDs may have. Returns the case."""
    # The case first, as everywhere: the owner of a found iD may be confirming it at this moment.
    submission = Submission.objects.select_for_update().get(pk=plan.record.submission_id)
    keep_found_ids(plan, submission, submission.page, source)
    outlets.refresh(submission)
    ImportedRecord.objects.filter(pk=plan.record.pk).update(
        digest=plan.thesis.digest, imported_at=timezone.now()
    )
    return submission


@transaction.atomic
def note_gone(plan: Plan, source: str, *, withdraw: bool) -> None:
    """Remember that it is deleted there, and with ``withdraw`` take it out here."""
    ImportedRecord.objects.filter(pk=plan.record.pk).update(deleted_there=True)
    if withdraw:
        lifecycle.withdraw(plan.record.submission, actor=None, comment=f"It was deleted in {source}.")


def keep_found_ids(plan: Plan, submission: Submission, page: ThesisPage, source: str) -> None:
    """Bring the found iDs in line with what the source says. What its owner confirmed or was asked about stays."""
    found = {row.member_key: row for row in submission.found_ids.all()}
    named = set()
    for key, name, person in _people(plan, page):
        if not person.orcid:
            continue
        named.add(key)
        row = found.get(key) or FoundId(submission=submission, member_key=key, source=source[:300])
        if row.confirmed_at:
            continue
        if row.pk and (row.name, row.orcid) != (name, person.orcid):
            # Somebody else, or another iD: a link that was sent before must not put its reader's iD beside this name.
            row.nonce, row.invited_at, row.expires_at, row.email = uuid.uuid4(), None, None, ""
        row.name, row.orcid, row.email = name, person.orcid, row.email or person.email
        row.save()
    for key, row in found.items():
        if key not in named and row.confirmed_at is None and row.invited_at is None:
            row.delete()


def _people(plan: Plan, page: ThesisPage) -> Iterator[tuple[uuid.UUID | None, str, ImportedPerson]]:
    """The author (None) and those of the committee who have a row on the page, with its key and the name as it is kept.
    Two of one name have a row each, in their order.
    """
    keys = defaultdict(deque)
    for row in page.committee_members.all():
        keys[row.given_name, row.family_name].append(row.key)
    facts = plan.facts
    yield None, f"{facts['author_given']} {facts['author_family']}".strip(), plan.thesis.author
    for (given, family, *_), person in zip(facts["committee"], plan.thesis.committee, strict=True):
        if keys[given, family]:
            yield keys[given, family].popleft(), f"{given} {family}".strip(), person


def _not_taken(plan: Plan) -> None:
    """Raises ``MoveRefused`` when somebody else took the DOI or handle since the plan was made."""
    if found := taken(plan, {}):
        raise MoveRefused(" ".join(found))


def _save_rows(plan: Plan) -> None:
    for row in plan.rows.values():
        if row is not None and (row.pk is None or not type(row).objects.filter(pk=row.pk).exists()):
            row.pk = None
            row._state.adding = True
            row.save()


def _of_lists(plan: Plan) -> dict[str, object]:
    return {name: plan.rows[name] for name in LISTS}


def _put_files(plan: Plan, submission: Submission, page: ThesisPage) -> None:
    before = {file.sha256: file.file.name for file in page.files.all()}
    rows = []
    for order, (file, facts) in enumerate(plan.files):
        name = before.get(facts.sha256)
        if name is None:
            with file.open() as opened:
                name = store.keep(File(opened, name=facts.name), submission.uuid, facts)
        rows.append(
            ThesisFile(
                file=name,
                name=facts.name,
                mime=facts.mime,
                size=facts.size,
                sha256=facts.sha256,
                md5=facts.md5,
                pages=facts.pages,
                uploaded_at=timezone.now(),
                sort_order=order,
            )
        )
    page.files.set(rows)


def _publish(page: ThesisPage) -> None:
    """Row, revision and records say the same afterwards: publishing is followed by a signal that refreshes them."""
    page.save()
    page.save_revision(user=None, clean=False).publish(user=None)


def _remember(plan: Plan, submission: Submission, page: ThesisPage, source: str) -> None:
    submission.refresh_from_db()
    said = facts_of.here(submission, ThesisPage.objects.get(pk=page.pk))
    if plan.record:
        # What is kept as it was changed here is not what the source said: it stays changed.
        before, brought = plan.record.said, plan.facts
        said = {
            name: value if name in plan.change or brought.get(name) == value else before.get(name, value)
            for name, value in said.items()
        }
    ImportedRecord.objects.update_or_create(
        source=source[:300],
        identifier=plan.thesis.identifier[:300],
        defaults={
            "submission": submission,
            "digest": plan.thesis.digest,
            "said": said,
            "imported_at": timezone.now(),
            "deleted_there": False,
        },
    )


def _note(submission: Submission, sentence: str, from_status: str = Status.PUBLISHED) -> None:
    StatusChange.objects.create(
        submission=submission, from_status=from_status, to_status=submission.status, sentence=sentence[:300]
    )
