"""What staff are asked before an action on a case."""

import datetime as dt

from django import forms
from django.utils import timezone

from .. import case_facts, publication
from ..models import Submission
from ..refusals import MoveRefused


class CaseForm(forms.Form):
    """A form about one case. ``submission`` is None where Wagtail's workflow asks, which has no case at hand."""

    def __init__(self, *args: object, submission: Submission | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.submission = submission

    @property
    def has_student(self) -> bool:
        """Whether it is about somebody with an account here; a thesis that was imported has an author without one."""
        return self.submission is None or self.submission.student_id is not None


class ActionCommentForm(CaseForm):
    """The comment that goes to the student with a wish for changes."""

    comment = forms.CharField(
        label="What should the student change?",
        help_text="The student reads this, and your comments beside single fields.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what should be changed."},
    )


class ConferralForm(CaseForm):
    """The day on which the degree was conferred. Nothing is filled in: one press must not publish."""

    conferred_on = forms.DateField(
        label="Day of conferral",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="When you record it, the thesis is public at once: it goes to the places that are set up, the "
        "student’s ORCID record is updated, and the student gets a mail.",
        error_messages={
            "required": "Give the day on which the degree was conferred.",
            "invalid": "This is not a day. Write it as year, month and day, such as 2026-05-31.",
        },
    )

    def clean_conferred_on(self) -> dt.date:
        """A degree is recorded when it was conferred, not before, and is conferred after defence and enrolment."""
        day = self.cleaned_data["conferred_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(
                "This day is in the future. Record the conferral on the day or later."
            )
        if self.submission and (wrong := publication.wrong_conferral(self.submission.page, day)):
            raise forms.ValidationError(wrong)
        return day


class ConferralCorrectionForm(ConferralForm):
    """Another day for a conferral that is recorded."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conferred_on"].help_text = (
            "The page, the metadata and the student’s ORCID record get the new day. The student gets no mail."
            if self.has_student
            else "The page and the metadata get the new day. Nobody gets a mail."
        )


class WithdrawalForm(CaseForm):
    """Why a thesis is withdrawn. The student reads it."""

    comment = forms.CharField(
        label="Why is it withdrawn?",
        help_text="The student reads this in a mail and in the history.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why: the student has to know."},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.has_student:
            return
        field, address = self.fields["comment"], self.submission.author_email
        field.error_messages["required"] = "Say why: those who come after you have to know."
        field.help_text = (
            f"The author reads this in a mail to {address}, and the office in the history."
            if address
            else "The office reads this in the history. We know no address of the author, so nobody gets a mail."
        )


class IdWithdrawalForm(CaseForm):
    """Why an iD is taken out of the records of a thesis."""

    reason = forms.CharField(
        label="Why is it taken out?",
        help_text="Perhaps it is somebody else’s, or its owner asked for it. The author reads this in the history.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why: those who come after you have to know."},
    )


class EnrolmentForm(CaseForm):
    """Since when the student studies for this degree."""

    enrolled_on = forms.DateField(
        label="First day of the studies",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The degree goes to the student's ORCID record, as begun on this day. Leave it empty to take a "
        "confirmation back.",
    )

    def clean_enrolled_on(self) -> dt.date | None:
        """A day that can be true; empty only where there is a confirmation to take back."""
        day = self.cleaned_data["enrolled_on"]
        if day is None and not self.submission.enrolment_confirmed_at:
            raise forms.ValidationError("Give the first day of the studies.")
        if day and (wrong := case_facts.wrong_enrolment(self.submission, day)):
            raise forms.ValidationError(wrong)
        return day


class IdentifierForm(CaseForm):
    """The lasting identifiers of the thesis, in any form that people paste. A DOI that must stay is not asked for;
    ``note`` says why.
    """

    doi = forms.CharField(
        label="DOI",
        required=False,
        help_text="Such as 10.5555/abc or https://doi.org/10.5555/abc. Empty: it has none.",
    )
    handle = forms.CharField(
        label="Handle",
        required=False,
        help_text="Such as 20.500.12345/678 or https://hdl.handle.net/20.500.12345/678. Empty: it has none.",
    )

    isbn = forms.CharField(
        label="ISBN",
        required=False,
        help_text="Of the thesis itself, such as 978-0-306-40615-7. Empty: it has none.",
    )
    urn = forms.CharField(
        label="URN",
        required=False,
        help_text="Such as urn:nbn:de:101-2019010100. Empty: it has none.",
    )

    note = ""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.note = case_facts.why_doi_stays(self.submission) if self.submission else ""
        if self.note:
            del self.fields["doi"]

    def clean_doi(self) -> str:
        """The bare DOI, which no other thesis has."""
        return self._read("doi")

    def clean_handle(self) -> str:
        """The bare handle, which no other thesis has."""
        return self._read("handle")

    def clean_isbn(self) -> str:
        """The ISBN, its check digit right, which no other thesis has."""
        return self._read("isbn")

    def clean_urn(self) -> str:
        """The URN, which no other thesis has."""
        return self._read("urn")

    def _read(self, scheme: str) -> str:
        try:
            return case_facts.read_identifier(self.submission, scheme, self.cleaned_data[scheme])
        except MoveRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class OwnerForm(CaseForm):
    """Where the owner of a found iD is asked to confirm it. ``found`` is the number of its row; there is a form for
    each on the page of a case.
    """

    found = forms.CharField(widget=forms.HiddenInput)
    email = forms.EmailField(
        label="E-mail address of the owner",
        error_messages={
            "required": "Give the e-mail address of the owner.",
            "invalid": "This e-mail address is not complete. It should look like name@example.org.",
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"found-{self['found'].value()}-%s"
