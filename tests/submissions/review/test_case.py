"""Actions on the case page that were made by hand: an answer in words, never an error page."""

import datetime as dt

import pytest
from django.urls import reverse
from lxml import html

from orcid_workflow.models import Connection, OrcidItem
from submissions import case_facts, lifecycle
from submissions.models import Status, Submission, Verdict
from tests.editor import edit_url, editor_form
from tests.factories import fresh, make_registrar, make_staff, make_submission

pytestmark = pytest.mark.django_db


def act(client, submission, action, **data):
    return client.post(reverse("thesis_cases:act", args=[submission.pk, action]), data)


@pytest.mark.parametrize("number", ["abc", "", "-1", "1.5", "²", "999999", "9" * 30])
def test_a_link_for_nobody_is_sent_to_nobody(client, mailoutbox, number, django_capture_on_commit_callbacks):
    submission = make_submission(Status.WITH_COMMITTEE)
    client.force_login(make_staff())
    with django_capture_on_commit_callbacks(execute=True):
        assert act(client, submission, "send-link", invitation=number).status_code == 404
    assert mailoutbox == []


def test_a_link_of_another_case_is_not_sent(client):
    submission, other = make_submission(Status.WITH_COMMITTEE), make_submission(Status.WITH_COMMITTEE)
    client.force_login(make_staff())
    assert act(client, submission, "send-link", invitation=other.invitations.first().pk).status_code == 404


@pytest.mark.parametrize("day", ["", "never", "2026-02-30"])
def test_a_conferral_without_a_day_is_a_sentence_beside_the_field(client, day):
    submission = make_submission(Status.APPROVED)
    client.force_login(make_registrar())
    answer = act(client, submission, "confer", conferred_on=day)
    assert answer.status_code == 422
    assert "error" in answer.content.decode()
    assert fresh(submission).status == Status.APPROVED


def test_one_press_does_not_publish_and_what_follows_is_said(client):
    submission = make_submission(Status.APPROVED)
    client.force_login(make_registrar())
    page = client.get(reverse("thesis_cases:case", args=[submission.pk]))
    (offered,) = [one for one in page.context["offered"] if one["name"] == "confer"]
    assert not offered["form"]["conferred_on"].value()
    assert "the thesis is public at once" in page.content.decode()
    answer = act(client, submission, "confer", conferred_on="")
    assert "Give the day on which the degree was conferred." in answer.content.decode()
    assert fresh(submission).status == Status.APPROVED


def test_a_correction_begins_with_the_day_that_is_recorded(client):
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_registrar())
    page = client.get(reverse("thesis_cases:case", args=[submission.pk]))
    (offered,) = [one for one in page.context["offered"] if one["name"] == "correct-conferral"]
    assert offered["form"]["conferred_on"].value() == submission.conferred_on
    assert "get the new day" in page.content.decode()
    assert "is public at once" not in page.content.decode()


def test_a_refused_form_says_so_at_the_top_and_leads_to_its_field(client):
    submission = make_submission(Status.APPROVED)
    client.force_login(make_staff())
    answer = act(client, submission, "identifiers", doi="nonsense", isbn="978-0-306-40615-0")
    page = html.fromstring(answer.content.decode())
    (summary,) = page.xpath("//section[@role='alert' and @autofocus and @tabindex='-1']")
    links = {link.get("href"): link.text_content() for link in summary.xpath(".//a")}
    assert set(links) == {"#id_doi", "#id_isbn"}
    assert links["#id_doi"].startswith("A DOI begins with 10.")  # the same sentence as at the field
    assert all(page.xpath(f"//details[@open]//*[@id='{target[1:]}']") for target in links)
    assert not html.fromstring(client.get(answer.request["PATH_INFO"], follow=True).content).xpath(
        "//*[@autofocus]"
    )


@pytest.mark.parametrize("action", ["nothing", "publish", "delete"])
def test_an_action_that_is_none(client, action):
    submission = make_submission(Status.APPROVED)
    client.force_login(make_staff())
    assert act(client, submission, action).status_code == 404


@pytest.mark.parametrize("action", ["approve", "request-changes", "republish", "publish-correction"])
@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITH_COMMITTEE, Status.APPROVED])
def test_an_action_out_of_its_time_changes_nothing(client, status, action):
    submission = make_submission(status)
    client.force_login(make_staff())
    answer = act(client, submission, action, comment="Now.")
    assert (answer.status_code, answer.url) == (302, reverse("thesis_cases:case", args=[submission.pk]))
    assert fresh(submission).status == status


def test_approving_says_what_follows_and_what_was_left_empty_is_one_line(client):
    submission = make_submission(Status.IN_REVIEW)
    client.force_login(make_staff())
    page = html.fromstring(client.get(reverse("thesis_cases:case", args=[submission.pk])).content.decode())
    (button,) = page.xpath("//form[contains(@action, '/approve/')]//button")
    (said,) = page.xpath(f"//*[@id='{button.get('aria-describedby')}']")
    assert "Nothing is public yet." in said.text
    assert all(value.text_content().strip() for value in page.xpath("//*[@id='about-student']//dd"))
    assert page.xpath("//p[starts-with(., 'Left empty: ')]")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.DRAFT, "The student is writing it."),
        (Status.IN_REVIEW, "It waits for the graduate school"),
        (Status.CHANGES_REQUESTED, "It waits for the student"),
        (Status.APPROVED, "It waits for the registrar"),
        (Status.PUBLISHED, None),
        (Status.WITHDRAWN, None),
    ],
)
def test_the_case_says_whom_it_waits_for(client, status, said):
    submission = make_submission(status)
    client.force_login(make_staff())
    page = client.get(reverse("thesis_cases:case", args=[submission.pk]))
    assert said in page.text if said else page.context["waits"] == ""


