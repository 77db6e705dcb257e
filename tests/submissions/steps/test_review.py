"""Submitting is strict and kind: what is missing is linked to its field, a second press lands on the confirmation."""

import pytest
from django.urls import reverse
from wagtail.models import Comment

from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.models import Status
from tests.factories import fresh, make_draft, make_staff, make_submission

from .pages import client_of, error_targets, errors, form_data, state_of, step_url, tasks_url, tree, words

pytestmark = pytest.mark.django_db


def get(submission):
    return client_of(submission.student).get(step_url(submission, "review"))


def send(submission, client=None, **data):
    return (client or client_of(submission.student)).post(step_url(submission, "review"), data)


def sent_url(submission) -> str:
    return reverse("submissions:sent", args=[submission.uuid])


def test_everything_missing_is_linked_to_its_field():
    submission = make_draft(complete=False, connected=False)
    page = get(submission)
    links = tree(page).xpath("//section[@aria-labelledby='missing']//a/@href")
    back = "?back=review"
    assert links == [
        step_url(submission, "orcid", back),
        step_url(submission, "profile", f"{back}#id_contact_email"),
        step_url(submission, "thesis", f"{back}#id_title"),
        step_url(submission, "thesis", f"{back}#id_abstract"),
        step_url(submission, "thesis", f"{back}#id_language"),
        step_url(submission, "thesis", f"{back}#id_keywords"),
        step_url(submission, "thesis", f"{back}#id_defence_date"),
        step_url(submission, "committee", back),
        step_url(submission, "rights", f"{back}#id_licence"),
        step_url(submission, "rights", f"{back}#id_embargo"),
        step_url(submission, "files", f"{back}#id_file"),
    ]
    client = client_of(submission.student)
    for link in links:
        address, _, anchor = link.partition("#")
        target = client.get(address)
        assert target.status_code == 200
        assert not anchor or tree(target).get_element_by_id(anchor) is not None


def test_looking_changes_nothing():
    submission = make_draft(complete=False)
    before = state_of(submission)
    get(submission)
    assert state_of(submission) == before


def test_sending_what_is_not_ready_says_what_is_missing():
    submission = make_draft()
    submission.page.title = ""
    submission.page.save()
    response = send(submission, note="My words")
    assert response.status_code == 200
    assert errors(response) == ["Give the title of your thesis."]
    assert error_targets(response) == [step_url(submission, "thesis", "?back=review#id_title")]
    assert form_data(response)["note"] == "My words"
    assert fresh(submission).status == Status.DRAFT


def test_a_committee_with_half_a_person_is_not_sent():
    submission = make_draft()
    member = submission.page.committee_members.first()
    member.email = ""
    member.save()
    assert errors(send(submission)) == ["Give the e-mail address of Member0 Reader."]
    assert fresh(submission).status == Status.DRAFT


def test_sent_with_a_note_and_confirmed():
    submission = make_draft()
    response = send(submission, note="Chapter 3 is new.")
    assert response.url == sent_url(submission)
    submission = fresh(submission)
    assert submission.status == Status.WITH_COMMITTEE
    assert submission.changes.first().comment == "Chapter 3 is new."
    page = words(client_of(submission.student).get(sent_url(submission)))
    assert "Your thesis is with your committee" in page
    assert submission.reference in page
    assert "Member0 Reader, advisor: m0@example.edu" in page


def test_a_second_tab_lands_on_the_confirmation_and_sends_nothing_twice():
    submission = make_draft()
    client = client_of(submission.student)
    send(submission, client)
    changes = fresh(submission).changes.count()
    response = client.post(step_url(submission, "review"), {}, follow=True)
    assert response.redirect_chain == [(sent_url(submission), 302)]
    assert "Your thesis was sent already. It was not sent a second time." in words(response)
    assert (fresh(submission).changes.count(), fresh(submission).committee_round) == (changes, 1)


def test_sent_between_reading_and_pressing():
    """The page was read while the thesis was a draft; another process sends it before the lifecycle is asked."""
    submission = make_draft()
    from submissions.steps.case import Case
    from submissions.steps.review import ReviewStep

    case = Case.find(submission.uuid, submission.student)
    assert case.editable
    lifecycle.submit(fresh(submission), actor=submission.student)
    client = client_of(submission.student)
    request = client.get(tasks_url(submission)).wsgi_request
    request.method, request.POST = "POST", {}
    response = ReviewStep().send(request, case)
    assert response.url == sent_url(submission)
    assert fresh(submission).committee_round == 1


def test_sending_after_approval_says_where_it_stands():
    submission = make_submission(Status.APPROVED)
    response = send(submission)
    assert response.url == tasks_url(submission)


def test_a_note_that_is_too_long_is_said_and_kept():
    submission = make_draft()
    response = send(submission, note="n" * 2001)
    assert errors(response) == ["This has 2001 letters; please stay under 2000."]
    assert fresh(submission).status == Status.DRAFT


def test_sending_again_asks_what_was_changed():
    submission = make_submission(Status.CHANGES_REQUESTED)
    page = words(get(submission))
    assert "Please mend the abstract." in page
    assert "What did you change?" in page
    assert "Send my corrected thesis" in page
    response = send(submission, note="The abstract.")
    assert response.url == sent_url(submission)
    assert fresh(submission).status == Status.IN_REVIEW
    assert "Your thesis is with the graduate school" in words(
        client_of(submission.student).get(sent_url(submission))
    )


