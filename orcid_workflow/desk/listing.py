"""What the three lists of the desk share: the guard, a viewset with list and export, and safe cells."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.base import ViewSet

from .permissions import SEE, Guarded

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PIECE = 500  # rows fetched at a time for a file
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def plain(value: str) -> str:
    """Text that a spreadsheet takes for text: what it would run as a formula gets an apostrophe in front (OWASP)."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def without_controls(value: str) -> str:
    """Text without the characters that an XLSX file cannot hold."""
    return _UNPRINTABLE.sub("", value)


def iso(value: dt.datetime) -> str:
    """A moment in UTC, as ISO 8601."""
    return value.astimezone(dt.UTC).isoformat(timespec="seconds")


def naive(value: dt.datetime) -> dt.datetime:
    """A moment in UTC without its zone: a spreadsheet's dates have none, so headings say it."""
    return value.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)


def day_range(name: str, label: str) -> django_filters.DateFromToRangeFilter:
    """A filter from one day to another, in the site's time zone."""
    return django_filters.DateFromToRangeFilter(field_name=name, label=label, widget=DateRangePickerWidget)


class SafeExport:
    """Mixin for an ``IndexView``: what is exported is named once, and no cell does harm.

    ``exported`` gives each column its heading and how it is read from a row. Nothing that is not named leaves.
    """

    exported: dict[str, tuple[str, Callable[[Any], object]]] = {}
    custom_value_preprocess = {
        # Wagtail itself marks text as text in XLSX; an apostrophe would stay visible there.
        str: {IndexView.FORMAT_CSV: plain, IndexView.FORMAT_XLSX: without_controls},
        dt.datetime: {IndexView.FORMAT_CSV: iso, IndexView.FORMAT_XLSX: naive},
    }

    @cached_property
    def list_export(self) -> list[str]:
        """The columns in order."""
        return list(self.exported)

    def to_row_dict(self, item: Model) -> dict[str, object]:
        """What the exported columns read of ``item``, by the name of the column."""
        return {name: read(item) for name, (_heading, read) in self.exported.items()}

    def stream_csv(self, queryset: QuerySet) -> Iterator[object]:
        """The lines of the CSV file, from rows that are never all in memory at once."""
        return super().stream_csv(queryset.iterator(chunk_size=_PIECE))

    def write_xlsx(self, queryset: QuerySet, output: object) -> None:
        """The XLSX file, from rows that are never all in memory at once."""
        super().write_xlsx(queryset.iterator(chunk_size=_PIECE), output)

    def get_heading(self, queryset: object, field: str) -> str:
        """The heading of a column."""
        return self.exported[field][0]


class DeskIndexView(Guarded, SafeExport, IndexView):
    """A list of the desk. Nothing is added, edited or deleted by Wagtail's own views."""

    any_permission_required = None
    search_backend_name = None
    paginate_by = 50
    results_template_name = "orcid_desk/results.html"
    template_name = "orcid_desk/index.html"

    @cached_property
    def verbose_name_plural(self) -> str:
        """For "There are no … to display"."""
        return self.page_title.removeprefix("ORCID ")


class LinkColumn(Column):
    """A cell that leads somewhere; ``get_url`` may return "" for a cell that does not."""

    cell_template_name = "orcid_desk/cells/link.html"

    def __init__(self, name: str, get_url: Callable[[Any], str], **kwargs: object) -> None:
        super().__init__(name, **kwargs)
        self._get_url = get_url

    def get_cell_context_data(self, instance: Any, parent_context: dict) -> dict:
        """Add ``url``, where the cell leads; "" for nowhere."""
        return {**super().get_cell_context_data(instance, parent_context), "url": self._get_url(instance)}


class TemplateColumn(Column):
    """A cell with a template of its own, in ``orcid_desk/cells``."""

    def __init__(self, name: str, template: str, **kwargs: object) -> None:
        super().__init__(name, **kwargs)
        self.cell_template_name = f"orcid_desk/cells/{template}.html"


class DeskViewSet(ViewSet):
    """An entry of the menu "ORCID", shown to those who have the permission ``needs``."""

    needs = SEE

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        """A menu item that asks for the permission."""
        needs = self.needs

        class DeskMenuItem(MenuItem):
            def is_shown(self, request: object) -> bool:
                return request.user.has_perm(needs)

        return DeskMenuItem


class ListViewSet(DeskViewSet):
    """A list with its results-only view (Wagtail asks for that while one types)."""

    index_view_class: type[DeskIndexView]

    def get_common_view_kwargs(self, **kwargs: object) -> dict:
        """Where the list is."""
        names = {"index_url_name": "index", "index_results_url_name": "index_results"}
        own = {name: self.get_url_name(view) for name, view in names.items()}
        return super().get_common_view_kwargs(**own, header_icon=self.icon, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list at its address, and its results alone at ``results/``."""
        return [
            path("", self.construct_view(self.index_view_class), name="index"),
            path(
                "results/",
                self.construct_view(self.index_view_class, results_only=True),
                name="index_results",
            ),
        ]
