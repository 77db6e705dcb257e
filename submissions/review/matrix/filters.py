"""The filters of the matrix, and the rows that an address of the list stands for."""

import django_filters
from django.db.models import QuerySet
from wagtail.admin.filters import WagtailFilterSet

from submissions.models import Programme, Submission, Term

from .outlets import STATES, TROUBLES, narrowed, outlets


def _as_it_is(rows: QuerySet[Submission], _name: str, _value: object) -> QuerySet[Submission]:
    """Column, state and trouble are asked of one cell together, in ``filter_queryset``."""
    return rows


def _columns() -> list[tuple[str, str]]:
    return [(column.name, column.label) for column in outlets()]


class MatrixFilterSet(WagtailFilterSet):
    """Filters of the list; all that are set have to be met, column, state and trouble by the same cell."""

    target = django_filters.ChoiceFilter(label="Where", choices=_columns, method=_as_it_is)
    state = django_filters.MultipleChoiceFilter(
        label="State there", choices=list(STATES.items()), method=_as_it_is
    )
    trouble = django_filters.ChoiceFilter(label="Trouble", choices=list(TROUBLES.items()), method=_as_it_is)
    term = django_filters.ModelChoiceFilter(queryset=Term.objects.all())
    programme = django_filters.ModelChoiceFilter(queryset=Programme.objects.all())

    class Meta:
        model = Submission
        fields = ["target", "state", "trouble", "term", "programme"]

    def filter_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        """Return the rows that meet them all."""
        asked = self.form.cleaned_data
        return narrowed(
            super().filter_queryset(queryset),
            asked.get("target") or "",
            asked.get("state") or (),
            asked.get("trouble") or "",
        )
