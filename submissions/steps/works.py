"""The step about works beside the thesis: its articles, the series it belongs to, its data, other versions of it."""

from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.utils import timezone

from orcid_workflow import profile
from orcid_workflow.profile import Profile, Work

from ..metadata.identifiers import address
from ..models import Relation, ThesisRelatedWork
from . import identifiers
from .case import Case
from .forms import OneLine, WebAddress, too_long
from .from_record import FromRecordStep, cut
from .row_forms import RowForm, rows_of

MOST = 50  # works beside one thesis; 15 fields a row stay under the thousand that one form may send
OLDEST = 1450  # nothing was printed before
#: ORCID's word for a work -> what it is to the thesis. Everything else is an article in it until the student says so.
RELATIONS = dict.fromkeys(("data-set", "software", "research-tool"), Relation.IS_SUPPLEMENTED_BY)


class WorkForm(RowForm):
    """One work."""

    needed = frozenset({"title", "relation"})
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
        choices=identifiers.KINDS,
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

    def __init__(self, *args: object, **kwargs: object) -> None:
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
                self.add_error(
                    "identifier", "We cannot tell what kind of identifier this is. Choose its kind beside it."
                )
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


class WorksStep(FromRecordStep):
    """Works beside the thesis: optional, and a draft may hold half of one."""

    identifier = "works"
    label = "Articles and related works"
    lead = "If parts of your thesis are published, or it has data of its own, name them here. If not, go on."
    optional = True
    one = "work"
    many = "works"
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

    def details(self, row: ThesisRelatedWork) -> str:
        """What the heading does not say."""
        return "\n".join(filter(None, (row.get_relation_display(), facts(row), row.url)))

    def changed(self, row: ThesisRelatedWork, names: set[str]) -> None:
        """What the work is to the thesis no record says: choosing it changes nothing of what came from there."""
        if names != {"relation"}:
            super().changed(row, names)

    def entries(self, record: Profile) -> list[Work]:
        """The record's works, without those that we wrote there ourselves."""
        found = [
            entry
            for entry in record.works
            if entry.put_code and not entry.put_code_of(settings.ORCID_CLIENT_ID)
        ]
        return sorted(found, key=lambda entry: entry.date, reverse=True)

    def values(self, entry: Work) -> dict[str, str]:
        """A work as it would be typed, by the first of its own identifiers that is whole."""
        own = [one for one in entry.external_ids if one.relationship in ("self", "")]
        good = (
            (kind, value)
            for kind in identifiers.SCHEMES
            for one in own
            if one.type == kind and (value := identifiers.read(kind, one.value))
        )
        kind, value = next(good, ("", ""))
        title = f"{entry.title}: {entry.subtitle}" if entry.subtitle else entry.title
        return {
            "relation": RELATIONS.get(entry.type, Relation.HAS_PART),
            "title": cut(title, 500),
            "container": cut(entry.journal, 255),
            "year": str(entry.year or ""),
            "identifier_type": kind,
            "identifier": value,
            # An identifier leads there by itself.
            "url": "" if address(kind, value) else entry.url or next((one.url for one in own if one.url), ""),
        }

    def identity(self, row: ThesisRelatedWork | SimpleNamespace) -> tuple[str, str] | None:
        """The identifier, however it is spelled."""
        return identifiers.same(row.identifier_type, row.identifier) if row.identifier else None

    def words(self, row: ThesisRelatedWork | SimpleNamespace) -> tuple[str, str]:
        """The title, and what finds it."""
        return row.title, facts(row)

    def wholes(self, case: Case, entries: list[Work]) -> tuple[list[Work], str]:
        """The whole works, a hundred a call; what does not come is taken as the record in short has it."""
        read = profile.full_works(case.connection, [entry.put_code for entry in entries])
        whole = {work.put_code: work for work in read.works if work.title}
        problem = ""
        if read.problem:
            problem = f"{read.problem} So we used what we had read of your record before: please check it."
        elif read.missing:
            problem = (
                "ORCID no longer shows us all of them, so we used what we had read before: please check it."
            )
        return [whole.get(entry.put_code, entry) for entry in entries], problem


def facts(row: ThesisRelatedWork | SimpleNamespace) -> str:
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
