"""The page of the set-up check."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from orcid_workflow import setup_check
from orcid_workflow.setup_check import State

from .listing import DeskViewSet
from .permissions import ACT, needing


@require_http_methods(["GET", "HEAD", "POST"])
@needing(ACT)
def check(request: HttpRequest) -> HttpResponse:
    """GET explains; POST asks ORCID and shows what was found."""
    found = setup_check.run() if request.method == "POST" else None
    context = {
        "found": found,
        "problems": sum(finding.state is State.PROBLEM for finding in found or ()),
        "unknown": sum(finding.state is State.UNKNOWN for finding in found or ()),
        "header_title": "ORCID set-up check",
        "breadcrumbs_items": [
            {"url": reverse("orcid_overview:index"), "label": "ORCID"},
            {"url": "", "label": "Set-up check"},
        ],
        "header_icon": "tasks",
    }
    return render(request, "orcid_desk/check.html", context)


class CheckViewSet(DeskViewSet):
    """The set-up check as a menu entry."""

    name = "orcid_setup"
    url_prefix = "orcid/set-up"
    menu_label = "Set-up check"
    icon = "tasks"
    needs = ACT

    def get_urlpatterns(self) -> list[URLPattern]:
        """One page, which says what was found and asks ORCID again on POST."""
        return [path("", check, name="index")]
