"""The step about the student: names as they stand on the thesis, how to reach them, what they do."""

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string

from ..drafts import save_draft
from ..languages import COUNTRIES
from .base import IN_PROGRESS, NOT_STARTED, Step
from .case import Case
from .forms import DraftForm, LinesField, WebAddressesField, too_long
from .prefill import (
    OFFERS,
    ON_PAGE,
    Offer,
    forget,
    offers,
    origins,
    prefill,
    remember,
    taken_from,
    taken_value,
)

ALL = "all"  # the value of the button that fills every empty field


class ProfileForm(DraftForm):
    """Names (on the thesis) and what the office needs to know (never public)."""

    on_profile = frozenset(OFFERS) - ON_PAGE
    needed = frozenset({"author_given", "contact_email"})

    author_given = forms.CharField(
        label="Given name",
        help_text="As it should stand on your thesis. If you have one name only, write it here.",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages=too_long(100, "The given name"),
    )
    author_family = forms.CharField(
        label="Family name",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages=too_long(100, "The family name"),
    )
    other_names = forms.CharField(
        label="Other names you publish under",
        help_text="A birth name or another spelling, separated by semicolons. Not public.",
        max_length=300,
        error_messages=too_long(300, "This", "Give the most important ones."),
    )
    contact_email = forms.EmailField(
        label="E-mail address after graduation",
        help_text="Your university address may end with your studies. We use it for your thesis only. Not public.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": "Your address after graduation is not complete. It should look like name@example.org.",
            **too_long(254, "The address", "Is something pasted twice?"),
        },
    )
    country = forms.ChoiceField(
        label="Country where you live",
        choices=[("", "Choose a country"), *COUNTRIES],
        error_messages={"invalid_choice": "Choose a country from the list."},
    )
    education = forms.CharField(
        label="Current programme of study",
        max_length=300,
        help_text="For example: PhD candidate, Marine Biology, this university",
        error_messages=too_long(300, "This"),
    )
    employment = forms.CharField(
        label="Current position",
        help_text="If you work beside or after your studies.",
        max_length=300,
        error_messages=too_long(300, "This"),
    )
    research_keywords = LinesField(
        label="Research interests",
        help_text="One a line, or with commas between them.",
        rows=4,
    )
    websites = WebAddressesField(
        label="Your websites",
        help_text="One address a line: your own page, your group, your code. For the thesis office only: they are "
        "not shown with your thesis.",
        rows=3,
    )


class ProfileStep(Step):
    """Names, address, country, studies, work, interests; each offered from ORCID where the record says something."""

    identifier = "profile"
    label = "About you"
    lead = "Your name will stand on the thesis. The rest is for the thesis office only."
    form_class = ProfileForm
    template = "submissions/steps/profile.html"

    def state(self, case: Case) -> str:
        """As for every step; the name alone, which comes from the account, is no beginning."""
        state = super().state(case)
        own = ProfileForm.on_profile
        if state == IN_PROGRESS and not any(getattr(case.profile, name) for name in own):
            return NOT_STARTED
        return state

    def mark(self, form: ProfileForm, case: Case) -> None:
        """Mark what came from ORCID, and offer what the record says where the field says something else."""
        super().mark(form, case)
        offered = offers(case.orcid_profile)
        for name, field in form.fields.items():
            typed = form.data.get(name, "") if form.is_bound else form.initial[name]
            current = typed.replace("\r\n", "\n")  # as a browser ends the lines of a text area
            field.from_orcid = bool(current) and taken_value(case, name) == current
            field.orcid_source = taken_from(case, name)
            if current not in [offer.value for offer in offered.get(name, [])]:
                field.help_text = self._with_offers(field, name, offered.get(name, []))

    @staticmethod
    def _with_offers(field: forms.Field, name: str, choice: list[Offer]) -> str:
        """The help of a field with what the record says, each with a button to take it."""
        labels = dict(getattr(field, "choices", ()))
        return render_to_string(
            "submissions/steps/offers.html",
            {
                "help": field.help_text,
                "label": field.label,
                "offers": [
                    {
                        "words": labels.get(offer.value, ", ".join(offer.value.split("\n"))),
                        "source": offer.source,
                        # Several are told apart by their values: their order may change when the record is read again.
                        "button": name if len(choice) == 1 else f"{name}={offer.value}",
                    }
                    for offer in choice
                ],
            },
        )

    def posted(self, request: HttpRequest, case: Case) -> QueryDict:
        """Put the values of the pressed "use" button into the data, remember where they came from, and say so.

        The button for everything fills empty fields alone: what somebody typed is replaced one by one, on purpose.
        """
        wish, _, value = request.POST.get("use_orcid", "").partition("=")
        offered = offers(case.orcid_profile)
        if wish == ALL and not value:
            taken = fillable(offered, request.POST)
        else:
            choice = offered.get(wish, [])
            chosen = [one for one in choice if one.value == value or (len(choice) == 1 and not value)]
            taken = {wish: chosen[0]} if chosen else {}
        if not taken:
            return request.POST
        data = request.POST.copy()
        for name, offer in taken.items():
            data[name] = offer.value
        remember(case, taken)
        labels = ", ".join(str(ProfileForm.base_fields[name].label) for name in taken)
        messages.success(request, f"From your ORCID record we filled in: {labels}.")
        return data

    def write(self, form: ProfileForm, changed: frozenset[str], case: Case) -> None:
        """Store, with the note of what came from ORCID when a button was pressed."""
        super().write(form, changed, case)
        if "use_orcid" in form.data:
            case.profile.save(update_fields=["from_orcid"])

    def page(
        self, request: HttpRequest, case: Case, *, form: forms.BaseForm | None = None, **context: object
    ) -> HttpResponse:
        """Offer to fill what is empty while the record says something for it."""
        offered = offers(case.orcid_profile)
        shown = form.data if form is not None and form.is_bound else form.initial if form is not None else {}
        return super().page(
            request,
            case,
            form=form,
            can_fill=bool(fillable(offered, shown)),
            has_offers=bool(offered),
            **context,
        )


def fillable(offered: dict[str, list[Offer]], typed: Mapping[str, str]) -> dict[str, Offer]:
    """Return the offers for fields in which nothing is ``typed``. Where the record says several things the student
    chooses; half a name from the record beside half a name typed would be nobody's.
    """
    has_name = any(typed.get(name, "").strip() for name in ON_PAGE)
    return {
        name: found[0]
        for name, found in offered.items()
        if len(found) == 1 and not typed.get(name, "").strip() and not (has_name and name in ON_PAGE)
    }


def prefill_from_orcid(case: Case) -> list[str]:
    """Take out what another iD's record gave, fill empty fields from this one's, and save; return the labels.

    Call it in ``editing``.
    """
    before = _of_page(case)
    is_changed = forget(case)
    taken = prefill(case)
    if taken or is_changed:
        case.profile.save()
    if before != _of_page(case):
        save_draft(case.page, user=case.user)
    return [str(ProfileForm.base_fields[name].label) for name in taken]


def _of_page(case: Case) -> list:
    """What a record can give to the page."""
    return [*(getattr(case.page, name) for name in (*sorted(ON_PAGE), "keywords")), *origins(case)]
