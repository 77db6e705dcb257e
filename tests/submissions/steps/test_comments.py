"""A comment in the page editor stands beside the student's field, until it is resolved."""

import pytest
from django.urls import reverse
from wagtail.models import Comment

from submissions.drafts import save_draft
from submissions.models import Status, ThesisFunding, ThesisPage, ThesisRelatedWork
from submissions.steps.comments import PLACES, field_comments
from submissions.steps.registry import get
from tests.factories import decide_all, fresh, make_staff, make_submission

from .pages import client_of, form_data, step_url, tasks_url, tree, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission():
    return make_submission(Status.CHANGES_REQUESTED)


def comment(submission, contentpath: str, text: str) -> Comment:
    """A comment as the page editor makes it: on the page, tied to the revision it was made in."""
    page = fresh(submission).page
    row = Comment(user=make_staff(), text=text, contentpath=contentpath)
    page.wagtail_admin_comments.add(row)
    revision = save_draft(page, user=row.user)
    row = Comment.objects.get(text=text)
    Comment.objects.filter(pk=row.pk).update(revision_created=revision)
    return row


def open_step(submission, step):
    return client_of(submission.student).get(step_url(submission, step))


@pytest.mark.parametrize("path", [path for path, (_, field) in PLACES.items() if field])
def test_every_place_leads_to_a_field_that_is_there(submission, path):
    step, field = PLACES[path]
    comment(submission, path, f"About {path}")
    page = tree(open_step(submission, step))
    block = page.xpath(
        f"//*[@id='id_{field}']/ancestor::*[contains(concat(' ', @class, ' '), ' field ')][1]"
    )[0]
    assert f"About {path}" in block.text_content()


def test_every_place_is_a_step():
    assert all(get(step) for step, _ in PLACES.values())


def test_a_comment_on_a_member_stands_at_that_member(submission):
    second = list(submission.page.committee_members.all())[1]
    comment(submission, f"committee_members.{second.pk}.email", "Is this right?")
    page = tree(open_step(submission, "committee"))
    rows = ["Is this right?" in row.text_content() for row in page.xpath("//fieldset")]
    assert rows == [False, True, False]


def test_a_comment_on_the_whole_committee_stands_above_it(submission):
    comment(submission, "committee_members", "One more reader, please.")
    assert "One more reader, please." in words(open_step(submission, "committee"))


def test_a_comment_on_an_unknown_place_stands_on_the_task_list(submission):
    comment(submission, "seo_title", "Somewhere else")
    assert "Somewhere else" in words(client_of(submission.student).get(tasks_url(submission)))


def row_of(submission, label: str) -> str:
    page = tree(client_of(submission.student).get(tasks_url(submission)))
    row = page.xpath(f"//ul[@class='tasks']/li[.//a[normalize-space()='{label}']]")[0]
    return " ".join(row.text_content().split())


def test_a_step_with_a_comment_needs_an_answer_until_its_place_changes(submission):
    comment(submission, "abstract", "Too short")
    assert row_of(submission, "Your thesis") == "Your thesis1 comment Needs an answer"
    client = client_of(submission.student)
    data = form_data(open_step(submission, "thesis"))
    client.post(step_url(submission, "thesis"), data | {"subtitle": "Something else"})
    assert row_of(submission, "Your thesis").endswith("Needs an answer")
    client.post(step_url(submission, "thesis"), data | {"abstract": "Much longer now."})
    assert (
        row_of(submission, "Your thesis") == "Your thesis1 comment; you have changed what they are about Done"
    )
    assert "Too short" in words(open_step(submission, "thesis"))


def test_saving_loses_no_comment(submission):
    row = comment(submission, "abstract", "Too short")
    client = client_of(submission.student)
    client.post(
        step_url(submission, "thesis"), form_data(open_step(submission, "thesis")) | {"title": "Other"}
    )
    assert [one.pk for one in field_comments_rows(submission)] == [row.pk]
    page = ThesisPage.objects.get(pk=submission.page_id)
    assert [one.text for one in page.get_latest_revision_as_object().wagtail_admin_comments.all()] == [
        "Too short"
    ]


def field_comments_rows(submission):
    return list(ThesisPage.objects.get(pk=submission.page_id).wagtail_admin_comments.all())


