"""The two forms of the sign-in site."""

from django import forms
from django.contrib.auth.hashers import make_password
from django.db import transaction

from . import orcid_id, sessions
from .models import Email, Person

_REFUSED = {
    Person.Status.LOCKED: "This record is locked.",
    Person.Status.DEACTIVATED: "This record was deactivated by its owner.",
    Person.Status.UNCLAIMED: "This record was made for somebody who has not claimed it yet.",
    Person.Status.DEPRECATED: "This record was replaced by another one. Sign in with {primary}.",
}


class SignInForm(forms.Form):
    """iD, e-mail or username, and the password. After ``is_valid`` the person is in ``person``."""

    username = forms.CharField(
        error_messages={"required": "Enter your email, iD or username."},
        label="Email, 16-digit ORCID iD or username",
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        error_messages={"required": "Enter your password."},
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    person: Person

    def clean(self) -> dict:
        """Find the person, or say that name and password do not go together."""
        data = super().clean()
        if {"username", "password"} <= set(data):
            person = sessions.person_for(data["username"], data["password"])
            if person is None:
                raise forms.ValidationError(
                    "The name and the password do not go together. Check both and try again."
                )
            if person.status != Person.Status.ACTIVE:
                raise forms.ValidationError(_REFUSED[person.status].format(primary=person.primary))
            self.person = person
        return data


class RegistrationForm(forms.Form):
    """What somebody without an iD fills in."""

    given_names = forms.CharField(
        label="Given names",
        max_length=150,
        error_messages={"required": "Enter at least one given name."},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family_name = forms.CharField(
        label="Family names (optional)",
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = forms.EmailField(
        label="Email",
        error_messages={
            "required": "Enter your email address.",
            "invalid": "Enter an address with a name, an @ and a host, like name@example.edu.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        min_length=8,
        error_messages={
            "required": "Choose a password.",
            "min_length": "Choose a password of at least 8 characters.",
        },
        help_text="At least 8 characters.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        """Refuse an address that another record has."""
        email = self.cleaned_data["email"].lower()
        if Email.objects.filter(address__iexact=email).exists():
            raise forms.ValidationError("There is a record with this address already. Sign in instead.")
        return email

    def save(self) -> Person:
        """Make the person with a new iD. The address stays unverified, because no mail is sent."""
        data = self.cleaned_data
        with transaction.atomic():
            orcid = orcid_id.new()
            while Person.objects.filter(orcid=orcid).exists():
                orcid = orcid_id.new()
            person = Person.objects.create(
                orcid=orcid,
                password=make_password(data["password"]),
                given_names=data["given_names"],
                family_name=data["family_name"],
            )
            Email.objects.create(person=person, address=data["email"], primary=True)
        return person