def test_what_was_decided_on_an_earlier_version_is_not_shown_as_decided_now(client):
    submission = make_submission(Status.WITH_COMMITTEE)
    first = submission.invitations.first()
    revision = fresh(submission).page.latest_revision_id
    lifecycle.decide(first, verdict=Verdict.CHANGES, comment="Mend chapter two.", revision_id=revision)
    lifecycle.submit(fresh(submission), actor=submission.student, note="Mended.")
    assert fresh(submission).status == Status.WITH_COMMITTEE
    client.force_login(make_staff())
    page = client.get(reverse("thesis_cases:case", args=[submission.pk]))
    seat = next(one for one in page.context["seats"] if one["invitation"].pk == first.pk)
    assert seat["decision"] is None
    assert "Mend chapter two." in page.text
    assert "Before that: " in page.text
    assert first.name in page.context["waits"]


@pytest.mark.parametrize(("status", "note"), [(Status.PUBLISHED, True), (Status.IN_REVIEW, False)])
def test_a_withdrawal_says_what_stands_there_and_nothing_is_missing_any_more(client, status, note):
    submission = make_submission(status)
    client.force_login(make_staff())
    Submission.objects.filter(pk=submission.pk).update(author_connection=None)
    Connection.objects.update(user=None)
    answer = client.post(
        reverse("thesis_cases:act", args=[submission.pk, "withdraw"]), {"comment": "By mistake."}, follow=True
    )
    page = answer.content.decode()
    assert ("A note stands in place of its public page." in page) is note
    assert "offline" not in page
    assert "Still missing" not in page


def test_of_an_imported_thesis_nothing_is_said_of_a_student(client):
    submission = make_submission(Status.PUBLISHED)
    Connection.objects.update(scope="/authenticate")  # all that confirming an iD asks for
    Submission.objects.filter(pk=submission.pk).update(student=None, conferred_on=None)
    client.force_login(make_staff())
    page = client.get(reverse("thesis_cases:case", args=[submission.pk])).content.decode()
    assert "did not permit us" not in page
    assert "<dt>Degree conferred</dt><dd>Not known</dd>" in page
    assert "student’s ORCID record" not in page


def correct(client, submission) -> str:
    """Press "Save and publish the correction" in the editor; return the page that follows."""
    data = editor_form(client, submission.page) | {"title": "Better", "action-publish-correction": "1"}
    return client.post(edit_url(submission.page), data, follow=True).content.decode()


def test_a_correction_promises_only_what_will_be(client):
    submission = make_submission(Status.PUBLISHED)
    staff = make_staff()
    client.force_login(staff)
    orcid = submission.author_connection.orcid
    page = correct(client, submission)
    assert "The correction is public. ORCID is told next." in page
    case_facts.withdraw_id(fresh(submission), actor=staff, orcid=orcid, reason="Somebody else’s.")
    OrcidItem.objects.update(state=OrcidItem.State.REMOVED)
    page = correct(client, fresh(submission))
    assert "The correction is public." in page
    assert "will be updated" not in page
    assert "ORCID is told" not in page


def test_a_correction_without_permission_does_not_promise_orcid(client):
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_staff())
    Connection.objects.update(state=Connection.State.REVOKED)
    page = correct(client, submission)
    assert "The correction is public. ORCID cannot be told as things stand" in page


@pytest.mark.parametrize(("status", "action"), [("approved", "confer"), ("published", "correct-conferral")])
def test_a_conferral_before_the_defence_is_a_sentence_beside_the_field(client, status, action):
    submission = make_submission(status)
    client.force_login(make_registrar())
    day = submission.page.defence_date - dt.timedelta(days=1)
    answer = act(client, submission, action, conferred_on=day.isoformat())
    assert answer.status_code == 422
    (sentence,) = answer.context["wrong"].errors["conferred_on"]
    assert "The thesis was defended on" in sentence
    assert not list(answer.context["messages"])
    assert fresh(submission).conferred_on == submission.conferred_on


def test_publishing_again_stands_with_the_other_actions_and_only_where_it_can_be_done(client):
    submission = make_submission(Status.PUBLISHED)
    staff = make_staff()
    client.force_login(staff)
    lifecycle.withdraw(fresh(submission), actor=staff, comment="By mistake.")
    page = html.fromstring(client.get(reverse("thesis_cases:case", args=[submission.pk])).content.decode())
    (form,) = page.xpath("//form[contains(@action, '/republish/')]")
    assert form.xpath("ancestor::section[contains(@class, 'case__decide')]")
    assert "public at once" in form.text_content()
    act(client, submission, "republish")
    assert fresh(submission).status == Status.PUBLISHED
    never = make_submission(Status.WITHDRAWN)
    page = client.get(reverse("thesis_cases:case", args=[never.pk])).content.decode()
    assert "/republish/" not in page
    assert "withdrawn before it was published" in page
