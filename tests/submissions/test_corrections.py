"""What is published after publication is as complete as what was, and what was decided keeps the name of its maker."""

import datetime as dt

import pytest
from django.utils import timezone

from submissions import lifecycle, publication
from submissions.drafts import save_draft
from submissions.lifecycle import MoveRefused
from submissions.models import CommitteeMember, EmbargoOption, Status
from tests.editor import edit_url, editor_form
from tests.factories import decide_all, fresh, make_registrar, make_staff, make_submission

pytestmark = pytest.mark.django_db


def without_licence(page):
    page.licence = None


def without_abstract(page):
    page.abstract = ""


def without_file(page):
    page.files.set([])


def without_advisor(page):
    page.committee_members.set(list(page.committee_members.all())[1:])


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (without_licence, "Choose a licence"),
        (without_abstract, "Write the abstract"),
        (without_file, "Upload the PDF"),
        (without_advisor, "Name your committee"),
    ],
)
def test_an_incomplete_correction_is_refused_with_a_sentence(spoil, sentence):
    submission = make_submission(Status.PUBLISHED)
    page = submission.page
    before = page.live_revision_id, page.last_published_at
    spoil(page)
    page.save_revision(clean=False)
    with pytest.raises(MoveRefused, match=sentence):
        lifecycle.publish_correction(fresh(submission), actor=make_staff())
    page = fresh(submission).page
    assert (page.live_revision_id, page.last_published_at) == before
    assert page.licence
    assert page.abstract
    assert page.thesis_file


@pytest.mark.parametrize(
    "fields", [{"licence": ""}, {"abstract": ""}, {"author_given": ""}, {"language": ""}]
)
def test_the_editor_says_what_a_correction_misses(client, fields):
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_staff())
    data = editor_form(client, submission.page)
    answer = client.post(
        edit_url(submission.page), data | fields | {"action-publish-correction": "1"}, follow=True
    )
    assert answer.status_code == 200
    assert "The correction cannot be published yet" in answer.content.decode()
    page = fresh(submission).page
    assert all(getattr(page, name) for name in fields)
    assert client.get(page.url).status_code == 200


def test_the_editor_cannot_take_the_file_away(client):
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_staff())
    data = editor_form(client, submission.page)
    data |= {"files-TOTAL_FORMS": "1", "files-INITIAL_FORMS": "1", "files-0-DELETE": "on"}
    data |= {"files-0-id": str(submission.page.thesis_file.pk), "action-publish-correction": "1"}
    client.post(edit_url(submission.page), data | {"title": "Corrected"})
    page = fresh(submission).page
    assert (page.title, page.files.count()) == ("Corrected", 1)


@pytest.mark.parametrize(("months", "corrected"), [(12, 24), (12, 0), (0, 6)])
def test_a_corrected_embargo_is_counted_from_the_day_of_publication(months, corrected):
    submission = make_submission(Status.PUBLISHED, months=months)
    page = submission.page
    page.embargo = EmbargoOption.objects.get(months=corrected)
    page.save_revision()
    lifecycle.publish_correction(fresh(submission), actor=make_staff())
    case = fresh(submission)
    assert case.embargo_until == publication.embargo_end(case.page, timezone.localdate(case.published_at))
    assert (case.embargo_until is None) is (corrected == 0)
    closed = b"embargoedAccess" in bytes(case.records.get(format="oai_dc").content)
    assert closed is (corrected > 0)


def test_an_embargo_corrected_a_year_later_still_counts_from_publication():
    submission = make_submission(Status.PUBLISHED, months=24)
    published = timezone.now() - dt.timedelta(days=365)
    type(submission).objects.filter(pk=submission.pk).update(published_at=published)
    page = submission.page
    page.embargo = EmbargoOption.objects.get(months=12)
    page.save_revision()
    lifecycle.publish_correction(fresh(submission), actor=make_staff())
    assert fresh(submission).embargo_until <= timezone.localdate() + dt.timedelta(days=1)


def add_unasked(page):
    page.committee_members.add(
        CommitteeMember(given_name="Added", family_name="Bystaff", email="added@example.net", role="member")
    )


def give_seat_away(page):
    members = list(page.committee_members.all())
    members[1].given_name, members[1].family_name = "Added", "Bystaff"
    members[1].email = "added@example.net"
    page.committee_members.set(members)


@pytest.mark.parametrize("change", [add_unasked, give_seat_away])
def test_nobody_stands_on_an_approved_thesis_who_was_never_asked(change):
    submission = make_submission(Status.IN_REVIEW)
    change(submission.page)
    save_draft(submission.page, user=make_staff())
    with pytest.raises(MoveRefused, match="Added Bystaff never approved"):
        lifecycle.approve(fresh(submission), actor=make_staff())
    assert fresh(submission).status == Status.IN_REVIEW
    lifecycle.request_changes(fresh(submission), actor=make_staff(), comment="Ask them.")
    lifecycle.submit(fresh(submission), actor=submission.student)
    assert fresh(submission).status == Status.WITH_COMMITTEE
    decide_all(submission)
    lifecycle.approve(fresh(submission), actor=make_staff())
    assert fresh(submission).status == Status.APPROVED


@pytest.mark.parametrize("change", [add_unasked, give_seat_away])
def test_the_registrar_publishes_nobody_who_was_never_asked(change):
    submission = make_submission(Status.APPROVED)
    change(submission.page)
    save_draft(submission.page, user=make_registrar())
    with pytest.raises(MoveRefused, match="Added Bystaff never approved"):
        lifecycle.record_conferral(
            fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate()
        )
    assert not fresh(submission).page.live


def test_a_decision_keeps_the_name_it_was_made_under(client):
    submission = make_submission(Status.CHANGES_REQUESTED)
    page = submission.page
    members = list(page.committee_members.all())
    members[0].given_name, members[0].email = "Somebody", "somebody@example.edu"
    page.committee_members.set(members)
    save_draft(page, user=submission.student)
    lifecycle.submit(fresh(submission), actor=submission.student)
    decision = submission.decisions.order_by("pk").first()
    assert decision.invitation.name == "Somebody Reader"
    assert (decision.name, decision.email) == ("Member0 Reader", "m0@example.edu")
    assert str(decision) == "Member0 Reader: Approved"
    decide_all(submission)
    assert set(submission.decisions.filter(round=2).values_list("name", flat=True)) == {
        "Somebody Reader",
        "Member1 Reader",
        "Member2 Reader",
    }