def test_a_resolved_comment_is_gone(submission):
    row = comment(submission, "abstract", "Too short")
    row.resolved_at = row.created_at
    row.save()
    assert field_comments(fresh(submission).page) == []


def test_what_the_office_said_stands_on_top(submission):
    page = words(client_of(submission.student).get(tasks_url(submission)))
    assert "What you were asked to change Please mend the abstract." in page


def test_what_the_committee_asked_for_stands_on_top_once():
    submission = make_submission(Status.WITH_COMMITTEE)
    from submissions import lifecycle
    from submissions.models import Verdict

    first, second, _ = submission.invitations.all()
    revision = submission.page.latest_revision_id
    lifecycle.decide(first, verdict=Verdict.APPROVE, comment="Lovely, but see page 7.", revision_id=revision)
    lifecycle.decide(second, verdict=Verdict.CHANGES, comment="Chapter 2 is missing.", revision_id=revision)
    page = tree(client_of(submission.student).get(tasks_url(submission)))
    said = [
        " ".join(row.text_content().split())
        for row in page.xpath("//section[@aria-labelledby='remarks']//*[@class='comment']")
    ]
    assert len(said) == 1
    assert said[0].startswith("Chapter 2 is missing. Member1 Reader, ")
    assert "Lovely, but see page 7." in page.text_content()  # in the history


def test_nobody_reads_comments_while_the_office_writes_them():
    submission = make_submission(Status.WITH_COMMITTEE)
    decide_all(submission)
    comment(submission, "abstract", "Not sent yet")
    client = client_of(submission.student)
    for address in (tasks_url(submission), step_url(submission, "review"), step_url(submission, "thesis")):
        assert "Not sent yet" not in client.get(address).text


GRANT, WORK = {"funder_name": "ERC", "award_number": "1"}, {"title": "An article"}


@pytest.fixture
def listed(submission):
    """A thesis with two grants and two works, sent back to the student."""
    page = fresh(submission).page
    page.funding = [ThesisFunding(**GRANT), ThesisFunding(**GRANT | {"award_number": "2"})]
    page.related_works = [ThesisRelatedWork(**WORK), ThesisRelatedWork(title="Another article")]
    save_draft(page, user=make_staff())
    return fresh(submission)


@pytest.mark.parametrize(
    ("relation", "step", "field"),
    [("funding", "funding", "award_number"), ("related_works", "works", "title")],
)
def test_a_comment_on_a_row_stands_open_at_its_field(listed, relation, step, field):
    second = list(getattr(listed.page, relation).all())[1]
    comment(listed, f"{relation}.{second.pk}.{field}", "Is this right?")
    groups = tree(open_step(listed, step)).xpath("//fieldset[contains(@class, 'group')]")
    assert ["Is this right?" in row.text_content() for row in groups] == [False, True]
    assert groups[1].xpath(".//details") == []
    assert "Is this right?" in words(open_step(listed, "review"))


@pytest.mark.parametrize(("relation", "step"), [("funding", "funding"), ("related_works", "works")])
def test_a_comment_on_a_list_stands_above_it(listed, relation, step):
    comment(listed, relation, "One is missing.")
    assert "One is missing." in words(open_step(listed, step))


def test_a_comment_on_a_row_is_answered_by_a_change_of_that_row_alone(listed):
    first = listed.page.funding.first()
    comment(listed, f"funding.{first.pk}.award_number", "Is this right?")
    client = client_of(listed.student)
    for change, is_answered in (
        ({"funding-1-award_number": "3"}, False),
        ({"funding-0-award_number": "9"}, True),
    ):
        client.post(step_url(listed, "funding"), form_data(open_step(listed, "funding")) | change)
        (found,) = field_comments(fresh(listed).page)
        assert (found.row, found.answered) == (str(first.key), is_answered)


def test_the_comparison_of_revisions_shows_both_lists_and_the_other_title(listed):
    page = fresh(listed).page
    before = page.latest_revision
    page.translated_title, page.translated_title_language = "Gezeiten", "de"
    page.funding.set([page.funding.first(), ThesisFunding(funder_name="A third funder")])
    page.related_works.set([ThesisRelatedWork(title="A third article")])
    after = save_draft(page, user=make_staff(), keep_history=True)
    staff = make_staff()
    answer = client_of(staff).get(
        reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, before.pk, after.pk])
    )
    for said in ("Gezeiten", "A third funder", "A third article", "Another article"):
        assert said in answer.text
