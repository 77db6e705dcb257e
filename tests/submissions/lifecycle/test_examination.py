"""From the first draft to approval: what each move does, who may make it, and that a refused one changes nothing."""

import pytest

from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.lifecycle import MoveRefused, NotReady
from submissions.models import CommitteeMember, Status, Verdict
from tests.factories import (
    decide_all,
    fresh,
    make_draft,
    make_staff,
    make_submission,
    make_user,
)

from .conftest import everything

pytestmark = pytest.mark.django_db


def test_submitting_an_empty_thesis_names_everything_that_is_missing():
    submission = make_draft(complete=False, connected=False)
    before = everything(submission)
    with pytest.raises(NotReady) as refusal:
        lifecycle.submit(submission, actor=submission.student)
    assert [(p.step, p.field) for p in refusal.value.problems] == [
        ("orcid", ""),
        ("profile", "contact_email"),
        ("thesis", "title"),
        ("thesis", "abstract"),
        ("thesis", "language"),
        ("thesis", "keywords"),
        ("thesis", "defence_date"),
        ("rights", "licence"),
        ("rights", "embargo"),
        ("committee", ""),
        ("files", "file"),
    ]
    assert everything(submission) == before


def test_submitting_twice_sends_one_set_of_mails(mailoutbox, django_capture_on_commit_callbacks):
    submission = make_draft()
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.submit(submission, actor=submission.student)
    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "m0@example.edu",
        "m1@example.edu",
        "m2@example.edu",
        submission.student.email,
    ]
    before = everything(submission)
    with pytest.raises(MoveRefused, match="with others"), django_capture_on_commit_callbacks(execute=True):
        lifecycle.submit(submission, actor=submission.student)
    assert everything(submission) == before
    assert len(mailoutbox) == 4


def test_somebody_else_cannot_submit():
    submission = make_draft()
    with pytest.raises(MoveRefused, match="Only the student"):
        lifecycle.submit(submission, actor=make_user())


def test_the_last_approval_moves_the_thesis_to_staff():
    submission = make_submission(Status.WITH_COMMITTEE)
    invitations = list(submission.invitations.all())
    revision = fresh(submission).page.latest_revision_id
    for invitation in invitations[:-1]:
        lifecycle.decide(invitation, verdict=Verdict.APPROVE, revision_id=revision)
        assert fresh(submission).status == Status.WITH_COMMITTEE
    decision = lifecycle.decide(invitations[-1], verdict=Verdict.APPROVE, revision_id=revision)
    assert fresh(submission).status == Status.IN_REVIEW
    assert decision.file_checksums == [
        {"name": f.name, "sha256": f.sha256} for f in submission.page.files.all()
    ]
    assert fresh(submission).page.current_workflow_task.name == "Graduate school review"


def test_a_member_decides_once_and_only_on_what_they_saw():
    submission = make_submission(Status.WITH_COMMITTEE)
    first, second, _ = submission.invitations.all()
    revision = fresh(submission).page.latest_revision_id
    with pytest.raises(MoveRefused, match="changed after you opened"):
        lifecycle.decide(first, verdict=Verdict.APPROVE, revision_id=revision - 1)
    lifecycle.decide(first, verdict=Verdict.APPROVE, revision_id=revision)
    before = everything(submission)
    with pytest.raises(MoveRefused, match="decided already"):
        lifecycle.decide(first, verdict=Verdict.CHANGES, comment="No.", revision_id=revision)
    with pytest.raises(MoveRefused, match="what should be changed"):
        lifecycle.decide(second, verdict=Verdict.CHANGES, comment=" ", revision_id=revision)
    assert everything(submission) == before


def test_one_wish_for_changes_sends_it_back_and_the_committee_is_asked_again():
    submission = make_submission(Status.WITH_COMMITTEE)
    first, second, _ = submission.invitations.all()
    revision = fresh(submission).page.latest_revision_id
    lifecycle.decide(first, verdict=Verdict.APPROVE, revision_id=revision)
    lifecycle.decide(second, verdict=Verdict.CHANGES, comment="Explain figure 3.", revision_id=revision)
    case = fresh(submission)
    assert (case.status, case.changes.first().comment) == (Status.CHANGES_REQUESTED, "Explain figure 3.")
    lifecycle.submit(case, actor=case.student)
    case = fresh(submission)
    assert (case.status, case.committee_round) == (Status.WITH_COMMITTEE, 2)
    decide_all(case)
    assert fresh(submission).status == Status.IN_REVIEW


def test_corrections_for_staff_go_back_to_staff():
    submission = make_submission(Status.CHANGES_REQUESTED)
    lifecycle.submit(submission, actor=submission.student)
    case = fresh(submission)
    assert (case.status, case.committee_round) == (Status.IN_REVIEW, 1)
    assert case.page.current_workflow_task.name == "Graduate school review"


def test_a_new_member_after_staff_asked_is_asked_first():
    submission = make_submission(Status.CHANGES_REQUESTED)
    page = submission.page
    page.committee_members.add(CommitteeMember(given_name="New", email="new@example.edu", role="member"))
    save_draft(page, user=submission.student)
    lifecycle.submit(fresh(submission), actor=submission.student)
    case = fresh(submission)
    assert (case.status, case.committee_round) == (Status.WITH_COMMITTEE, 2)
    assert case.invitations.filter(email="new@example.edu", active=True).exists()


@pytest.mark.parametrize("status", [s for s in Status if s != Status.IN_REVIEW])
def test_staff_can_approve_only_in_review(status):
    submission = make_submission(status)
    before = everything(submission)
    with pytest.raises(MoveRefused):
        lifecycle.approve(submission, actor=make_staff())
    assert everything(submission) == before


def test_nobody_approves_their_own_thesis():
    submission = make_submission(Status.DRAFT)
    submission.student.groups.set(make_staff().groups.all())
    lifecycle.submit(submission, actor=submission.student)
    decide_all(submission)
    with pytest.raises(MoveRefused, match="your own"):
        lifecycle.approve(fresh(submission), actor=submission.student)


def test_a_member_made_into_another_person_is_asked_before_staff_see_it_again():
    submission = make_submission(Status.CHANGES_REQUESTED)
    page = submission.page
    member = page.committee_members.first()
    member.given_name, member.email = "Somebody", "somebody@example.edu"
    page.committee_members = [member, *page.committee_members.all()[1:]]
    save_draft(page, user=submission.student)
    lifecycle.submit(fresh(submission), actor=submission.student)
    assert fresh(submission).status == Status.WITH_COMMITTEE
    assert submission.invitations.get(member_key=member.key).email == "somebody@example.edu"
