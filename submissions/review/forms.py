"""What staff are asked before a workflow action."""

from django import forms
from django.utils import timezone


class ActionCommentForm(forms.Form):
    """The comment that goes to the student with a wish for changes."""

    comment = forms.CharField(
        label="What should the student change?",
        help_text="The student reads this, and your comments beside single fields.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what should be changed."},
    )


class ConferralForm(forms.Form):
    """The day on which the degree was conferred."""

    conferred_on = forms.DateField(
        label="Day of conferral",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The thesis is published at once and the student's ORCID record is updated.",
    )

    def clean_conferred_on(self):
        """A degree is recorded when it was conferred, not before."""
        day = self.cleaned_data["conferred_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(
                "This day is in the future. Record the conferral on the day or later."
            )
        return day


class WithdrawalForm(forms.Form):
    """Why a thesis is withdrawn. The student reads it."""

    comment = forms.CharField(
        label="Why is it withdrawn?",
        help_text="The student reads this in a mail and in the history.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why: the student has to know."},
    )
