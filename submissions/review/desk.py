"""The staff desk in the Wagtail admin: the list of cases. One case is ``case.py``."""

import django_filters
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.timesince import timesince
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from .. import permissions
from ..models import Programme, Status, Submission, Term
from ..visibility import public

SEARCHED = [
    "page__draft_title",
    "student__first_name",
    "student__last_name",
    "student__username",
    "student__email",
    "page__author_given",
    "page__author_family",
]

#: What the export holds: attribute -> heading. Moments are in the site's time zone.
EXPORTED = {
    "reference": "Reference",
    "uuid": "UUID",
    "page.draft_title": "Title",
    "author_name": "Student",
    "author_email": "E-mail",
    "get_status_display": "Status",
    "status_since": "In this status since",
    "degree": "Degree",
    "programme": "Programme",
    "term": "Term",
    "submitted_at": "Submitted",
    "conferred_on": "Conferred",
    "published_at": "Published",
    "embargo_until": "Files open from",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(value: object) -> str:
    """Text that a spreadsheet takes for text: what it would run as a formula gets an apostrophe in front (OWASP)."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


class CaseFilterSet(WagtailFilterSet):
    """Filters of the list; each is one select, several can be combined."""

    status = django_filters.MultipleChoiceFilter(choices=Status.choices, widget=None)
    programme = django_filters.ModelChoiceFilter(queryset=Programme.objects.all())
    term = django_filters.ModelChoiceFilter(queryset=Term.objects.all())

    class Meta:
        model = Submission
        fields = ["status", "term", "programme"]


def age(submission: Submission) -> str:
    """How long the case has been in its status, in words."""
    return timesince(submission.status_since, timezone.now(), depth=1)


def case_url(submission: Submission) -> str:
    """Address of the case's page on the desk."""
    return reverse("thesis_cases:case", args=[submission.pk])


class TickColumn(Column):
    """A box to tick, where there is something to take: only public theses leave in packages."""

    cell_template_name = "submissions/review/tick_cell.html"


class LabelColumn(Column):
    """A cell that names what it holds, for narrow windows, where each row is a card."""

    cell_template_name = "submissions/review/label_cell.html"
    is_status = False


class StatusColumn(StatusTagColumn):
    """The same for the status."""

    cell_template_name = LabelColumn.cell_template_name
    is_status = True


class CaseIndexView(IndexView):
    """The list of cases: what waits longest is found by sorting on the age. Below it, packages of several theses."""

    template_name = "submissions/review/cases.html"
    results_template_name = "submissions/review/cases_results.html"

    page_title = "Thesis submissions"
    default_ordering = "-status_since"
    is_searchable = True
    search_fields = SEARCHED
    search_backend_name = None
    export_headings = EXPORTED
    # In xlsx, Wagtail itself marks such cells as text.
    custom_value_preprocess = {**IndexView.custom_value_preprocess, str: {IndexView.FORMAT_CSV: plain}}

    def get_base_queryset(self) -> QuerySet[Submission]:
        """All cases with what a row shows, in one query."""
        return super().get_base_queryset().select_related("page", "student", "degree", "programme", "term")

    def search_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        """Find by reference too: it is what a student gives on the telephone."""
        number = self.search_query.strip().upper().removeprefix("T-") if self.is_searching else ""
        if number.isdecimal():
            return queryset.filter(pk=int(number))
        return super().search_queryset(queryset)

    @cached_property
    def columns(self) -> list[Column]:
        """Thesis, student, status, programme, term, and how long it has been in this status."""
        columns = [
            TitleColumn("title", label="Thesis", accessor=str, get_url=lambda row: case_url(row)),
            LabelColumn("reference", accessor="reference", sort_key="pk"),
            LabelColumn("student", accessor="author_name"),
            StatusColumn(
                "status",
                accessor="get_status_display",
                primary=lambda row: row.status in (Status.IN_REVIEW, Status.APPROVED),
                sort_key="status",
            ),
            LabelColumn("programme", accessor="programme", sort_key="programme__name"),
            LabelColumn("term", accessor="term", sort_key="term__conferral_date"),
            LabelColumn("age", label="In this status for", accessor=age, sort_key="status_since"),
        ]
        return [TickColumn("tick", label="Tick"), *columns] if self.packages else columns

    @cached_property
    def packages(self) -> dict[str, str]:
        """The packages that the reader may take: kind -> label."""
        from ..outlets.packages import offered

        return offered() if permissions.can_take_packages(self.request.user) else {}

    def get_context_data(self, **kwargs: object) -> dict:
        """Add what the bar below the list needs."""
        context = super().get_context_data(**kwargs)
        more = {"packages": self.packages, "query": self.request.GET.urlencode()}
        if self.packages:
            rows = Submission.objects.filter(pk__in=self.get_queryset().order_by().values("pk"))
            more["public_count"] = public(rows).count()
        return {**context, **more}


class CaseViewSet(ModelViewSet):
    """The cases as a menu entry. They are looked at here; the lifecycle alone changes them."""

    model = Submission
    name = "thesis_cases"
    url_prefix = "thesis-cases"
    menu_label = "Thesis submissions"
    icon = "doc-full-inverse"
    menu_order = 50
    add_to_admin_menu = True
    index_view_class = CaseIndexView
    filterset_class = CaseFilterSet
    list_export = list(EXPORTED)
    export_filename = "thesis-submissions"
    form_fields = ["term"]
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_index_view_kwargs(self, **kwargs: object) -> dict:
        """No links to views that are left out, whoever looks."""
        absent = {"add_url_name": None, "edit_url_name": None, "delete_url_name": None}
        return {**super().get_index_view_kwargs(**kwargs), **absent}

    def get_urlpatterns(self) -> list:
        """The list and the case; the viewset's own add, edit and delete views are left out on purpose."""
        from ..outlets.packages.views import package_view, packages_view
        from .case import act_view, case_view  # case.py leads back to the list
        from .ids import id_view

        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("packages/", packages_view, name="packages"),
            path("<int:pk>/", case_view, name="case"),
            path("<int:pk>/<slug:action>/", act_view, name="act"),
            path("<int:pk>/orcid-id/<str:orcid>/", id_view, name="id"),
            path("<int:pk>/package/<slug:kind>/", package_view, name="package"),
        ]
