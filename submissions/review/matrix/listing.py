"""The list of the matrix in the Wagtail admin, with its exports."""

from collections.abc import Callable, Iterator
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.base import ViewSet

from orcid_workflow.desk.listing import SafeExport
from submissions import permissions
from submissions.models import Delivery, Submission
from submissions.outlets.delivery.targets import problems

from .cells import Cell, fill
from .filters import MatrixFilterSet
from .outlets import ALARM, ATTENTION, Outlet, outlets, places, theses, troubled

PIECE = 500  # rows of a file that are read at a time


def thesis_url(submission: Submission) -> str:
    """Address of the page of one thesis."""
    return reverse("deliveries:thesis", args=[submission.pk])


def author(submission: Submission) -> str:
    """The author's name as it stands on the thesis."""
    page = submission.page
    return f"{page.author_given} {page.author_family}".strip()


class CellColumn(Column):
    """One outlet."""

    cell_template_name = "submissions/review/matrix_cell.html"

    def __init__(self, outlet: Outlet) -> None:
        super().__init__(outlet.name, label=outlet.label, accessor=lambda row: row.cells[outlet.name])

    def get_cell_context_data(self, instance: Submission, parent_context: dict) -> dict:
        """Add where the cell leads."""
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "url": f"{thesis_url(instance)}#{self.name}"}


class ThesisColumn(TitleColumn):
    """The thesis, with its reference, author and status below the title."""

    cell_template_name = "submissions/review/matrix_title.html"

    def get_cell_context_data(self, instance: Submission, parent_context: dict) -> dict:
        """Add the author."""
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "author": author(instance)}


class TickColumn(Column):
    """The box of a row, for the bar of actions."""

    cell_template_name = "submissions/review/matrix_tick.html"


def _exported(column: Outlet) -> dict[str, tuple[str, Callable[[Submission], object]]]:
    """What a file says of one outlet: four columns."""

    def cell(row: Submission) -> Cell:
        return row.cells[column.name]

    def identifier(row: Submission) -> str:
        source = cell(row).source
        return (
            source.remote_id if isinstance(source, Delivery) else str(getattr(source, "put_code", "") or "")
        )

    return {
        f"{column.name} state": (f"{column.label}: state", lambda row: cell(row).look.words),
        f"{column.name} at": (f"{column.label}: when (UTC)", lambda row: cell(row).at),
        f"{column.name} reason": (f"{column.label}: reason", lambda row: cell(row).reason),
        f"{column.name} id": (f"{column.label}: identifier there", identifier),
    }


