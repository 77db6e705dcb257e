"""What is decided on stands where it is decided: the thesis in short, the student's note, and what was changed."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.models import Licence, Status, ThesisFunding, Verdict
from submissions.review.thesis_rows import last_note, thesis_rows
from tests.factories import decide_all, fresh, make_draft, make_registrar, make_staff, make_submission

pytestmark = pytest.mark.django_db


def rows(submission):
    return {row.label: row for row in thesis_rows(fresh(submission))}


def marked(submission):
    return {label for label, row in rows(submission).items() if row.mark}


def page_of(client, submission):
    return html.fromstring(client.get(reverse("thesis_cases:case", args=[submission.pk])).content.decode())


def change(submission, note="I named the archives.", **values):
    """What a student does who was asked for changes."""
    page = fresh(submission).page
    for name, value in values.items():
        setattr(page, name, value)
    save_draft(page, user=submission.student)
    lifecycle.submit(fresh(submission), actor=submission.student, note=note)


@pytest.mark.parametrize(
    ("status", "who"), [(Status.IN_REVIEW, make_staff), (Status.APPROVED, make_registrar)]
)
def test_what_will_be_public_stands_on_the_case(client, status, who):
    submission = make_submission(status, months=12)
    client.force_login(who())
    shown = page_of(client, submission).xpath("//*[@id='thesis']/following-sibling::dl[1]")[0].text_content()
    page = submission.page
    assert "We measured it." in shown
    for words in (page.title, "fjords; tides", "English", str(page.licence), str(page.embargo)):
        assert words in shown
    assert "Nothing given" in shown  # no funding


def test_grants_and_an_open_day_are_named():
    submission = make_draft()
    page = submission.page
    page.funding = [ThesisFunding(funder_name="Tide Fund", award_number="T-1")]
    save_draft(page, user=submission.student)
    assert rows(submission)["Funding"].value == "Tide Fund T-1"
    public = make_submission(Status.PUBLISHED, months=12)
    assert "The files open on" in rows(public)["Access"].value
    public.embargo_until = timezone.localdate() - dt.timedelta(days=1)
    public.save()
    assert "The files opened on" in rows(public)["Access"].value


def test_what_differs_from_what_changes_were_asked_for_is_marked():
    submission = make_submission(Status.CHANGES_REQUESTED)
    assert marked(submission) == set()
    change(submission, abstract="In three archives.", licence=Licence.objects.exclude(spdx="CC-BY-4.0")[0])
    assert marked(submission) == {"Abstract", "Licence"}
    lifecycle.request_changes(fresh(submission), actor=make_staff(), comment="And the keywords.")
    assert marked(submission) == set()  # the second request is about the version that has them
    change(submission, keywords="fjords\ntides\n1560-1640")
    assert marked(submission) == {"Keywords"}
    assert "changes were asked for on" in rows(submission)["Keywords"].mark


def test_the_committees_wish_counts_as_one_and_what_was_taken_out_is_marked_too():
    submission = make_draft()
    submission.page.funding = [ThesisFunding(funder_name="Tide Fund")]
    submission.page.translated_title, submission.page.translated_title_language = "Gezeiten", "de"
    save_draft(submission.page, user=submission.student)
    lifecycle.submit(fresh(submission), actor=submission.student)
    lifecycle.decide(
        fresh(submission).invitations.first(),
        verdict=Verdict.CHANGES,
        comment="Who paid?",
        revision_id=fresh(submission).page.latest_revision_id,
    )
    change(submission, funding=[], translated_title="", translated_title_language="")
    assert marked(submission) == {"Funding", "Title in another language"}
    decide_all(submission)
    assert marked(submission) == {"Funding", "Title in another language"}


def test_nothing_is_marked_where_nobody_asked_or_all_is_decided():
    assert marked(make_submission(Status.IN_REVIEW)) == set()
    submission = make_submission(Status.CHANGES_REQUESTED)
    change(submission, abstract="Other.")
    lifecycle.approve(fresh(submission), actor=make_staff())
    assert marked(submission) == {"Abstract"}
    lifecycle.record_conferral(fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate())
    assert marked(submission) == set()


def test_a_correction_that_is_not_public_yet_is_what_is_shown():
    submission = make_submission(Status.PUBLISHED)
    page = submission.page.get_latest_revision_as_object()
    page.abstract = "Corrected."
    page.save_revision(user=make_staff())
    assert rows(submission)["Abstract"].value == "Corrected."


def test_what_the_student_wrote_last_stands_at_the_decision(client):
    submission = make_submission(Status.CHANGES_REQUESTED)
    client.force_login(make_staff())
    change(submission, note="I named the archives.\nAnd the years.", abstract="In three archives.")
    page = page_of(client, submission)
    (note,) = page.xpath("//*[@id='student-note']")
    assert "I named the archives." in note.text_content()
    assert note.xpath("following::form[contains(@action, '/approve/')]")
    assert page.xpath("//dd[contains(., 'In three archives.')]//*[@class='summary__mark']")


def test_no_note_is_shown_where_none_was_written_or_all_is_decided():
    submission = make_draft()
    lifecycle.submit(fresh(submission), actor=submission.student, note="Please read chapter 3.")
    assert last_note(fresh(submission)).comment == "Please read chapter 3."
    assert last_note(make_submission(Status.IN_REVIEW)) is None
    decide_all(submission)
    assert last_note(fresh(submission)).comment == "Please read chapter 3."
    lifecycle.withdraw(fresh(submission), actor=make_staff(), comment="No.")
    assert last_note(fresh(submission)) is None
