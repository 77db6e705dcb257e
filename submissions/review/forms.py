"""What staff are asked before a workflow action."""

from django import forms
from django.utils import timezone


class ActionCommentForm(forms.Form):
    """The comment that goes to the student with a wish for changes."""

    comment = forms.CharField(
        label="What should the student change?",
        help_text="The student reads this, and your comments beside single fields.",
        widget=forms.Textarea(attrs={"rows": 5}),
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
