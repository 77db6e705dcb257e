"""What is missing, of the row or of a revision that is to be published."""

import datetime as dt

import pytest
from django.utils import timezone

from submissions.drafts import save_draft
from submissions.models import CommitteeMember, CommitteeRole, Status
from submissions.readiness import (
    NEEDED_OF_MEMBER,
    REQUIRED_ON_PAGE,
    author_connection,
    page_problems,
    problems,
)
from tests.factories import fresh, make_connection, make_draft, make_submission

pytestmark = pytest.mark.django_db


def test_a_complete_thesis_misses_nothing():
    assert problems(fresh(make_draft())) == []


@pytest.mark.parametrize(("step", "field", "sentence"), REQUIRED_ON_PAGE)
def test_each_required_field_is_named_with_the_step_that_mends_it(step, field, sentence):
    page = make_draft().page
    setattr(page, field, None if field in {"licence", "embargo", "defence_date"} else "")
    assert [(p.step, p.field, p.sentence) for p in page_problems(page, page.submission)] == [
        (step, field, sentence)
    ]


@pytest.mark.parametrize("field", NEEDED_OF_MEMBER)
def test_what_is_missing_of_a_member_leads_to_that_members_field(field):
    page = make_draft().page
    members = list(page.committee_members.all())
    setattr(members[1], field, "")
    page.committee_members.set(members)
    found = page_problems(page, page.submission)
    assert [(p.step, p.field) for p in found] == [("committee", f"{members[1].key}-{field}")]


def test_a_revision_is_asked_and_not_the_public_row():
    submission = make_submission(Status.PUBLISHED)
    page = submission.page
    page.abstract = ""
    page.save_revision(clean=False)
    corrected = fresh(submission).page.get_latest_revision_as_object()
    assert [p.field for p in page_problems(corrected, submission)] == ["abstract"]
    assert page_problems(fresh(submission).page, submission) == []


def test_the_degree_says_how_many_people_are_needed():
    submission = make_draft(members=2)
    assert [p.sentence for p in problems(submission)] == [
        "Name your committee: 3 people are needed, you have named 2."
    ]
    submission.degree.committee_minimum = 2
    assert problems(submission) == []


def test_a_committee_without_an_advisor():
    page = make_draft().page
    members = list(page.committee_members.all())
    for member in members:
        member.role = CommitteeRole.MEMBER
    page.committee_members.set(members)
    save_draft(page, user=page.submission.student)
    assert [p.sentence for p in problems(fresh(page.submission))] == [
        "Say which committee member is your advisor."
    ]


def test_the_day_of_the_defence_is_early_enough():
    page = make_draft().page
    assert page_problems(page, page.submission, today=page.defence_date) == []
    early = page_problems(page, page.submission, today=page.defence_date - dt.timedelta(days=1))
    assert [p.field for p in early] == ["defence_date"]


def test_a_connection_that_its_owner_ended_is_none(settings):
    submission = make_draft()
    connection = submission.student.orcid_connections.get()
    assert author_connection(submission) == connection
    connection.state = connection.State.DISCONNECTED
    connection.save()
    assert author_connection(submission) is None
    assert [p.step for p in problems(submission)] == ["orcid"]


def test_a_connection_of_another_environment_does_not_count():
    submission = make_draft(connected=False)
    make_connection(submission.student, environment="sandbox")
    assert author_connection(submission) is None


def test_an_iD_on_a_seat_that_was_given_up_is_no_matter():
    submission = make_submission(Status.CHANGES_REQUESTED)
    own = author_connection(submission)
    submission.invitations.filter(pk=submission.invitations.first().pk).update(connection=own, active=False)
    assert problems(submission, today=timezone.localdate()) == []


def test_the_iD_is_not_asked_for_when_the_office_says_so(settings):
    settings.ETD_ORCID_REQUIRED = False
    submission = make_draft(connected=False)
    assert problems(fresh(submission)) == []


def test_a_defence_in_the_future_stops_the_submission():
    submission = make_draft()
    submission.page.defence_date = timezone.localdate() + dt.timedelta(days=1)
    save_draft(submission.page, user=submission.student)
    assert [p.field for p in problems(fresh(submission))] == ["defence_date"]


def test_an_author_does_not_sit_on_their_own_committee():
    submission = make_submission(Status.CHANGES_REQUESTED)
    own = submission.student.orcid_connections.get()
    submission.invitations.filter(pk=submission.invitations.first().pk).update(connection=own)
    assert [problem.step for problem in problems(submission)] == ["orcid"]


def test_half_a_committee_member_stops_the_submission():
    submission = make_draft()
    page = submission.page
    page.committee_members.add(CommitteeMember(family_name="Half"))
    save_draft(page, user=submission.student)
    sentences = [problem.sentence for problem in problems(fresh(submission))]
    assert sentences == [
        "Give the name of each committee member.",
        "Give the e-mail address of Half.",
        "Say what Half does on your committee.",
    ]
