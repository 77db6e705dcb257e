"""Starting a submission: degree, programme, term, and the agreement as it stands today."""

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from .. import lifecycle
from ..models import Agreement, Degree, Programme, Status, Submission, Term, ThesisIndexPage
from .access import signed_in
from .case import Case
from .profile import prefill_from_orcid

OVER = (Status.PUBLISHED, Status.WITHDRAWN)


class TermField(forms.ModelChoiceField):
    """Terms with the last day to submit."""

    def label_from_instance(self, term: Term) -> str:
        """Name and deadline."""
        return f"{term.name} (submit by {date_format(term.submission_deadline, 'j F Y')})"


class StartForm(forms.Form):
    """What must be known before a draft exists; all of it is needed."""

    degree = forms.ModelChoiceField(
        label="Degree",
        queryset=Degree.objects.filter(active=True),
        empty_label="Choose your degree",
        error_messages={
            "required": "Choose your degree.",
            "invalid_choice": "Choose a degree from the list.",
        },
    )
    programme = forms.ModelChoiceField(
        label="Programme",
        queryset=Programme.objects.filter(active=True),
        empty_label="Choose your programme",
        error_messages={
            "required": "Choose your programme.",
            "invalid_choice": "Choose a programme from the list.",
        },
    )
    term = TermField(
        label="Term in which you want your degree",
        help_text="If you miss the day, write to us: you need not start again.",
        queryset=Term.objects.filter(active=True),
        empty_label="Choose a term",
        error_messages={"required": "Choose a term.", "invalid_choice": "Choose a term from the list."},
    )
    agreement = forms.IntegerField(widget=forms.HiddenInput, required=False)
    accept = forms.BooleanField(
        label="I have read this agreement and accept it",
        error_messages={"required": "Read the agreement and tick the box to accept it."},
    )

    def __init__(self, *args: object, in_force: Agreement, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.in_force = in_force
        self.use_required_attribute = False
        self.fields["agreement"].initial = in_force.pk

    def clean(self) -> dict:
        """Accepting counts for the text that was on the page, which must still be the one in force."""
        if self.cleaned_data.get("accept") and self.cleaned_data.get("agreement") != self.in_force.pk:
            self.add_error(
                "accept", "The agreement has changed while this page was open. Read the new text below."
            )
            self.data = self.data.copy()
            self.data["agreement"] = self.in_force.pk
            self.data.pop("accept", None)
        return self.cleaned_data


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """Ask, and open the case. Sending the form twice opens one case, and the second press leads to it."""
    agreement = Agreement.objects.filter(in_force_from__lte=timezone.localdate()).first()
    open_already = list(_open_cases(request.user))
    form = None
    if agreement and ThesisIndexPage.objects.exists():
        form = StartForm(request.POST if request.method == "POST" else None, in_force=agreement)
    if form is not None and request.method == "POST" and form.is_valid():
        submission, is_new = _open(request.user, form.cleaned_data, agreement)
        if not is_new:
            messages.info(
                request,
                f"You have a thesis for the {submission.degree} under way already. This is it; no second one "
                "was started.",
            )
        return redirect("submissions:tasks", submission.uuid)
    return render(
        request,
        "submissions/steps/start.html",
        {"form": form, "agreement": agreement, "open_already": open_already},
    )


def _open_cases(student: AbstractUser):
    """The student's cases that are neither published nor withdrawn."""
    rows = Submission.objects.filter(student=student).exclude(status__in=OVER)
    return rows.select_related("page", "degree", "student")


def _open(student: AbstractUser, choices: dict, agreement: Agreement) -> tuple[Submission, bool]:
    """Return the student's open case for this degree, and whether it is new. The account is locked meanwhile."""
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=student.pk)
        existing = _open_cases(student).filter(degree=choices["degree"]).first()
        if existing:
            return existing, False
        submission = lifecycle.start(
            student=student,
            degree=choices["degree"],
            programme=choices["programme"],
            term=choices["term"],
            agreement=agreement,
        )
        case = Case.find(submission.uuid, student)
        if case.connection:
            prefill_from_orcid(case)
        return submission, True
