"""The step that names the committee: a row a person, added and taken off one by one, each keeping its key."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ..drafts import save_draft
from ..models import CommitteeMember, CommitteeRole
from ..readiness import NEEDED_OF_MEMBER
from .base import Answer, Step
from .case import Case, editing
from .forms import carry, changed_elsewhere, compare, too_long

PREFIX = "members"
MOST = 20  # people on one committee
ATTRIBUTES = ("given_name", "family_name", "email", "affiliation", "role")


class MemberForm(forms.Form):
    """One person. ``key`` is made with the empty row, so that sending a form twice names nobody twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
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

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, field in self.fields.items():
            field.required = False
            field.required_to_submit = name in NEEDED_OF_MEMBER
            field.show_hidden_initial = name != "key"
            field.widget.attrs.pop("maxlength", None)

    def apply(self, member: CommitteeMember) -> None:
        """Write the valid fields that this page changed, unsaved; ask about those that another window changed too."""
        self.data = self.data.copy()
        for name in ATTRIBUTES:
            stored = getattr(member, name)
            if name in self.cleaned_data and self.add_prefix(name) in self.data:
                is_ours, is_conflict = compare(self, name, stored)
                if is_conflict:
                    self.add_error(name, changed_elsewhere(self.fields[name], stored))
                elif is_ours:
                    setattr(member, name, stored := self.cleaned_data[name])
            carry(self, name, stored)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed in this row."""
        return not any(self[name].value() for name in ATTRIBUTES)

    @property
    def title(self) -> str:
        """The person's name, for the heading of the row and its buttons."""
        return " ".join(filter(None, (str(self[name].value() or "").strip() for name in ATTRIBUTES[:2])))

    @property
    def key_value(self) -> str:
        """The row's key as the page carries it."""
        return str(self["key"].value() or "")


class Members(forms.BaseFormSet):
    """The rows together: no address twice, and never the student's own."""

    def __init__(self, *args, case: Case, **kwargs) -> None:
        self.case = case
        super().__init__(*args, prefix=PREFIX, **kwargs)

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
                seen[address] = row.title or "Another person"


MemberFormSet = forms.formset_factory(
    MemberForm, formset=Members, extra=0, max_num=MOST, absolute_max=MOST + 20, validate_max=True
)
MemberFormSet.default_error_messages = {
    "missing_management_form": "A part of this page did not arrive, so nothing was saved. Please send it again.",
    "too_many_forms": f"A committee has {MOST} people at the most here. Please write to us if yours is larger.",
}


