"""From conferral on: what makes a thesis public, corrects it, takes it out and brings it back."""

import datetime as dt

import pytest
from django.utils import timezone

from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.lifecycle import MoveRefused
from submissions.models import Status, ThesisPage
from tests.factories import (
    fresh,
    make_draft,
    make_registrar,
    make_staff,
    make_submission,
)

from .conftest import YESTERDAY, everything

pytestmark = pytest.mark.django_db


def test_conferral_publishes_and_no_group_may_publish():
    submission = make_submission(Status.APPROVED)
    registrar = make_registrar()
    assert not submission.page.permissions_for_user(registrar).can_publish()
    lifecycle.record_conferral(submission, actor=registrar, conferred_on=YESTERDAY)
    case = fresh(submission)
    assert (case.status, case.conferred_on, case.page.live) == (Status.PUBLISHED, YESTERDAY, True)
    assert case.author_connection == case.student.orcid_connections.get()
    assert case.page.slug.startswith(f"{timezone.now().year}-")


def test_staff_cannot_confer_and_a_future_day_is_refused():
    submission = make_submission(Status.APPROVED)
    before = everything(submission)
    with pytest.raises(MoveRefused, match="registrar"):
        lifecycle.record_conferral(submission, actor=make_staff(), conferred_on=YESTERDAY)
    with pytest.raises(MoveRefused, match="future"):
        lifecycle.record_conferral(
            submission, actor=make_registrar(), conferred_on=timezone.localdate() + dt.timedelta(days=1)
        )
    assert everything(submission) == before


def test_an_incomplete_thesis_is_not_published_even_after_approval():
    submission = make_submission(Status.APPROVED)
    page = submission.page
    page.abstract = ""
    save_draft(page, user=None)
    before = everything(submission)
    with pytest.raises(MoveRefused, match="abstract"):
        lifecycle.record_conferral(
            fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate()
        )
    assert everything(submission) == before


def test_a_correction_shows_only_when_it_is_published():
    submission = make_submission(Status.PUBLISHED)
    page = submission.page
    address = page.url
    page.title = "A better title"
    page.save_revision()
    assert ThesisPage.objects.get(pk=page.pk).title != "A better title"
    lifecycle.publish_correction(fresh(submission), actor=make_staff())
    page = ThesisPage.objects.get(pk=page.pk)
    assert (page.title, page.url) == ("A better title", address)
    with pytest.raises(MoveRefused, match="nothing to publish"):
        lifecycle.publish_correction(fresh(submission), actor=make_staff())


def test_withdrawing_and_publishing_again():
    submission = make_submission(Status.PUBLISHED)
    staff = make_staff()
    lifecycle.withdraw(submission, actor=staff, comment="Error in a table.")
    case = fresh(submission)
    assert (case.status, case.page.live, case.records.filter(deleted=False).count()) == (
        "withdrawn",
        False,
        0,
    )
    lifecycle.publish(case, actor=staff)
    case = fresh(submission)
    assert (case.status, case.page.live, case.records.filter(deleted=True).count()) == ("published", True, 0)


def test_a_student_can_discard_only_what_was_never_submitted():
    draft = make_draft()
    lifecycle.withdraw(draft, actor=draft.student)
    assert fresh(draft).status == Status.WITHDRAWN
    sent = make_submission(Status.WITH_COMMITTEE)
    with pytest.raises(MoveRefused, match="only the thesis office"):
        lifecycle.withdraw(sent, actor=sent.student)


def test_an_administrator_who_unpublishes_by_wagtail_is_followed():
    submission = make_submission(Status.PUBLISHED)
    submission.page.unpublish()
    assert fresh(submission).status == Status.WITHDRAWN
    fresh(submission).page.get_latest_revision().publish()
    assert fresh(submission).status == Status.PUBLISHED


def test_a_degree_is_not_conferred_before_the_defence_and_a_wrong_day_can_be_mended():
    submission = make_submission(Status.APPROVED)
    registrar = make_registrar()
    defended = submission.page.defence_date
    with pytest.raises(MoveRefused, match="was defended on"):
        lifecycle.record_conferral(submission, actor=registrar, conferred_on=defended - dt.timedelta(days=1))
    lifecycle.record_conferral(submission, actor=registrar, conferred_on=defended)
    with pytest.raises(MoveRefused, match="registrar"):
        lifecycle.correct_conferral(submission, actor=make_staff(), conferred_on=YESTERDAY)
    lifecycle.correct_conferral(submission, actor=registrar, conferred_on=YESTERDAY)
    case = fresh(submission)
    assert case.conferred_on == YESTERDAY
    assert YESTERDAY.isoformat().encode() in bytes(case.records.get(format="datacite").content)
    assert "corrected from" in case.changes.first().sentence


def test_a_withdrawal_is_told_to_the_student(mailoutbox, django_capture_on_commit_callbacks):
    submission = make_submission(Status.IN_REVIEW)
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.withdraw(submission, actor=make_staff(), comment="The wrong thesis was sent.")
    assert [mail.to for mail in mailoutbox] == [[submission.student.email]]
    assert "The wrong thesis was sent." in mailoutbox[0].body
