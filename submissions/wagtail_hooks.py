"""Where the thesis office meets the Wagtail admin."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.models import Page, Revision

from . import lifecycle, permissions, record_wording
from .api import desk as _api_desk  # noqa: F401 - registers its hooks
from .models import (
    Agreement,
    AgreementAcceptance,
    Degree,
    EmbargoOption,
    Licence,
    Programme,
    Status,
    Submission,
    Term,
    ThesisIndexPage,
    ThesisPage,
)
from .models.vocabulary import Listed
from .review import copy_requests as _copy_requests  # noqa: F401 - registers its pages
from .review import imported as _imported  # noqa: F401 - registers its pages
from .review.desk import CaseViewSet, case_url
from .review.matrix import hooks as _matrix_hooks  # noqa: F401 - registers them

WORKFLOW_BUTTONS = ("action-submit", "action-restart-workflow", "action-cancel-workflow")
#: Buttons of the page editor that would move the workflow or the page past ``lifecycle``.
BYPASSES: dict[type[Page], tuple[str, ...]] = {
    ThesisPage: (*WORKFLOW_BUTTONS, "action-publish", "action-unpublish"),
    ThesisIndexPage: WORKFLOW_BUTTONS,  # the workflow hangs on the index for the theses' sake; it has no case itself
}


def bypasses(page: object) -> tuple[str, ...]:
    """The forbidden buttons of this kind of page."""
    return BYPASSES.get(type(page), ())


@hooks.register("register_admin_viewset")
def case_viewset() -> CaseViewSet:
    """The staff desk."""
    return CaseViewSet()


@hooks.register("insert_global_admin_css")
def narrow_windows() -> SafeString:
    """Wagtail's frame where the window is narrow."""
    return format_html('<link rel="stylesheet" href="{}">', static("submissions/admin.css"))


class PublishCorrectionItem(ActionMenuItem):
    """Publishes a correction to a public thesis. The editor saves first, then ``after_edit_page`` publishes."""

    name = "action-publish-correction"
    label = "Save and publish the correction"
    icon_name = "upload"

    def is_shown(self, context: dict) -> bool:
        """Only for staff, only on a thesis that is public."""
        case = getattr(context.get("page"), "submission", None)
        return (
            case is not None
            and case.status == Status.PUBLISHED
            and bool(permissions.can_run_case(context["request"].user, case))
        )


@hooks.register("register_page_action_menu_item")
def publish_correction_item() -> PublishCorrectionItem:
    """Offer the correction beside "Save draft"."""
    return PublishCorrectionItem(order=10)


@hooks.register("construct_page_action_menu")
def only_ways_of_the_lifecycle(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict) -> None:
    """Take away the buttons that would move a thesis past the lifecycle."""
    forbidden = bypasses(context.get("page"))
    menu_items[:] = [item for item in menu_items if item.name not in forbidden]


