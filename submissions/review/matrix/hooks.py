"""Where the matrix meets the Wagtail admin; ``submissions.wagtail_hooks`` brings it in."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.site_summary import SummaryItem

from submissions import permissions
from submissions.outlets.delivery.wishes import ACTED

from .actions import CHECKED
from .listing import MatrixViewSet
from .outlets import ALARM, theses, troubled


@hooks.register("register_admin_viewset")
def matrix_viewset() -> MatrixViewSet:
    """The matrix."""
    return MatrixViewSet()


class TroubleSummary(SummaryItem):
    """The number on the admin's home: how many theses have an alarm, or need attention, somewhere outside."""

    order = 11
    template_name = "submissions/review/matrix_summary.html"

    def get_context_data(self, parent_context: dict) -> dict:
        """Count them."""
        counts = {
            "total": theses().filter(troubled()).count(),
            "alarms": theses().filter(troubled(ALARM)).count(),
        }
        return {**super().get_context_data(parent_context), **counts}

    def is_shown(self) -> bool:
        """For the office, when there is any."""
        return permissions.is_office(self.request.user) and theses().filter(troubled()).exists()


@hooks.register("construct_homepage_summary_items")
def trouble_summary(request: HttpRequest, items: list[SummaryItem]) -> None:
    """Put the number with the others."""
    items.append(TroubleSummary(request))


@hooks.register("register_log_actions")
def matrix_actions(actions: object) -> None:
    """What is no event of a case, for the site's history."""
    actions.register_action(CHECKED, "Delivery: read back", "Had a delivery read back")
    actions.register_action(ACTED, "Delivery: acted on", lambda entry: entry.data["sentence"])
