"""The moves of a submission: what each does, who may make it, and that nothing happens when it is refused."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import Revision

from submissions import lifecycle, publication, readiness
from submissions.drafts import save_draft
from submissions.lifecycle import MOVES, MoveRefused, NotReady
from submissions.models import CommitteeMember, EmbargoOption, Status, ThesisPage, Verdict
from tests.factories import (
    decide_all,
    fresh,
    make_draft,
    make_registrar,
    make_staff,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


def everything(submission):
    """What a refused move must leave alone."""
    case = fresh(submission)
    return (
        case.status,
        case.committee_round,
        case.changes.count(),
        case.decisions.count(),
        case.page.live,
        case.page.latest_revision_id,
        [(state.status, state.current_task_state_id) for state in case.page.workflow_states.order_by("pk")],
    )


def test_every_status_is_in_the_table_of_moves():
    assert set(MOVES) == set(Status)


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


def test_the_iD_is_not_asked_for_when_the_office_says_so(settings):
    settings.ETD_ORCID_REQUIRED = False
    submission = make_draft(connected=False)
    assert readiness.problems(fresh(submission)) == []


def test_a_defence_in_the_future_stops_the_submission():
    submission = make_draft()
    submission.page.defence_date = timezone.localdate() + dt.timedelta(days=1)
    save_draft(submission.page, user=submission.student)
    assert [p.field for p in readiness.problems(fresh(submission))] == ["defence_date"]


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
    student = make_staff()
    student.first_name = "Both"
    submission = make_submission(Status.DRAFT)
    submission.student.groups.set(make_staff().groups.all())
    lifecycle.submit(submission, actor=submission.student)
    decide_all(submission)
    with pytest.raises(MoveRefused, match="your own"):
        lifecycle.approve(fresh(submission), actor=submission.student)


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


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2027, 8, 31), 6, dt.date(2028, 2, 29)),
        (dt.date(2026, 12, 15), 12, dt.date(2027, 12, 15)),
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 5, 1), 0, None),
    ],
)
def test_an_embargo_ends_on_a_day_that_exists(start, months, end):
    page = ThesisPage(embargo=EmbargoOption(months=months))
    assert publication.embargo_end(page, start) == end


def test_two_theses_with_one_title_have_two_addresses():
    first, second = make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    assert first.page.slug != second.page.slug


def test_the_public_address_is_plain_whatever_script_the_title_is_in():
    submission = make_submission(Status.APPROVED)
    submission.page.title, submission.page.author_family = "Krótka historia mokradeł 水", "Żółć"
    save_draft(submission.page, user=None)
    lifecycle.record_conferral(fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate())
    assert fresh(submission).page.slug == f"{timezone.now().year}-zolc-krotka-historia-mokradel-shui"


def test_an_author_does_not_sit_on_their_own_committee():
    submission = make_submission(Status.CHANGES_REQUESTED)
    own = submission.student.orcid_connections.get()
    submission.invitations.filter(pk=submission.invitations.first().pk).update(connection=own)
    assert [problem.step for problem in readiness.problems(submission)] == ["orcid"]


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


def test_half_a_committee_member_stops_the_submission():
    submission = make_draft()
    page = submission.page
    page.committee_members.add(CommitteeMember(family_name="Half"))
    save_draft(page, user=submission.student)
    sentences = [problem.sentence for problem in readiness.problems(fresh(submission))]
    assert sentences == [
        "Give the name of each committee member.",
        "Give the e-mail address of Half.",
        "Say what Half does on your committee.",
    ]


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