class CommitteeStep(Step):
    """The committee: names, e-mail addresses, roles."""

    identifier = "committee"
    label = "Your committee"
    lead = (
        "Each person gets a link by e-mail when you submit, reads your thesis without an account, and approves it or "
        "asks for changes."
    )
    template = "submissions/steps/committee.html"

    def is_begun(self, case: Case) -> bool:
        """Whether anybody is named."""
        return case.page.committee_members.exists()

    def problem_url(self, case: Case, problem_field: str, back: str = "") -> str:
        """A member's problem names the field as ``<member key>-<field>``; the page has it under its row number."""
        key, _, name = problem_field.rpartition("-")
        for number, member in enumerate(case.page.committee_members.all()):
            if str(member.key) == key:
                return self.url(case, f"id_{PREFIX}-{number}-{name}", back)
        return self.url(case, back=back)

    # --- the page --------------------------------------------------------------------------------------------------

    def show(self, request: HttpRequest, case: Case) -> HttpResponse:
        """The people named so far, and empty rows: as many as are needed, or one that was asked for."""
        rows = [{name: getattr(member, name) for name in ("key", *ATTRIBUTES)} for member in members_of(case)]
        empty = max(
            case.submission.degree.committee_minimum - len(rows),
            1 if not rows or "more" in request.GET else 0,
        )
        rows += [{"key": uuid.uuid4()} for _ in range(empty)]
        return self._page(request, case, MemberFormSet(initial=rows, case=case))

    def save(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Save every valid field of every row; then go on, show what is wrong, or add or remove a row."""
        with editing(case) as fresh:
            formset = MemberFormSet(request.POST, case=fresh)
            formset.is_valid()
            removed = self._write(formset, fresh, request.POST.get("remove", ""))
            valid = formset.is_valid() and not any(row.errors for row in formset.forms)
        if removed:
            messages.success(request, f"{removed} is no longer on the list.")
        if not valid:
            return self._page(request, fresh, formset, saved_partly=bool(formset.forms), has_errors=True)
        if "remove" in request.POST:
            return redirect(self.url(fresh, back=self.back(request)))
        if request.POST.get("go") == "add":
            address = self.url(fresh, back=self.back(request))
            return redirect(f"{address}{'&' if '?' in address else '?'}more=1#add")
        return self.go_on(request, fresh)

    def _write(self, formset: Members, case: Case, remove: str) -> str:
        """Bring the page's rows in line with the form; return the name of the person who was taken off, if any."""
        if not formset.management_form.is_valid():
            return ""
        known = {member.key: member for member in members_of(case)}
        before = [_signature(member) for member in known.values()]
        kept, removed = [], ""
        for row in formset.forms:
            key = row.cleaned_data.get("key")
            if key is None or key in {member.key for member in kept}:
                key = uuid.uuid4()
            member = known.pop(key, None)
            if str(key) == remove:
                removed = row.title or "This person"
                continue
            if row.is_blank:
                continue
            member = member or CommitteeMember(key=key)
            row.apply(member)
            kept.append(member)
        # Somebody whom another tab added in the meantime is not on this page; nobody is taken off by not being there.
        kept += [member for key, member in known.items() if str(key) != remove]
        if [_signature(member) for member in kept] != before:
            for number, member in enumerate(kept):
                member.sort_order = number
            case.page.committee_members.set(kept)
            save_draft(case.page, user=case.user)
        return removed

    def _page(self, request: HttpRequest, case: Case, formset: Members, **context) -> HttpResponse:
        for row in formset.forms:
            said = [
                comment for comment in case.comments_of(self.identifier) if comment.member == row.key_value
            ]
            row.comments = [comment for comment in said if comment.field not in row.fields]
            for name, field in row.fields.items():
                field.staff_comments = [comment for comment in said if comment.field == name]
        return self.page(
            request, case, formset=formset, minimum=case.submission.degree.committee_minimum, **context
        )

    # --- check your answers ----------------------------------------------------------------------------------------

    def answers(self, case: Case, back: str = "") -> list[Answer]:
        """A line a person, and a line for what is missing of the whole."""
        missing: dict[str, list[str]] = {}
        for problem in case.problems_of(self.identifier):
            missing.setdefault(problem.field.rpartition("-")[0], []).append(problem.sentence)
        change = self.url(case, back=back) if back else ""
        lines = [
            Answer(
                member.get_role_display() or "Role not chosen",
                "\n".join(filter(None, (member.name, member.affiliation, member.email))),
                self.url(case, f"id_{PREFIX}-{number}-given_name", back) if back else "",
                " ".join(missing.pop(str(member.key), [])),
                [
                    comment
                    for comment in case.comments_of(self.identifier)
                    if comment.member == str(member.key)
                ],
            )
            for number, member in enumerate(members_of(case))
        ]
        rest = [sentence for sentences in missing.values() for sentence in sentences]
        if rest or not lines:
            lines.append(Answer("Committee", "", change, " ".join(rest)))
        return lines


def members_of(case: Case) -> list[CommitteeMember]:
    """The committee as the page has it, in its order."""
    return list(case.page.committee_members.all())


def _signature(member: CommitteeMember) -> tuple:
    return (member.key, *(getattr(member, name) for name in ATTRIBUTES))
