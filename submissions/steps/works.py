"""The step about works beside the thesis: its articles, the series it belongs to, its data, other versions of it."""

from django import forms
from django.utils import timezone

from ..models import Relation, ThesisRelatedWork
from . import identifiers
from .forms import OneLine, WebAddress, too_long
from .rows import RowForm, RowsStep, rows_of

MOST = 50  # works beside one thesis; 15 fields a row stay under the thousand that one form may send
OLDEST = 1450  # nothing was printed before


class WorkForm(RowForm):
    """One work."""

    needed = frozenset({"title"})
    preset = frozenset({"relation"})

    title = OneLine(
        what="The title",
        label="Title",
        max_length=500,
        error_messages=too_long(500, "The title"),
    )
    relation = forms.ChoiceField(
        label="What it is",
        choices=Relation.choices,
        initial=Relation.HAS_PART,
        error_messages={"invalid_choice": "Choose one from the list."},
    )
    container = OneLine(
        what="The name",
        label="Journal or series",
        max_length=255,
        error_messages=too_long(255, "The name of the journal"),
    )
    year = forms.IntegerField(
        label="Year",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input--short"}),
        error_messages={"invalid": "Write the year with four digits, for example 2025."},
    )
    identifier_type = forms.ChoiceField(
        label="Kind of identifier",
        choices=[
            ("", "No identifier"),
            *((kind, scheme.label) for kind, scheme in identifiers.SCHEMES.items()),
        ],
        error_messages={"invalid_choice": "Choose a kind from the list."},
    )
    identifier = OneLine(
        what="The identifier",
        label="Identifier",
        help_text="For example the DOI: 10.5555/abc123",
        max_length=255,
        error_messages=too_long(255, "The identifier", "Is something pasted twice?"),
    )
    url = WebAddress(
        label="Address",
        help_text="Where readers find it, if it has no identifier.",
        what="The address of the work",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # A kind that the office wrote, or that the list had once, stays.
        stored = self.initial.get("identifier_type") or self.data.get(
            self.add_initial_prefix("identifier_type"), ""
        )
        if stored and stored not in identifiers.SCHEMES:
            self.fields["identifier_type"].choices += [(stored, stored)]

    def clean_year(self) -> int | None:
        """A year in which something can have appeared, or will soon."""
        year = self.cleaned_data["year"]
        latest = timezone.localdate().year + 2
        if year is not None and not OLDEST <= year <= latest:
            raise forms.ValidationError(f"Please check the year: {year} cannot be right.")
        return year

    def clean(self) -> dict:
        """Read the identifier by its kind; a kind that was not chosen is guessed where it shows."""
        cleaned = super().clean()
        if "identifier" not in cleaned or "identifier_type" not in cleaned:
            return cleaned
        kind, typed = cleaned["identifier_type"], cleaned["identifier"]
        if typed and not kind:
            kind = cleaned["identifier_type"] = identifiers.guess(typed)
            if not kind:
                del cleaned["identifier_type"]
                self.add_error("identifier", "We cannot tell what this is. Choose its kind beside it.")
                return cleaned
        if kind and not typed:
            words = dict(self.fields["identifier_type"].choices)[kind]
            self.add_error("identifier", f"Give the {words}, or choose “No identifier”.")
        elif kind:
            found = identifiers.read(kind, typed)
            if found is None:
                self.add_error("identifier", identifiers.SCHEMES[kind].wrong)
            else:
                cleaned["identifier"] = found
        return cleaned


class WorksStep(RowsStep):
    """Works beside the thesis: optional, and a draft may hold half of one."""

    identifier = "works"
    label = "Articles and related works"
    lead = "If parts of your thesis are published, or it has data of its own, name them here. If not, go on."
    optional = True
    one = "work"
    add_words = "Save and type in a work"
    fields_template = "submissions/steps/work_fields.html"
    relation = "related_works"
    prefix = "works"
    rows_class = rows_of(
        WorkForm,
        most=MOST,
        too_many=f"There is room for {MOST} works. Please write to us if you have more.",
    )
    model = ThesisRelatedWork

    def line(self, row: ThesisRelatedWork) -> tuple[str, str]:
        """What it is, and everything that finds it."""
        return row.get_relation_display(), "\n".join(
            filter(None, (row.title or "Title not given", facts(row), row.url))
        )


def facts(row: ThesisRelatedWork) -> str:
    """Journal, year and identifier in one line."""
    scheme = identifiers.SCHEMES.get(row.identifier_type)
    label = scheme.label if scheme else row.identifier_type
    return ", ".join(
        filter(
            None,
            (
                row.container,
                str(row.year or ""),
                f"{label} {row.identifier}".strip() if row.identifier else "",
            ),
        )
    )
