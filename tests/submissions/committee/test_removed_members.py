"""Somebody who was taken off the committee has no way in any more, whichever way the thesis went on."""

import pytest

from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.models import Status
from tests.factories import fresh, make_staff, make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def resubmitted():
    """A thesis with staff again, after the student took the fourth member off; and that member's seat."""
    submission = make_submission(Status.IN_REVIEW, members=4)
    seat = submission.invitations.order_by("pk").last()
    lifecycle.request_changes(fresh(submission), actor=make_staff(), comment="Mend it.")
    page = fresh(submission).page
    page.committee_members.set(list(page.committee_members.all())[:3])
    save_draft(page, user=submission.student)
    lifecycle.submit(fresh(submission), actor=submission.student)
    assert fresh(submission).status == Status.IN_REVIEW
    return submission, seat


def test_the_link_of_a_removed_member_is_closed(resubmitted, address, reader):
    submission, seat = resubmitted
    answer = reader.get(address(seat))
    assert answer.status_code == 410
    assert "Tidal mixing" not in answer.content.decode()
    assert submission.invitations.filter(active=True).count() == 3


def test_the_others_keep_theirs(resubmitted, address, reader):
    submission, _ = resubmitted
    seats = submission.invitations.filter(active=True)
    assert [reader.get(address(seat)).status_code for seat in seats] == [200] * 3


def test_a_corrected_name_reaches_the_seat_without_asking_again(address):
    submission = make_submission(Status.CHANGES_REQUESTED)
    page = submission.page
    members = list(page.committee_members.all())
    members[0].family_name = "Reader-Smith"
    page.committee_members.set(members)
    save_draft(page, user=submission.student)
    lifecycle.submit(fresh(submission), actor=submission.student)
    assert fresh(submission).status == Status.IN_REVIEW
    assert submission.invitations.get(member_key=members[0].key).name == "Member0 Reader-Smith"
