"""What every university needs before the first thesis: the index page, three groups and the workflow.

Idempotent: run it after each upgrade. The workflow is data, so an administrator may rename its steps afterwards (not
reorder them: each stands for a status in ``lifecycle``); a workflow that exists is left as it is.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Page, Workflow, WorkflowPage, WorkflowTask

from .models import CommitteeTask, ConferralTask, GraduateSchoolTask, ThesisIndexPage
from .permissions import MANAGER_GROUP, REGISTRAR_GROUP, STAFF_GROUP

WORKFLOW = "Thesis approval"

#: Staff keep the university's lists. Rows in use cannot be deleted (wagtail_hooks.keep_what_is_used).
LISTS = tuple(
    f"{action}_{model}"
    for action in ("add", "change", "delete")
    for model in ("agreement", "degree", "embargooption", "licence", "programme", "term")
)

#: The ORCID desk (orcid_workflow.desk.permissions): seeing it, and trying again or pausing. Bringing in tokens is left
#: to administrators.
SEE_ORCID = "view_connection"
ACT_ON_ORCID = "change_orciditem"

#: Group -> (model permissions in ``APPS``, page permissions on the theses). Nobody may publish: the system does.
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    STAFF_GROUP: (("view_submission", SEE_ORCID, ACT_ON_ORCID, *LISTS), ("change_page",)),
    REGISTRAR_GROUP: (("view_submission", SEE_ORCID), ("change_page",)),
    MANAGER_GROUP: (("view_submission", SEE_ORCID, ACT_ON_ORCID), ()),
}
APPS = ("submissions", "orcid_workflow")


@transaction.atomic
def set_up_office(home: Page) -> ThesisIndexPage:
    """Make what is missing under ``home`` (a page that may hold a ``ThesisIndexPage``) and return the index page."""
    index = ThesisIndexPage.objects.first()
    if index is None:
        index = ThesisIndexPage(title="Theses", slug="theses", show_in_menus=True)
        home.add_child(instance=index)
        index.save_revision().publish()
    for name, (model_permissions, page_permissions) in GROUPS.items():
        _group(name, model_permissions, page_permissions, index)
    _workflow(index)
    _nobody_publishes(index)
    return index


def _nobody_publishes(index: Page) -> None:
    """Take the right to publish away from every group on the way to the theses.

    Wagtail's own groups hold it for the whole site. Give it to them again for the guidance pages where it is wanted.
    """
    GroupPagePermission.objects.filter(
        page__in=index.get_ancestors(inclusive=True), permission__codename="publish_page"
    ).delete()


def _group(
    name: str, model_permissions: tuple[str, ...], page_permissions: tuple[str, ...], index: Page
) -> None:
    group, _ = Group.objects.get_or_create(name=name)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label__in=APPS, codename__in=model_permissions)
    )
    for codename in page_permissions:
        GroupPagePermission.objects.get_or_create(
            group=group,
            page=index.page_ptr,
            permission=Permission.objects.get(content_type__app_label="wagtailcore", codename=codename),
        )


def _workflow(index: ThesisIndexPage) -> None:
    if WorkflowPage.objects.filter(page=index.page_ptr).exists():
        return
    workflow = Workflow.objects.create(name=WORKFLOW)
    committee = CommitteeTask.objects.create(name="Committee approval")
    staff = GraduateSchoolTask.objects.create(name="Graduate school review")
    staff.groups.add(Group.objects.get(name=STAFF_GROUP))
    conferral = ConferralTask.objects.create(name="Conferral")
    conferral.groups.add(Group.objects.get(name=REGISTRAR_GROUP))
    for position, task in enumerate((committee, staff, conferral)):
        WorkflowTask.objects.create(workflow=workflow, task=task.task_ptr, sort_order=position)
    WorkflowPage.objects.create(page=index.page_ptr, workflow=workflow)
