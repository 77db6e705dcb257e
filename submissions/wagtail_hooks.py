"""Where the thesis office meets the Wagtail admin."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.models import Page

from . import lifecycle, permissions
from .models import Status, Submission, ThesisPage
from .review.desk import CaseViewSet, case_url

#: Buttons of the page editor that would move the workflow or the page past ``lifecycle.py``.
BYPASSES = (
    "action-submit",
    "action-restart-workflow",
    "action-cancel-workflow",
    "action-publish",
    "action-unpublish",
)


@hooks.register("register_admin_viewset")
def case_viewset() -> CaseViewSet:
    """The staff desk."""
    return CaseViewSet()


class PublishCorrectionItem(ActionMenuItem):
    """Publishes a correction to a public thesis. The editor saves first, then ``after_edit_page`` publishes."""

    name = "action-publish-correction"
    label = "Save and publish the correction"
    icon_name = "upload"

    def is_shown(self, context: dict) -> bool:
        """Only for staff, only on a thesis that is public."""
        page = context.get("page")
        return (
            isinstance(page, ThesisPage)
            and page.submission.status == Status.PUBLISHED
            and bool(permissions.can_run_case(context["request"].user, page.submission))
        )


@hooks.register("register_page_action_menu_item")
def publish_correction_item() -> PublishCorrectionItem:
    """Offer the correction beside "Save draft"."""
    return PublishCorrectionItem(order=10)


@hooks.register("construct_page_action_menu")
def only_ways_of_the_lifecycle(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict) -> None:
    """Take away the buttons that would move a thesis past the lifecycle."""
    if isinstance(context.get("page"), ThesisPage):
        menu_items[:] = [item for item in menu_items if item.name not in BYPASSES]


@hooks.register("before_edit_page")
def refuse_bypasses(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The same for a form that was made by hand or left open in an old tab."""
    if (
        request.method == "POST"
        and isinstance(page.specific, ThesisPage)
        and any(b in request.POST for b in BYPASSES)
    ):
        messages.error(
            request,
            "A thesis moves on by approval and conferral only. Nothing was changed; use the buttons below.",
        )
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


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
        messages.success(
            request, "The correction is public. The author's ORCID record will be updated in a moment."
        )
        return redirect(case_url(page.submission))
    return None


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
@hooks.register("before_move_page")
@hooks.register("before_copy_page")
def refuse_page_action(request: HttpRequest, page: Page, *args: object) -> HttpResponse | None:
    """A thesis is withdrawn on its case page: its files, decisions and history must stay with it."""
    thesis = page.specific
    if not isinstance(thesis, ThesisPage):
        return None
    messages.error(
        request,
        "A thesis cannot be deleted, moved, copied or unpublished. Withdraw it on its case page.",
    )
    return redirect(case_url(thesis.submission))


@hooks.register("before_bulk_action")
def refuse_bulk(
    request: HttpRequest, action_type: str, objects: list, action_class: object
) -> HttpResponse | None:
    """The same for several theses at once."""
    if any(isinstance(getattr(item, "specific", None), ThesisPage) for item in objects):
        messages.error(request, "Theses cannot be changed in bulk here. Withdraw them on their case pages.")
        return redirect(reverse("thesis_cases:index"))
    return None


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