@hooks.register("before_edit_page")
def refuse_bypasses(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The same for a form that was made by hand, and no writing over what somebody else wrote meanwhile."""
    page = page.specific
    if request.method != "POST" or not bypasses(page):
        return None
    if any(button in request.POST for button in bypasses(page)):
        sentence = (
            "A thesis moves on by approval and conferral only. Nothing was changed; use the buttons below."
        )
    elif request.POST.get("loaded_revision_id", "") not in ("", str(page.latest_revision_id)):
        sentence = (
            "Somebody changed this page after you opened it, so nothing of yours was saved. This is the latest "
            "version. To get back what you typed, use your browser's Back button and copy it."
        )
    else:
        return None
    messages.error(request, sentence)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_edit_page")
def back_to_the_case(request: HttpRequest, page: Page) -> HttpResponse | None:
    """After a step of the workflow, the case says what happened and who is next."""
    if isinstance(page, ThesisPage) and "action-workflow-action" in request.POST:
        return redirect(case_url(page.submission))
    return None


@hooks.register("after_edit_page")
def publish_correction(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Publish when staff pressed "Save and publish the correction"."""
    if isinstance(page, ThesisPage) and PublishCorrectionItem.name in request.POST:
        lifecycle.publish_correction(page.submission, actor=request.user)
        told = record_wording.told_to_orcid(page.submission)
        messages.success(request, f"The correction is public. {told}".strip())
        return redirect(case_url(page.submission))
    return None


def holds_theses(page: Page) -> bool:
    """Whether ``page`` is a thesis or has theses below it."""
    return ThesisPage.objects.descendant_of(page, inclusive=True).exists()


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
@hooks.register("before_move_page")
@hooks.register("before_copy_page")
def refuse_page_action(request: HttpRequest, page: Page, *args: object) -> HttpResponse | None:
    """A thesis is withdrawn on its case page: its files, decisions and history must stay with it."""
    if not holds_theses(page):
        return None
    messages.error(
        request,
        "Theses, and pages with theses below them, cannot be deleted, moved, copied or unpublished. "
        "Withdraw a thesis on its case page.",
    )
    case = getattr(page.specific, "submission", None)
    return redirect(case_url(case) if case else reverse("thesis_cases:index"))


@hooks.register("before_bulk_action")
def refuse_bulk(
    request: HttpRequest, action_type: str, objects: list, action_class: object
) -> HttpResponse | None:
    """The same for several pages at once: Wagtail would take along what lies below them."""
    if any(isinstance(item, Page) and holds_theses(item) for item in objects):
        messages.error(request, "Theses cannot be changed in bulk here. Withdraw them on their case pages.")
        return redirect(reverse("thesis_cases:index"))
    return _keep(request, objects)


@hooks.register("before_delete_snippet")
def keep_what_is_used(request: HttpRequest, instances: list[Model]) -> HttpResponse | None:
    """A licence or a term that theses refer to is retired, not deleted."""
    return _keep(request, instances)


def _keep(request: HttpRequest, rows: list[Model]) -> HttpResponse | None:
    for row in rows:
        if type(row) in USES and is_used(row):
            way = "Untick “active” instead" if isinstance(row, Listed) else "Add a newer version instead"
            messages.error(request, f"“{row}” is used by theses, so it cannot be deleted. {way}.")
            return redirect(reverse(row.snippet_viewset.get_url_name("list")))
    return None


#: Where a row of a list is used: the model and its field.
USES: dict[type[Model], tuple[type[Model], str]] = {
    Agreement: (AgreementAcceptance, "agreement"),
    Degree: (Submission, "degree"),
    Programme: (Submission, "programme"),
    Term: (Submission, "term"),
    Licence: (ThesisPage, "licence"),
    EmbargoOption: (ThesisPage, "embargo"),
}


def is_used(row: Model) -> bool:
    """Whether a case, a thesis or a revision of one names ``row``; of revisions the database itself knows nothing."""
    model, field = USES[type(row)]
    if model.objects.filter(**{field: row}).exists():
        return True
    revisions = Revision.objects.filter(content_type=ContentType.objects.get_for_model(ThesisPage))
    return model is ThesisPage and revisions.filter(**{f"content__{field}": row.pk}).exists()


class WaitingSummary(SummaryItem):
    """The number on the admin's home: how many theses wait for the office."""

    order = 10
    template_name = "submissions/review/waiting_summary.html"

    def get_context_data(self, parent_context: dict) -> dict:
        """Count what is in review and what waits for conferral."""
        waiting = Submission.objects.filter(status__in=[Status.IN_REVIEW, Status.APPROVED])
        return {**super().get_context_data(parent_context), "total": waiting.count()}

    def is_shown(self) -> bool:
        """For the office only."""
        return permissions.is_office(self.request.user)


@hooks.register("construct_homepage_summary_items")
def waiting_summary(request: HttpRequest, items: list[SummaryItem]) -> None:
    """Put our number first."""
    items.insert(0, WaitingSummary(request))
