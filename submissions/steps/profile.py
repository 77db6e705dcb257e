"""The step about the student: names as they stand on the thesis, how to reach them, what they do."""

from django import forms
from django.utils.html import format_html

from ..drafts import save_draft
from ..languages import COUNTRIES
from .base import IN_PROGRESS, NOT_STARTED, Step
from .case import Case
from .forms import DraftForm, LinesField, too_long
from .prefill import OFFERS, ON_PAGE, forget, offers, prefill, remember, taken_value

ALL = "all"  # the value of the button that takes every offer


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
        help_text="One a line, or all on one line with commas between them.",
        rows=4,
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
            current = form.data.get(name, "") if form.is_bound else form.initial[name]
            field.from_orcid = bool(current) and taken_value(case, name) == current
            if name in offered and offered[name] != current:
                field.help_text = self._offer(field, name, offered[name])

    @staticmethod
    def _offer(field: forms.Field, name: str, value: str):
        words = (
            dict(field.choices).get(value, value)
            if hasattr(field, "choices")
            else ", ".join(value.split("\n"))
        )
        return format_html(
            '{}<p class="orcid-offer">From your ORCID record: <strong>{}</strong> '
            '<button class="button button--secondary button--small" name="use_orcid" value="{}">Use this'
            '<span class="visually-hidden"> for: {}</span></button></p>',
            field.help_text,
            words,
            name,
            field.label,
        )

    def posted(self, request, case: Case):
        """Put the values of the pressed "use" button into the data, and remember where they came from."""
        wish = request.POST.get("use_orcid")
        offered = offers(case.orcid_profile)
        taken = offered if wish == ALL else {wish: offered[wish]} if wish in offered else {}
        if not taken:
            return request.POST
        data = request.POST.copy()
        for name, value in taken.items():
            data[name] = value
        remember(case, taken)
        return data

    def write(self, form: ProfileForm, changed: frozenset[str], case: Case) -> None:
        """Store, with the note of what came from ORCID when a button was pressed."""
        super().write(form, changed, case)
        if "use_orcid" in form.data:
            case.profile.save(update_fields=["from_orcid"])

    def page(self, request, case: Case, *, form=None, **context):
        """Offer to use everything while at least one field differs from the record."""
        offered = offers(case.orcid_profile)
        current = {name: getattr(case.page if name in ON_PAGE else case.profile, name) for name in offered}
        return super().page(request, case, form=form, can_use_all=current != offered, **context)


def prefill_from_orcid(case: Case) -> list[str]:
    """Take out what another iD's record gave, fill empty fields from this one's, and save; return the labels.

    Call it in ``editing``.
    """
    names = [getattr(case.page, name) for name in sorted(ON_PAGE)]
    is_changed = forget(case)
    taken = prefill(case)
    if taken or is_changed:
        case.profile.save()
    if names != [getattr(case.page, name) for name in sorted(ON_PAGE)]:
        save_draft(case.page, user=case.user)
    return [str(ProfileForm.base_fields[name].label) for name in taken]
