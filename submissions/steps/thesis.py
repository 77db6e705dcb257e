"""The step about the work itself: title, abstract, language, keywords, defence."""

import datetime as dt

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from orcid_workflow.profile import Fact

from ..languages import LANGUAGES
from ..models.thesis import TITLE_MAX
from ..readiness import NO_LANGUAGE, NO_TITLE, SAME_LANGUAGE
from .base import Step
from .case import Case
from .forms import DraftForm, LinesField, LongText, OneLine, parted, too_long
from .prefill import KEYWORDS, Offer, remember, stated_by, taken_from, taken_value

OLDEST = dt.date(1900, 1, 1)  # an earlier defence is a slip of the keyboard

USUAL_FIRST = sorted(LANGUAGES, key=lambda pair: pair[0] != "en")  # English, then the others by their names


class ThesisForm(DraftForm):
    """Title, abstract, language, keywords and date of the defence."""

    needed = frozenset({"title", "abstract", "language", "keywords", "defence_date"})

    title = OneLine(
        what="The title",
        label="Title of your thesis",
        help_text="As on the title page, without the subtitle.",
        max_length=TITLE_MAX,
        error_messages=too_long(TITLE_MAX, "The title", "Move a part of it to the subtitle."),
    )
    subtitle = OneLine(
        what="The subtitle",
        label="Subtitle",
        max_length=255,
        error_messages=too_long(255, "The subtitle", "Shorten it a little."),
    )
    abstract = LongText(
        label="Abstract",
        help_text="What your thesis asks, how you went about it, and what you found. Plain text.",
        rows=10,
    )
    language = forms.ChoiceField(
        label="Language the thesis is written in",
        choices=[("", "Choose a language"), *USUAL_FIRST],
        error_messages={"invalid_choice": "Choose a language from the list."},
    )
    translated_title = OneLine(
        what="The translated title",
        label="Title in another language",
        help_text="The whole title, with the subtitle, if your thesis has one in a second language.",
        max_length=255,
        error_messages=too_long(255, "The translated title", "Leave the subtitle out."),
    )
    translated_title_language = forms.ChoiceField(
        label="Language of that title",
        choices=[("", "Choose a language"), *USUAL_FIRST],
        error_messages={"invalid_choice": "Choose a language from the list."},
    )
    keywords = LinesField(
        label="Keywords",
        help_text="What readers would search for, one a line, or with commas between them.",
        rows=5,
    )
    defence_date = forms.DateField(
        label="Date of your defence",
        help_text="Year, month and day, for example 2026-03-05. Leave it empty until the defence has taken place.",
        input_formats=["%Y-%m-%d", "%d %B %Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": "This is not a date we can read. Write it like 2026-03-05: year, month, day."
        },
    )

    def clean(self) -> dict:
        """The two titles are in two languages, and the second one is given with its language."""
        cleaned = super().clean()
        language, other = (
            cleaned.get(name, self.initial[name]) for name in ("language", "translated_title_language")
        )
        is_ours = {"language", "translated_title_language"} & cleaned.keys()
        if is_ours and language and language == other:
            self.add_error("translated_title_language", SAME_LANGUAGE)
        both = "translated_title", "translated_title_language"
        if all(name in self.data and name not in self.errors for name in both):
            title, other = (cleaned.get(name, self.initial[name]) for name in both)
            if title and not other:
                self.add_error("translated_title_language", NO_LANGUAGE)
            elif other and not title:
                self.add_error("translated_title", NO_TITLE)
        return cleaned

    def clean_defence_date(self) -> dt.date | None:
        """A defence lies in the past, and in living memory."""
        day = self.cleaned_data["defence_date"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(
                f"{date_format(day, 'j F Y')} is in the future. Give the date when the defence has taken place; until "
                "then leave it empty and save the rest."
            )
        if day and day < OLDEST:
            raise forms.ValidationError(f"Please check the year: {day.year} cannot be right.")
        return day


class ThesisStep(Step):
    """Title, abstract, language, keywords, defence."""

    identifier = "thesis"
    label = "Your thesis"
    lead = "These words are what the world will find. You can leave fields empty and come back to them."
    form_class = ThesisForm

    def mark(self, form: ThesisForm, case: Case) -> None:
        """Offer the keywords of the ORCID record for copying, and say which of them were."""
        super().mark(form, case)
        field = form.fields["keywords"]
        taken = (taken_value(case, KEYWORDS) or "").split("\n")
        if kept := [word for word in case.page.keyword_list if word in taken]:
            field.from_orcid = True
            field.orcid_source = f"{taken_from(case, KEYWORDS)}: {', '.join(kept)}"
        offered = [fact.value for fact in self._new_keywords(case)]
        if offered:
            field.help_text = format_html(
                '{}<p class="orcid-offer"><span>From your ORCID record: {}</span> '
                '<button class="button button--secondary button--small" name="use_orcid" value="keywords">Add these'
                '<span class="visually-hidden"> keywords</span></button></p>',
                field.help_text,
                format_html_join(", ", "<strong>{}</strong>", ((word,) for word in offered)),
            )

    def posted(self, request: HttpRequest, case: Case) -> QueryDict:
        """Add the offered keywords to those in the field when their button was pressed."""
        new = self._new_keywords(case)
        if request.POST.get("use_orcid") != "keywords" or not new:
            return request.POST
        data = request.POST.copy()
        words = [word for fact in new for word in parted(fact.value)]
        data["keywords"] = "\n".join([data.get("keywords", ""), *words])
        sources = dict.fromkeys(stated_by(fact.source) for fact in new)
        before = taken_value(case, KEYWORDS)
        said = dict.fromkeys(filter(None, (taken_from(case, KEYWORDS), *sources)))
        remember(case, {KEYWORDS: Offer("\n".join(filter(None, (before, *words))), " and ".join(said))})
        return data

    def write(self, form: ThesisForm, changed: frozenset[str], case: Case) -> None:
        """Store, with the note of what came from ORCID when its button was pressed."""
        super().write(form, changed, case)
        if form.data.get("use_orcid") == "keywords":
            case.profile.save(update_fields=["from_orcid"])

    @staticmethod
    def _new_keywords(case: Case) -> list[Fact]:
        """The record's keywords that the thesis does not have."""
        have = {keyword.casefold() for keyword in case.page.keyword_list}
        record = case.orcid_profile
        return [
            fact
            for fact in (record.keywords if record else ())
            if not have.issuperset(word.casefold() for word in parted(fact.value))
        ]