@pytest.mark.parametrize(
    "status", [Status.WITH_COMMITTEE, Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED]
)
def test_what_was_sent_can_be_read_and_not_sent(status):
    submission = make_submission(status)
    page = get(submission)
    assert "You can read this, and not change it now" in words(page)
    assert "Tidal mixing in narrow fjords" in words(page)
    assert tree(page).xpath("//form | //a[contains(., 'Change')]") == []


def test_all_answers_are_there():
    submission = make_draft()
    page = words(get(submission))
    for said in [
        submission.reference,
        submission.degree.name,
        submission.acceptance.version,
        "after@example.org",
        "English",
        "fjords",
        "Member2 Reader",
        submission.page.licence.name,
        "thesis.pdf",
    ]:
        assert said in page


def test_what_was_not_chosen_is_not_given():
    page = tree(get(make_draft()))
    country = page.xpath("//dl/div[dt='Country where you live']/dd[1]")[0]
    assert country.text_content().strip() == "Nothing given"


def test_the_confirmation_of_a_thesis_that_was_never_sent_is_the_desk():
    submission = make_draft()
    assert client_of(submission.student).get(sent_url(submission)).url == tasks_url(submission)


def test_a_withdrawn_thesis_is_not_sent():
    submission = make_draft()
    lifecycle.withdraw(submission, actor=make_staff())
    assert send(submission).url == tasks_url(submission)


# --- who reads it next ----------------------------------------------------------------------------------------------


def _asked_by_a_member(case):
    first = case.invitations.first()
    lifecycle.decide(
        first, verdict="changes", comment="Mend it.", revision_id=fresh(case).page.latest_revision_id
    )
    return fresh(case)


def test_who_reads_a_first_version():
    case = make_draft()
    assert "Each member of your committee gets a link" in words(
        client_of(case.student).get(step_url(case, "review"))
    )


def test_what_the_office_asked_for_goes_back_to_the_office():
    case = make_submission("changes_requested")
    page = words(client_of(case.student).get(step_url(case, "review")))
    assert "It goes back to the graduate school" in page
    assert "Your committee is not asked again" in page
    assert lifecycle.submit(case, actor=case.student).status == "in_review"


def test_what_the_office_asked_for_goes_to_a_changed_committee():
    case = make_submission("changes_requested")
    members = list(case.page.committee_members.all())
    members[1].email = "somebody.else@example.edu"
    case.page.committee_members.set(members)
    save_draft(case.page, user=case.student)
    page = words(client_of(case.student).get(step_url(case, "review")))
    assert "Your whole committee is asked again" in page
    assert "because Member1 Reader has not approved your thesis yet" in page
    assert lifecycle.submit(fresh(case), actor=case.student).status == "with_committee"


def test_what_a_member_asked_for_goes_to_the_whole_committee():
    case = _asked_by_a_member(make_submission("with_committee"))
    page = words(client_of(case.student).get(step_url(case, "review")))
    assert "Your whole committee is asked again" in page
    assert "graduate school, who asked" not in page
    assert lifecycle.submit(case, actor=case.student).status == "with_committee"


def test_comments_that_were_not_answered_are_listed_and_stop_nothing():
    case = make_submission("in_review")
    staff = make_staff()
    comment = Comment.objects.create(
        page=case.page,
        user=staff,
        text="Please shorten it.",
        contentpath="abstract",
        position="",
        revision_created=case.page.latest_revision,
    )
    lifecycle.request_changes(case, actor=staff, comment="See the comment.")
    case = fresh(case)
    client = client_of(case.student)
    response = client.get(step_url(case, "review"))
    assert "You have not changed what this comment is about. You can send it all the same." in words(response)
    notice = tree(response).xpath("//*[@aria-labelledby='unanswered']//li")
    assert len(notice) == 1
    assert comment.text in notice[0].text_content()
    assert notice[0].xpath(".//a/@href") == [step_url(case, "thesis", "?back=review#id_abstract")]

    case.page.abstract = "Shorter."
    save_draft(case.page, user=case.student)
    assert "Comments you have not answered" not in words(client.get(step_url(case, "review")))
    assert client.post(step_url(case, "review"), {"note": ""}).status_code == 302


# --- the note -------------------------------------------------------------------------------------------------------


def test_the_note_is_kept_when_asked_and_when_sending_was_refused():
    case = make_draft(complete=False)
    client = client_of(case.student)
    for data in ({"do": "keep"}, {}):
        client.post(step_url(case, "review"), {"note": f"Figure 3 {data}"} | data)
        assert form_data(client.get(step_url(case, "review")))["note"] == f"Figure 3 {data}"
    assert fresh(case).status == Status.DRAFT


def test_a_kept_note_goes_along_once():
    case = make_draft()
    client = client_of(case.student)
    client.post(step_url(case, "review"), {"note": "Figure 3 is a sketch.", "do": "keep"})
    client.post(step_url(case, "review"), form_data(client.get(step_url(case, "review"))))
    assert fresh(case).changes.first().comment == "Figure 3 is a sketch."
    assert "note_" not in str(dict(client.session.items()))
