"""The staff desk and the page editor, as people who are no superusers meet them."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment

from submissions.models import Status
from submissions.permissions import MANAGER_GROUP
from submissions.review import stock_mails
from tests.factories import fresh, make_registrar, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db
CONFERRED = timezone.localdate() - dt.timedelta(days=1)


@pytest.fixture
def desk(client):
    """A client signed in as a member of the graduate school. The office is made first, so that the group exists."""
    submission = make_submission(Status.IN_REVIEW)
    client.force_login(make_staff())
    client.submission = submission
    return client


def edit_url(submission):
    return reverse("wagtailadmin_pages:edit", args=[submission.page_id])


def editor_form(client, submission) -> dict:
    """What the page editor would post if nothing were changed."""
    page = client.get(edit_url(submission))
    form = page.context["form"]
    data = {}
    forms = [
        form,
        *(inner for formset in form.formsets.values() for inner in [formset.management_form, *formset]),
    ]
    for one in forms:
        for bound in one:
            value = bound.value()
            data[bound.html_name] = "" if value is None or value is False else str(value)
    return data


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_as_often_for_three_as_for_one(
    client, count, django_assert_max_num_queries
):
    for _ in range(count):
        make_submission(Status.WITH_COMMITTEE)
    client.force_login(make_staff())
    with django_assert_max_num_queries(20):
        page = client.get(reverse("thesis_cases:index"))
    assert page.content.decode().count("Tidal mixing") == count


def test_the_list_shows_and_filters(desk):
    other = make_submission(Status.APPROVED)
    other.page.draft_title = "Another one"
    other.page.save(update_fields=["draft_title"])
    page = desk.get(reverse("thesis_cases:index")).content.decode()
    assert "Tidal mixing" in page and "Another one" in page  # noqa: PT018 - one list
    page = desk.get(reverse("thesis_cases:index"), {"status": "approved"}).content.decode()
    assert "Tidal mixing" not in page
    page = desk.get(reverse("thesis_cases:index"), {"q": "another"}).content.decode()
    assert "Another one" in page
    assert "Tidal mixing" not in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_exported(desk, kind):
    answer = desk.get(reverse("thesis_cases:index"), {"export": kind})
    assert answer.status_code == 200
    assert str(desk.submission.uuid).encode() in b"".join(answer) or kind == "xlsx"


@pytest.mark.parametrize("name", ["add", "edit", "delete"])
def test_a_case_cannot_be_made_changed_or_deleted_past_the_lifecycle(desk, name):
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse(f"thesis_cases:{name}", args=[] if name == "add" else [desk.submission.pk])


@pytest.mark.parametrize("status", list(Status))
def test_the_case_page_opens_in_every_status(client, status):
    submission = make_submission(status)
    client.force_login(make_staff())
    page = client.get(reverse("thesis_cases:case", args=[submission.pk]))
    assert page.status_code == 200
    assert submission.get_status_display() in page.content.decode()


def test_a_student_sees_nothing_of_the_desk(client):
    submission = make_submission(Status.IN_REVIEW)
    client.force_login(submission.student)
    for name in ("thesis_cases:index", "thesis_cases:case"):
        answer = client.get(reverse(name, args=[submission.pk] if name.endswith("case") else []))
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_a_manager_looks_and_cannot_act(client):
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_user(groups=(MANAGER_GROUP,)))
    assert client.get(reverse("thesis_cases:case", args=[submission.pk])).status_code == 200
    client.post(reverse("thesis_cases:act", args=[submission.pk, "withdraw"]), {"comment": "No."})
    assert fresh(submission).status == Status.PUBLISHED


def test_looking_at_the_withdrawal_changes_nothing(desk):
    desk.get(reverse("thesis_cases:act", args=[desk.submission.pk, "withdraw"]))
    assert fresh(desk.submission).status == Status.IN_REVIEW


def test_the_last_actions_of_the_workflow_by_the_editor(desk):
    data = editor_form(desk, desk.submission)
    data["abstract"] = "Corrected by staff."
    desk.post(
        edit_url(desk.submission), data | {"action-workflow-action": "1", "workflow-action-name": "accept"}
    )
    case = fresh(desk.submission)
    assert (case.status, case.page.abstract) == (Status.APPROVED, "Corrected by staff.")
    desk.force_login(make_registrar())
    data = editor_form(desk, desk.submission)
    answers = json.dumps({"conferred_on": CONFERRED.isoformat()})
    desk.post(
        edit_url(desk.submission),
        data
        | {
            "action-workflow-action": "1",
            "workflow-action-name": "confer",
            "workflow-action-extra-data": answers,
        },
    )
    case = fresh(desk.submission)
    assert (case.status, case.conferred_on, case.page.live) == (Status.PUBLISHED, CONFERRED, True)


def test_a_refused_action_is_a_sentence_in_the_editor(desk):
    page = desk.submission.page
    data = editor_form(desk, desk.submission)
    data["abstract"] = ""
    answer = desk.post(
        edit_url(desk.submission),
        data | {"action-workflow-action": "1", "workflow-action-name": "accept"},
        follow=True,
    )
    assert answer.status_code == 200
    assert "Write the abstract." in answer.content.decode()
    assert fresh(desk.submission).status == Status.IN_REVIEW
    assert page.pk


@pytest.mark.parametrize(
    "action",
    [
        "action-publish",
        "action-submit",
        "action-cancel-workflow",
        "action-restart-workflow",
        "action-unpublish",
    ],
)
@pytest.mark.parametrize("who", ["staff", "admin"])
def test_the_editor_moves_no_thesis_past_the_lifecycle(desk, action, who):
    if who == "admin":
        desk.force_login(make_user(is_superuser=True))
    data = editor_form(desk, desk.submission)
    before = fresh(desk.submission).page.latest_revision_id
    desk.post(edit_url(desk.submission), data | {"title": "Changed", action: "1"})
    case = fresh(desk.submission)
    assert (case.status, case.page.live, case.page.latest_revision_id) == (Status.IN_REVIEW, False, before)
    assert case.page.workflow_in_progress


@pytest.mark.parametrize("route", ["delete", "unpublish", "copy"])
def test_a_thesis_is_not_deleted_unpublished_or_copied(desk, route):
    desk.force_login(make_user(is_superuser=True))
    submission = make_submission(Status.PUBLISHED)
    desk.post(reverse(f"wagtailadmin_pages:{route}", args=[submission.page_id]))
    case = fresh(submission)
    assert (case.status, case.page.live) == (Status.PUBLISHED, True)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITH_COMMITTEE, Status.CHANGES_REQUESTED])
def test_staff_read_and_cannot_write_while_others_have_the_ball(client, status):
    submission = make_submission(status)
    client.force_login(make_staff())
    data = editor_form(client, submission)
    client.post(edit_url(submission), data | {"title": "Changed by staff"})
    assert fresh(submission).page.title == submission.page.title


def test_staff_publish_a_correction_by_the_editor(client):
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_staff())
    data = editor_form(client, submission)
    client.post(edit_url(submission), data | {"title": "Corrected", "action-publish-correction": "1"})
    assert fresh(submission).page.title == "Corrected"


def test_a_comment_of_staff_survives_the_students_correction(client):
    submission = make_submission(Status.CHANGES_REQUESTED)
    page = submission.page
    page.wagtail_admin_comments.add(Comment(user=make_staff(), text="Which three?", contentpath="abstract"))
    from submissions.drafts import save_draft

    save_draft(page, user=None)
    page = fresh(submission).page
    page.abstract = "These three."
    save_draft(page, user=submission.student)
    comments = fresh(submission).page.wagtail_admin_comments.all()
    assert [(comment.contentpath, comment.text) for comment in comments] == [("abstract", "Which three?")]


def test_the_stock_mails_are_off(mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        submission = make_submission(Status.CHANGES_REQUESTED)
    assert not any("/admin/" in mail.body for mail in mailoutbox)
    assert submission.student.email in {mail.to[0] for mail in mailoutbox}
    # Connected again by hand, each is found and turned off: the names of Wagtail's receivers still hold.
    from wagtail.admin.signal_handlers import register_signal_handlers

    register_signal_handlers()
    assert stock_mails.turn_off() == [True, True, True, True]


def test_a_new_link_goes_to_the_member_and_ends_the_old_one(
    client, mailoutbox, django_capture_on_commit_callbacks
):
    submission = make_submission(Status.WITH_COMMITTEE)
    client.force_login(make_staff())
    invitation = submission.invitations.first()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("thesis_cases:act", args=[submission.pk, "send-link"]), {"invitation": invitation.pk}
        )
    assert [mail.to for mail in mailoutbox] == [[invitation.email]]
    assert submission.invitations.get(pk=invitation.pk).nonce != invitation.nonce
    assert submission.invitations.get(pk=invitation.pk).mailed_at <= timezone.now()


def act(client, submission, action, **data):
    return client.post(reverse("thesis_cases:act", args=[submission.pk, action]), data)


def test_the_case_page_approves_and_sends_back(desk):
    assert act(desk, desk.submission, "request-changes", comment="").status_code == 422
    assert fresh(desk.submission).status == Status.IN_REVIEW
    act(desk, desk.submission, "request-changes", comment="Mend the table.")
    assert fresh(desk.submission).status == Status.CHANGES_REQUESTED
    other = make_submission(Status.IN_REVIEW)
    act(desk, other, "approve")
    assert fresh(other).status == Status.APPROVED
    act(desk, other, "confer", conferred_on=CONFERRED.isoformat())
    assert fresh(other).status == Status.APPROVED  # staff are no registrars
    desk.force_login(make_registrar())
    act(desk, other, "confer", conferred_on=CONFERRED.isoformat())
    assert fresh(other).status == Status.PUBLISHED


def test_a_withdrawal_needs_a_reason(desk):
    act(desk, desk.submission, "withdraw", comment=" ")
    assert fresh(desk.submission).status == Status.IN_REVIEW
    act(desk, desk.submission, "withdraw", comment="At the student's wish.")
    assert fresh(desk.submission).status == Status.WITHDRAWN


def test_a_case_is_found_by_its_reference(desk):
    make_submission(Status.APPROVED)
    page = desk.get(reverse("thesis_cases:index"), {"q": desk.submission.reference.lower()}).content.decode()
    assert desk.submission.reference in page
    assert page.count("T-0") == 1


def test_the_export_runs_no_formula(desk):
    page = desk.submission.page
    page.draft_title = '=HYPERLINK("http://example.org")'
    page.save(update_fields=["draft_title"])
    text = b"".join(desk.get(reverse("thesis_cases:index"), {"export": "csv"})).decode()
    assert "'=HYPERLINK" in text
    assert ",=HYPERLINK" not in text.replace('"', "")
    assert text.splitlines()[0].startswith("Reference,UUID,Title,Student,E-mail,Status")


def test_a_manager_finds_the_metadata_and_no_way_into_the_editor(client):
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_user(groups=(MANAGER_GROUP,)))
    page = client.get(reverse("thesis_cases:case", args=[submission.pk])).content.decode()
    assert reverse("records:record", args=[submission.uuid, "datacite"]) in page
    assert reverse("wagtailadmin_pages:edit", args=[submission.page_id]) not in page
