"""Who may do what, and the sentence that says why not."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from submissions import permissions
from submissions.models import Status
from submissions.permissions import MANAGER_GROUP, REGISTRAR_GROUP, STAFF_GROUP
from tests.factories import make_draft, make_office, make_submission, make_user

pytestmark = pytest.mark.django_db

STUDENT, STRANGER, NOBODY, ADMIN = "student", "stranger", "nobody", "admin"
EVERYBODY = (STUDENT, STRANGER, NOBODY, ADMIN, STAFF_GROUP, REGISTRAR_GROUP, MANAGER_GROUP)

#: Rule -> who may, on a draft.
MAY = {
    permissions.can_see_case: {STUDENT, ADMIN, STAFF_GROUP, REGISTRAR_GROUP, MANAGER_GROUP},
    permissions.can_edit_thesis: {STUDENT},
    permissions.can_run_case: {ADMIN, STAFF_GROUP},
    permissions.can_withdraw_id: {ADMIN, STAFF_GROUP, MANAGER_GROUP},
    permissions.can_confer: {ADMIN, REGISTRAR_GROUP},
    permissions.can_open_files: {STUDENT, ADMIN, STAFF_GROUP, REGISTRAR_GROUP, MANAGER_GROUP},
}


def person(who, submission):
    if who == STUDENT:
        return submission.student
    if who == NOBODY:
        return AnonymousUser()
    if who == ADMIN:
        return make_user(is_superuser=True)
    return make_user(groups=() if who == STRANGER else (who,))


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("rule", MAY, ids=lambda rule: rule.__name__)
def test_the_table_of_rules(rule, who):
    submission = make_draft()
    answer = rule(person(who, submission), submission)
    assert bool(answer) is (who in MAY[rule])
    assert bool(answer) is not bool(answer.reason)


@pytest.mark.parametrize(
    "rule", [permissions.can_run_case, permissions.can_confer, permissions.can_withdraw_id]
)
def test_nobody_acts_on_their_own_thesis_whatever_they_are(rule):
    make_office()
    student = make_user(groups=(STAFF_GROUP, REGISTRAR_GROUP), is_superuser=True)
    answer = rule(student, make_draft(student))
    assert not answer
    assert "your own" in answer.reason


def test_an_account_that_was_closed_is_in_no_group():
    make_office()
    assert not permissions.is_office(make_user(groups=(STAFF_GROUP,), is_active=False))
    assert not permissions.is_office(make_user(is_superuser=True, is_active=False))


@pytest.mark.parametrize("status", list(Status))
def test_the_student_edits_only_in_their_turn(status):
    submission = make_submission(status)
    allowed = bool(permissions.can_edit_thesis(submission.student, submission))
    assert allowed is (status in {Status.DRAFT, Status.CHANGES_REQUESTED})


@pytest.mark.parametrize("status", list(Status))
def test_a_reader_opens_files_of_published_theses_only(status):
    submission = make_submission(status)
    assert bool(permissions.can_open_files(AnonymousUser(), submission)) is (status == Status.PUBLISHED)


@pytest.mark.parametrize(("days", "opens"), [(1, False), (0, True), (-1, True)])
def test_files_open_on_the_very_day(days, opens):
    submission = make_submission(Status.PUBLISHED)
    day = timezone.localdate() + dt.timedelta(days=days)
    submission.embargo_until = day
    answer = permissions.can_open_files(AnonymousUser(), submission)
    assert bool(answer) is opens
    assert opens or f"{day.day} {day:%B %Y}" in answer.reason


def test_a_committee_member_opens_files_under_embargo_by_link_only():
    submission = make_submission(Status.PUBLISHED, months=12)
    invitation = submission.invitations.first()
    assert permissions.can_open_files(AnonymousUser(), submission, invitation)
    assert not permissions.can_open_files(AnonymousUser(), submission)


def test_a_link_ends_by_its_date_by_its_person_and_with_the_thesis():
    submission = make_submission(Status.WITH_COMMITTEE)
    invitation = submission.invitations.first()
    assert permissions.can_use_invitation(invitation)
    invitation.active = False
    assert "no longer on the committee" in permissions.can_use_invitation(invitation).reason
    invitation.active = True
    invitation.submission.status = Status.WITHDRAWN
    assert "was withdrawn" in permissions.can_use_invitation(invitation).reason


def test_the_day_a_link_expired_is_the_universitys_day(settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    timezone.get_default_timezone.cache_clear()
    try:
        invitation = make_submission(Status.WITH_COMMITTEE).invitations.first()
        invitation.expires_at = dt.datetime(2026, 1, 31, 20, tzinfo=dt.UTC)  # 1 February in Auckland
        assert "1 February 2026" in permissions.can_use_invitation(invitation).reason
    finally:
        settings.TIME_ZONE = "UTC"
        timezone.get_default_timezone.cache_clear()
