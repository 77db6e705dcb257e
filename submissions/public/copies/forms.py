"""The form by which a reader asks. A field that people do not see, and their haste, tell programs from people."""

import time
import uuid

from django import forms
from django.core import signing

from ...models import CopyRequest

SALT = "submissions.copies.form"
SECONDS_AT_LEAST = 3  # nobody types a name and an address faster
SECONDS_AT_MOST = 24 * 3600


def stamp(submission: uuid.UUID, at: float | None = None) -> str:
    """A signed note of when the form for this thesis was shown (seconds since 1970; now, unless ``at`` is given)."""
    return signing.dumps([submission.hex, time.time() if at is None else at], salt=SALT)


class CopyRequestForm(forms.ModelForm):
    """Name, e-mail address and a few words. ``topic`` has to stay empty; ``shown`` is ``stamp``'s note."""

    topic = forms.CharField(required=False, max_length=1000)
    shown = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)

    class Meta:
        model = CopyRequest
        fields = ["name", "email", "message"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "message": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "email": "The copy is sent here. The author sees your name and address, and nobody else but the office.",
            "message": "A sentence helps the author to decide, for example what you are working on.",
        }
        error_messages = {
            "name": {"required": "Write your name, so that the author knows who asks."},
            "email": {"required": "Write your e-mail address, so that the copy can be sent to you."},
        }

    def __init__(self, submission: uuid.UUID, *args: object, **kwargs: object) -> None:
        self.submission = submission
        super().__init__(*args, **kwargs)
        self.fields["shown"].initial = stamp(submission)

    @property
    def by_a_program(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("topic"))

    def clean_shown(self) -> str:
        """Neither in haste nor with a page of yesterday; a fresh note is put into the form for the next try."""
        typed = self.cleaned_data["shown"]
        self.data = self.data.copy()
        self.data["shown"] = stamp(self.submission, time.time() - SECONDS_AT_LEAST)
        try:
            submission, at = signing.loads(typed, salt=SALT)
            age = time.time() - at
        except (signing.BadSignature, ValueError, TypeError):
            submission, age = "", 0
        if submission != self.submission.hex or not SECONDS_AT_LEAST <= age <= SECONDS_AT_MOST:
            self.add_error(None, "Please look over what you wrote, and send it once more.")
        return typed
