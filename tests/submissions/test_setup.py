"""The office: who may publish (nobody), who keeps the lists, and that running it again changes nothing."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import GroupPagePermission, Page, Task, Workflow, WorkflowTask

from etd_site.models import GuidancePage
from submissions.models import ThesisIndexPage
from submissions.permissions import MANAGER_GROUP, REGISTRAR_GROUP, STAFF_GROUP
from submissions.setup import LISTS, set_up_office
from tests.factories import home_page, make_office, make_registrar, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db


def publishers(page: Page):
    return GroupPagePermission.objects.filter(
        page__in=page.get_ancestors(inclusive=True), permission__codename="publish_page"
    )


def test_no_group_publishes_on_the_way_to_the_theses():
    assert publishers(Page.objects.get(depth=1)).exists()  # Wagtail's own groups hold it at the root
    index = make_office()
    assert not publishers(index).exists()
    page = make_submission("in_review").page
    for user in (make_staff(), make_registrar(), make_user(groups=("Moderators",))):
        assert not page.permissions_for_user(user).can_publish()


def test_the_right_to_publish_guidance_is_left_alone():
    make_office()
    moderators = Group.objects.get(name="Moderators")
    guide = GuidancePage.objects.first()
    given = GroupPagePermission.objects.create(
        group=moderators, page=guide.page_ptr, permission=Permission.objects.get(codename="publish_page")
    )
    set_up_office(home_page())
    assert GroupPagePermission.objects.filter(pk=given.pk).exists()


def everything():
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in (Group, Group.permissions.through, GroupPagePermission, Workflow, Task, WorkflowTask)
    } | {"pages": Page.objects.count()}


def test_running_it_again_changes_nothing():
    make_office()
    Workflow.objects.filter(name="Thesis approval").update(name="Our way")
    before = everything()
    call_command("set_up_office")
    assert everything() == before
    assert ThesisIndexPage.objects.count() == 1


def test_what_somebody_took_away_is_given_again():
    make_office()
    staff = Group.objects.get(name=STAFF_GROUP)
    staff.permissions.clear()
    staff.page_permissions.all().delete()
    set_up_office(home_page())
    assert set(staff.permissions.values_list("codename", flat=True)) == {
        "access_admin",
        "view_submission",
        "view_connection",
        "change_orciditem",
        *LISTS,
    }
    assert staff.page_permissions.count() == 1


@pytest.mark.parametrize("codename", LISTS)
def test_only_staff_keep_the_lists(codename):
    make_office()
    assert apps.get_model("submissions", codename.split("_")[1])
    assert make_staff().has_perm(f"submissions.{codename}")
    for group in (REGISTRAR_GROUP, MANAGER_GROUP):
        assert not make_user(groups=(group,)).has_perm(f"submissions.{codename}")


def test_managers_edit_no_page():
    page = make_submission("in_review").page
    assert not page.permissions_for_user(make_user(groups=(MANAGER_GROUP,))).can_edit()
