"""The row of a thesis and its revision, written together."""

import pytest
from wagtail.models import Revision

from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.models import Status
from tests.factories import (
    fresh,
    make_draft,
    make_submission,
)

pytestmark = pytest.mark.django_db


def test_row_and_revision_hold_the_same_until_publication():
    submission = make_submission(Status.APPROVED)
    page = fresh(submission).page
    draft = page.get_latest_revision_as_object()
    for field in ("title", "abstract", "language", "keywords", "defence_date", "licence_id", "embargo_id"):
        assert getattr(draft, field) == getattr(page, field)
    assert [m.key for m in draft.committee_members.all()] == [m.key for m in page.committee_members.all()]
    assert [f.sha256 for f in draft.files.all()] == [f.sha256 for f in page.files.all()]


def test_saving_a_draft_twice_keeps_one_revision_and_submitting_makes_another():
    submission = make_draft()
    revisions = Revision.objects.for_instance(submission.page)
    before = revisions.count()
    submission.page.abstract = "Another."
    save_draft(submission.page, user=submission.student)
    assert revisions.count() == before
    lifecycle.submit(fresh(submission), actor=submission.student)
    assert revisions.count() == before + 1


def test_a_published_thesis_cannot_be_saved_in_place():
    submission = make_submission(Status.PUBLISHED)
    with pytest.raises(ValueError, match="revision"):
        save_draft(submission.page, user=None)