class MatrixView(SafeExport, IndexView):
    """One row a thesis, one column an outlet. What somebody should look at stands first."""

    model = Submission
    page_title = "Deliveries"
    header_icon = "upload"
    verbose_name_plural = "theses"
    filterset_class = MatrixFilterSet
    search_fields = ["page__draft_title", "page__author_given", "page__author_family", "doi", "handle"]
    search_backend_name = None
    paginate_by = 50
    template_name = "submissions/review/matrix_index.html"
    results_template_name = "submissions/review/matrix_results.html"
    export_filename = "deliveries"

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """For the office only."""
        if not permissions.is_office(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[Submission]:
        """The theses with what a row shows of itself."""
        return theses().select_related("page", "degree", "programme", "term")

    def order_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        """Alarms, then what needs attention, then the newest; or as the reader asked."""
        if self.ordering:
            return super().order_queryset(queryset)
        urgency = Case(
            When(troubled(ALARM), then=Value(0)),
            When(troubled(ATTENTION), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return queryset.order_by(urgency, F("published_at").desc(nulls_last=True), "-pk")

    def search_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        """Find by reference, and by what a place calls the thesis, too."""
        asked = self.search_query.strip() if self.is_searching else ""
        number = asked.upper().removeprefix("T-")
        if number.isdecimal() and len(number) < 10:
            return queryset.filter(pk=int(number))
        if not asked:
            return queryset
        there = Delivery.objects.filter(remote_id__icontains=asked).values("submission_id")
        wanted = Q(pk__in=there)
        for field in self.search_fields:
            wanted |= Q(**{f"{field}__icontains": asked})
        return queryset.filter(wanted)

    def paginate_queryset(self, queryset: QuerySet[Submission], page_size: int) -> tuple:
        """One page, with its cells."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        page.object_list = fill(list(rows))
        return paginator, page, page.object_list, more

    @cached_property
    def may_act(self) -> bool:
        """Whether the reader sees the bar of actions."""
        return bool(places()) and permissions.in_group(
            self.request.user, permissions.STAFF_GROUP, permissions.MANAGER_GROUP
        )

    @cached_property
    def columns(self) -> list[Column]:
        """The thesis, and every outlet."""
        columns = [
            ThesisColumn(
                "title", label="Thesis", accessor=str, get_url=thesis_url, sort_key="page__draft_title"
            ),
            *(CellColumn(outlet) for outlet in outlets()),
        ]
        return [TickColumn("tick", label="Tick"), *columns] if self.may_act else columns

    @cached_property
    def exported(self) -> dict[str, tuple[str, Callable[[Submission], object]]]:
        """What a file holds: the thesis, then four columns an outlet."""
        table = {
            "reference": ("Reference", lambda row: row.reference),
            "uuid": ("UUID", lambda row: str(row.uuid)),
            "title": ("Title", str),
            "author": ("Author", author),
            "status": ("Status", lambda row: row.get_status_display()),
            "programme": ("Programme", lambda row: str(row.programme)),
            "term": ("Term", lambda row: str(row.term)),
            "doi": ("DOI", lambda row: row.doi),
            "handle": ("Handle", lambda row: row.handle),
        }
        for column in outlets():
            table |= _exported(column)
        return table

    def stream_csv(self, queryset: QuerySet[Submission]) -> Iterator[object]:
        """The lines of the CSV file."""
        return IndexView.stream_csv(self, in_pieces(queryset))

    def write_xlsx(self, queryset: QuerySet[Submission], output: object) -> None:
        """The XLSX file."""
        IndexView.write_xlsx(self, in_pieces(queryset), output)

    def get_context_data(self, **kwargs: object) -> dict:
        """Add the counts above the list and the bar below it."""
        from .actions import BULK  # actions lead back to the list

        return {
            **super().get_context_data(**kwargs),
            "alarms": theses().filter(troubled(ALARM)).count(),
            "attention": theses().filter(troubled(ATTENTION)).count(),
            "actions": BULK if self.may_act else (),
            "places": places(),
            "wrong": problems(),
            "chosen": self.request.GET.get("target", ""),
            "query": self.request.GET.urlencode(),
        }


def in_pieces(rows: QuerySet[Submission]) -> Iterator[Submission]:
    """The rows with their cells, of which never more than ``PIECE`` are in memory."""
    stream = rows.iterator(chunk_size=PIECE)
    while piece := list(islice(stream, PIECE)):
        yield from fill(piece)


class MatrixMenuItem(MenuItem):
    """An entry of the menu for the office."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the reader is of the office."""
        return permissions.is_office(request.user)


class MatrixViewSet(ViewSet):
    """The matrix as a menu entry."""

    name = "deliveries"
    url_prefix = "deliveries"
    menu_label = "Deliveries"
    icon = "upload"
    menu_order = 55
    add_to_admin_menu = True
    menu_item_class = MatrixMenuItem

    def get_common_view_kwargs(self, **kwargs: object) -> dict:
        """Where the list is."""
        names = {"index_url_name": "index", "index_results_url_name": "index_results"}
        own = {name: self.get_url_name(view) for name, view in names.items()}
        return super().get_common_view_kwargs(**own, header_icon=self.icon, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list, one thesis, and what can be done with one or many."""
        from .actions import act_view, bulk_view  # these lead back to the list
        from .thesis import thesis_view

        return [
            path("", self.construct_view(MatrixView), name="index"),
            path("results/", self.construct_view(MatrixView, results_only=True), name="index_results"),
            path("bulk/", bulk_view, name="bulk"),
            path("<int:pk>/", thesis_view, name="thesis"),
            path("<int:pk>/<str:target>/<slug:action>/", act_view, name="act"),
        ]
