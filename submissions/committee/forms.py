"""The form by which a committee member decides."""

from django import forms

from ..models import Verdict


class DecisionForm(forms.Form):
    """Verdict, comment, and the revision that the member was shown (a number, hidden)."""

    verdict = forms.ChoiceField(
        label="What do you decide?",
        choices=[
            (Verdict.APPROVE, "I approve this thesis"),
            (Verdict.CHANGES, "I ask the student for changes"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you approve the thesis or ask for changes."},
    )
    comment = forms.CharField(
        label="Your comment",
        help_text="Needed if you ask for changes: say what should be changed. The student and the graduate school "
        "can read it.",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "comment"
        ].required_to_submit = True  # the help says when; "(optional)" would say otherwise

    def clean(self) -> dict:
        """A wish for changes says which."""
        data = super().clean()
        if (
            data.get("verdict") == Verdict.CHANGES
            and not data.get("comment")
            and "comment" not in self.errors
        ):
            self.add_error("comment", "Say what should be changed, so that the student knows what to do.")
        return data
