"""The admin's own buttons lead nowhere past the lifecycle, even for somebody who was given the right to publish."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.models import (
    Agreement,
    Degree,
    EmbargoOption,
    Licence,
    Programme,
    Status,
    Term,
    ThesisIndexPage,
)
from submissions.permissions import MANAGER_GROUP
from tests.editor import bulk_url, edit_url, editor_form
from tests.factories import decide_all, fresh, make_draft, make_office, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    return make_office()


@pytest.fixture
def moderator(index):
    """Somebody to whom an administrator gave every page right again, for the whole site."""
    group = Group.objects.get(name="Moderators")
    root = Page.objects.get(depth=1)
    for codename in (
        "add_page",
        "change_page",
        "publish_page",
        "bulk_delete_page",
        "lock_page",
        "unlock_page",
    ):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    return make_user(groups=("Moderators",))


def states(*submissions):
    return [
        (case.status, case.page.live, case.page.path, case.page.latest_revision_id, case.changes.count())
        for case in map(fresh, submissions)
    ]


@pytest.mark.parametrize("place", ["home", "index", "thesis"])
@pytest.mark.parametrize("action", ["publish", "unpublish", "move", "delete"])
def test_no_bulk_action_reaches_a_thesis(client, index, moderator, action, place):
    theses = [make_draft(), make_submission(Status.IN_REVIEW), make_submission(Status.PUBLISHED)]
    before = states(*theses)
    target = {"home": index.get_parent(), "index": index, "thesis": theses[1].page}[place]
    tree = list(Page.objects.order_by("path").values_list("pk", "path", "live"))
    client.force_login(moderator)
    data = {"include_descendants": "on", "chooser": index.get_parent().pk, "move_applicable": "on"}
    answer = client.post(bulk_url(action, target), data)
    # A move that the tree does not allow anyway is asked for again, in Wagtail's own form.
    assert answer.status_code in ({200, 302} if action == "move" else {302})
    assert states(*theses) == before
    assert list(Page.objects.order_by("path").values_list("pk", "path", "live")) == tree


@pytest.mark.parametrize("place", ["home", "index"])
@pytest.mark.parametrize("route", ["unpublish", "delete"])
def test_what_holds_theses_is_not_taken_away(client, index, moderator, route, place):
    thesis = make_submission(Status.PUBLISHED)
    before = states(thesis)
    target = {"home": index.get_parent(), "index": index}[place]
    client.force_login(moderator)
    answer = client.post(
        reverse(f"wagtailadmin_pages:{route}", args=[target.pk]), {"include_descendants": "on"}
    )
    assert answer.status_code == 302
    assert states(thesis) == before
    assert Page.objects.get(pk=target.pk).live


def test_a_page_of_guidance_is_still_the_administrators(client, index):
    guide = index.get_siblings(inclusive=False).first()
    client.force_login(make_user(is_superuser=True))
    client.post(bulk_url("unpublish", guide), {})
    assert not Page.objects.get(pk=guide.pk).live


FORGED = [
    "action-publish",
    "action-submit",
    "action-restart-workflow",
    "action-cancel-workflow",
    "action-unpublish",
]


@pytest.mark.parametrize("button", FORGED)
def test_a_forged_button_on_a_thesis_does_nothing(client, moderator, button):
    thesis = make_submission(Status.IN_REVIEW)
    before = states(thesis)
    client.force_login(moderator)
    data = editor_form(client, thesis.page)
    client.post(edit_url(thesis.page), data | {"title": "Forged", button: "1"})
    assert states(thesis) == before
    assert fresh(thesis).page.workflow_in_progress


@pytest.mark.parametrize("button", ["action-submit", "action-restart-workflow"])
@pytest.mark.parametrize("who", ["staff", "admin"])
def test_the_list_of_theses_is_never_sent_to_a_committee(client, index, button, who):
    client.force_login(make_staff() if who == "staff" else make_user(is_superuser=True))
    data = editor_form(client, index)
    assert client.post(edit_url(index), data | {button: "1"}).status_code == 302
    page = ThesisIndexPage.objects.get()
    assert page.current_workflow_state is None
    assert client.get(edit_url(page)).status_code == 200


def test_an_administrator_still_changes_the_list_of_theses(client, index):
    client.force_login(make_user(is_superuser=True))
    data = editor_form(client, index)
    client.post(edit_url(index), data | {"title": "Dissertations", "action-publish": "1"})
    assert ThesisIndexPage.objects.get().title == "Dissertations"


def test_a_stale_tab_of_the_editor_does_not_write_over_the_student(client):
    thesis = make_submission(Status.IN_REVIEW)
    client.force_login(make_staff())
    old = editor_form(client, thesis.page)
    lifecycle.request_changes(fresh(thesis), actor=make_staff(), comment="Mend it.")
    page = fresh(thesis).page
    page.abstract = "Mended by the student."
    save_draft(page, user=thesis.student)
    lifecycle.submit(fresh(thesis), actor=thesis.student)
    before = states(thesis)
    accept = {"action-workflow-action": "1", "workflow-action-name": "accept"}
    for data in (old, old | accept):
        answer = client.post(edit_url(thesis.page), data, follow=True)
        assert answer.status_code == 200
        assert states(thesis) == before
        assert fresh(thesis).page.abstract == "Mended by the student."


def test_a_stale_tab_does_not_write_over_another_member_of_staff(client):
    thesis = make_submission(Status.IN_REVIEW)
    client.force_login(make_staff())
    data = editor_form(client, thesis.page)
    client.post(edit_url(thesis.page), data | {"title": "First"})
    client.post(edit_url(thesis.page), data | {"title": "Second"})
    assert fresh(thesis).page.get_latest_revision_as_object().title == "First"
    again = editor_form(client, thesis.page)
    client.post(edit_url(thesis.page), again | {"title": "Third"})
    assert fresh(thesis).page.get_latest_revision_as_object().title == "Third"


# --- the university's lists -------------------------------------------------------------------------------------


def delete_url(row):
    return reverse(f"wagtailsnippets_submissions_{row._meta.model_name}:delete", args=[row.pk])


def bulk_delete_url(row):
    name = row._meta.model_name
    return reverse("wagtail_bulk_action", args=["submissions", name, "delete"]) + f"?id={row.pk}"


def used_rows(thesis):
    page = thesis.page
    return [
        thesis.degree,
        thesis.programme,
        thesis.term,
        page.licence,
        page.embargo,
        thesis.acceptance.agreement,
    ]


@pytest.mark.parametrize("url", [delete_url, bulk_delete_url])
@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
def test_a_row_in_use_is_not_deleted(client, status, url):
    thesis = make_submission(status)
    for user in (make_staff(), make_user(is_superuser=True)):
        client.force_login(user)
        for row in used_rows(thesis):
            answer = client.post(url(row), follow=True)
            assert answer.status_code == 200, row
            assert type(row).objects.filter(pk=row.pk).exists(), row


def test_a_row_that_only_an_unpublished_correction_names_is_in_use(client):
    thesis = make_submission(Status.PUBLISHED)
    other = Licence.objects.exclude(pk=thesis.page.licence_id).first()
    page = thesis.page
    page.licence = other
    page.save_revision()
    client.force_login(make_staff())
    client.post(delete_url(other))
    assert Licence.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("url", [delete_url, bulk_delete_url])
@pytest.mark.parametrize("model", [Degree, Programme, Term, Licence, EmbargoOption, Agreement])
def test_a_row_that_nobody_uses_is_deleted_by_staff(client, index, model, url):
    row = model.objects.last()
    client.force_login(make_staff())
    client.post(url(row))
    assert not model.objects.filter(pk=row.pk).exists()


def test_staff_make_and_change_terms_and_managers_do_not(client, index):
    fields = {
        "name": "Autumn 2030",
        "submission_deadline": "2030-11-30",
        "conferral_date": "2030-12-18",
        "active": "on",
        "sort_order": "9",
    }
    add = reverse("wagtailsnippets_submissions_term:add")
    client.force_login(make_user(groups=(MANAGER_GROUP,)))
    client.post(add, fields)
    assert not Term.objects.filter(name="Autumn 2030").exists()
    client.force_login(make_staff())
    client.post(add, fields)
    term = Term.objects.get(name="Autumn 2030")
    edit = reverse("wagtailsnippets_submissions_term:edit", args=[term.pk])
    client.post(edit, fields | {"submission_deadline": "2030-11-15"})
    term.refresh_from_db()
    assert term.submission_deadline.isoformat() == "2030-11-15"


def test_staff_send_a_thesis_on_by_the_editor_after_all_this(client):
    thesis = make_submission(Status.WITH_COMMITTEE)
    decide_all(thesis)
    client.force_login(make_staff())
    data = editor_form(client, thesis.page)
    client.post(
        edit_url(thesis.page), data | {"action-workflow-action": "1", "workflow-action-name": "accept"}
    )
    assert fresh(thesis).status == Status.APPROVED
