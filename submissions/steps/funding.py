"""The step about who paid: grants, typed by hand or taken from the ORCID record."""

from types import SimpleNamespace

from django import forms

from orcid_workflow.profile import Funding, Profile

from ..models import ThesisFunding
from . import identifiers
from .forms import OneLine, WebAddress, too_long
from .from_record import FromRecordStep, cut
from .row_forms import RowForm, rows_of

MOST = 30  # grants on one thesis


class GrantForm(RowForm):
    """One grant."""

    needed = frozenset({"funder_name"})

    funder_name = OneLine(
        what="The name",
        label="Who gave the money",
        help_text="For example: European Research Council",
        max_length=255,
        error_messages=too_long(255, "The name"),
    )
    award_number = OneLine(
        what="The number",
        label="Grant number",
        help_text="As the funder writes it.",
        max_length=100,
        error_messages=too_long(100, "The number", "Is something else pasted along?"),
    )
    award_title = OneLine(
        what="The title",
        label="Title of the grant",
        max_length=255,
        error_messages=too_long(255, "The title"),
    )
    award_url = WebAddress(
        label="Address of the grant",
        help_text="A page about it, for example https://doi.org/10.5555/grant",
        what="The address of the grant",
    )
    funder_id = OneLine(
        what="The identifier",
        label="Identifier of the funder",
        help_text="Its address at ror.org, or its Crossref Funder number, which begins with 10.13039. If you do not "
        "know it, leave it empty.",
        max_length=255,
        error_messages=too_long(255, "The identifier", "Is something pasted twice?"),
    )

    def clean_funder_id(self) -> str:
        """An address at ROR or a number of the Crossref Funder Registry, as an address."""
        typed = self.cleaned_data["funder_id"]
        if not typed:
            return ""
        found = identifiers.funder(typed)
        if found is None:
            raise forms.ValidationError(
                "This is neither an address at ror.org nor a Crossref Funder number. It looks like "
                "https://ror.org/021nxhr62 or 10.13039/501100000780; you can leave it empty."
            )
        return found

    @property
    def heading(self) -> str:
        """Funder and number."""
        return self._words("funder_name", "award_number")


class FundingStep(FromRecordStep):
    """Grants: optional, and a draft may hold half of one."""

    identifier = "funding"
    label = "Funding"
    lead = "If a grant paid for your work, name it. If none did, go on."
    optional = True
    one = "grant"
    many = "grants"
    add_words = "Save and type in a grant"
    fields_template = "submissions/steps/grant_fields.html"
    relation = "funding"
    prefix = "funding"
    rows_class = rows_of(
        GrantForm,
        most=MOST,
        too_many=f"There is room for {MOST} grants. Please write to us if you have more.",
    )
    model = ThesisFunding

    def line(self, row: ThesisFunding) -> tuple[str, str]:
        """The funder, and everything about the grant."""
        return (
            row.funder_name or "Funder not given",
            "\n".join(
                filter(
                    None,
                    (
                        f"Grant {row.award_number}" if row.award_number else "",
                        row.award_title,
                        row.award_url,
                        row.funder_id,
                    ),
                )
            )
            or "No number or title given",
        )

    def details(self, row: ThesisFunding) -> str:
        """What the heading does not say."""
        return "\n".join(filter(None, (row.award_title, row.award_url, row.funder_id)))

    def entries(self, record: Profile) -> list[Funding]:
        """The record's grants that can be named."""
        found = [entry for entry in record.fundings if entry.put_code]
        return sorted(found, key=lambda entry: entry.start or entry.end, reverse=True)

    def values(self, entry: Funding) -> dict[str, str]:
        """A grant as it would be typed."""
        return {
            "funder_name": cut(entry.funder.name, 255),
            "award_number": entry.grant_number,
            "award_title": cut(entry.title, 255),
            "award_url": entry.grant_url,
            "funder_id": entry.funder_uri,
        }

    def identity(self, row: ThesisFunding | SimpleNamespace) -> tuple[str, str] | None:
        """Funder and number."""
        number = "".join(row.award_number.split()).casefold()
        return (row.funder_name.casefold(), number) if number else None

    def words(self, row: ThesisFunding | SimpleNamespace) -> tuple[str, str]:
        """The grant's title or its funder, and the rest."""
        number = f"Grant {row.award_number}" if row.award_number else ""
        heading = row.award_title or row.funder_name
        parts = (row.funder_name if row.award_title else "", number)
        return heading, ", ".join(filter(None, parts))
