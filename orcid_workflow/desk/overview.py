"""The overview: how it goes, and what needs somebody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from . import charts, figures
from .listing import DeskViewSet
from .permissions import ACT, IMPORT, SEE, needing


@require_safe
@needing(SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """Numbers, the circuit, charts with their tables, and what needs staff."""
    months = figures.months()
    needs = list(figures.needs())
    held_back, circuit = figures.circuit_words()
    context = {
        "needs": [need for need in needs if need.mine],
        "others": [need for need in needs if not need.mine],
        "held_back": held_back,
        "circuit": circuit,
        "numbers": figures.numbers(),
        "charts": [
            {
                "title": "ORCID iDs confirmed each month",
                "svg": charts.bars("ORCID iDs confirmed each month", months, "new_ids"),
                "rows": [(month.label, month.new_ids, month.all_ids) for month in months],
            },
            {
                "title": "Items written to records each month",
                "svg": charts.bars("Items written to records each month", months, "new_items"),
                "rows": [(month.label, month.new_items, month.all_items) for month in months],
            },
        ],
        "may_act": request.user.has_perm(ACT),
        "may_import": request.user.has_perm(IMPORT),
        "header_title": "ORCID",
        "breadcrumbs_items": [{"url": "", "label": "ORCID"}],
        "header_icon": "view",
    }
    return render(request, "orcid_desk/overview.html", context)


class OverviewViewSet(DeskViewSet):
    """The overview as a menu entry."""

    name = "orcid_overview"
    url_prefix = "orcid"
    menu_label = "Overview"
    icon = "view"

    def get_urlpatterns(self) -> list[URLPattern]:
        """One page, at the address of the desk itself."""
        return [path("", overview, name="index")]
