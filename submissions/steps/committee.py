"""The step that names the committee: a row a person."""

from django import forms
from django.http import HttpRequest, HttpResponse

from ..models import CommitteeMember, CommitteeRole
from ..readiness import NEEDED_OF_MEMBER
from .case import Case
from .forms import too_long
from .row_forms import RowForm, Rows, rows_of
from .rows import RowsStep

MOST = 20  # people on one committee


class MemberForm(RowForm):
    """One person."""

    needed = frozenset(NEEDED_OF_MEMBER)

    given_name = forms.CharField(
        label="Given name", max_length=100, error_messages=too_long(100, "The given name")
    )
    family_name = forms.CharField(
        label="Family name", max_length=100, error_messages=too_long(100, "The family name")
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={
            "invalid": "The address of this committee member is not complete. It should look like name@example.org.",
            **too_long(254, "The address", "Is something pasted twice?"),
        },
    )
    affiliation = forms.CharField(
        label="University or organisation",
        help_text="Leave it empty for this university.",
        max_length=200,
        error_messages=too_long(200, "This"),
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[("", "Choose a role"), *CommitteeRole.choices],
        error_messages={"invalid_choice": "Choose a role from the list."},
    )

    @property
    def heading(self) -> str:
        """The person's name, for the heading of the row and its buttons."""
        return self._words("given_name", "family_name")


class Members(Rows):
    """The rows together: no address twice, and never the student's own."""

    def clean(self) -> None:
        """Hang a sentence on the second of two rows with one address, and on the student's own address."""
        own = {
            address.lower() for address in (self.case.user.email, self.case.profile.contact_email) if address
        }
        seen: dict[str, str] = {}
        for row in self.forms:
            address = row.cleaned_data.get("email", "").lower()
            if not address:
                continue
            if address in own:
                row.add_error("email", "This is your own address. Give the address of the committee member.")
            elif address in seen:
                row.add_error(
                    "email",
                    f"{seen[address]} has this address already. Each person needs an address of their own.",
                )
            else:
                seen[address] = row.heading or "Another person"


MemberFormSet = rows_of(
    MemberForm,
    formset=Members,
    most=MOST,
    too_many=f"A committee has {MOST} people at the most here. Please write to us if yours is larger.",
)


class CommitteeStep(RowsStep):
    """The committee: names, e-mail addresses, roles."""

    identifier = "committee"
    label = "Your committee"
    lead = (
        "Each person gets a link by e-mail when you submit, reads your thesis without an account, and approves it or "
        "asks for changes."
    )
    template = "submissions/steps/committee.html"

    relation = "committee_members"
    prefix = "members"
    rows_class = MemberFormSet
    model = CommitteeMember
    one = "person"

    def least(self, case: Case) -> int:
        """As many people as the degree needs, and never an empty page."""
        return max(case.submission.degree.committee_minimum, 1)

    def anchor(self, number: int) -> str:
        """The person's first field: the last row has the id that "add" leads to."""
        return f"id_{self.prefix}-{number}-given_name"

    def line(self, row: CommitteeMember) -> tuple[str, str]:
        """The role, and who it is."""
        return (
            row.get_role_display() or "Role not chosen",
            "\n".join(filter(None, (row.name, row.affiliation, row.email))),
        )

    def page(self, request: HttpRequest, case: Case, **context: object) -> HttpResponse:
        """Say how many people the degree needs."""
        return super().page(request, case, minimum=case.submission.degree.committee_minimum, **context)
