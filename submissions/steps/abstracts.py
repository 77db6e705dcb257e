"""The step about the abstract in other languages: many universities ask for it in two, and readers find it by both."""

from django import forms
from django.utils.text import Truncator

from ..languages import LANGUAGES
from ..models import ThesisAbstract
from ..readiness import NO_ABSTRACT_LANGUAGE, SAME_ABSTRACT_LANGUAGE
from .forms import LongText
from .row_forms import RowForm, Rows, rows_of
from .rows import RowsStep
from .thesis import USUAL_FIRST

MOST = 10  # languages beside that of the thesis
_NAMES = dict(LANGUAGES)
OWN_LANGUAGE = (
    "Your thesis is in {language}, so its abstract in {language} stands in the step about your thesis. "
    "Choose another language, or take this one off the list."
)


class AbstractForm(RowForm):
    """The abstract in one language."""

    needed = frozenset({"language", "text"})

    language = forms.ChoiceField(
        label="Language",
        choices=[("", "Choose a language"), *USUAL_FIRST],
        error_messages={"invalid_choice": "Choose a language from the list."},
    )
    text = LongText(
        label="Abstract in this language",
        help_text="Your abstract, translated. Plain text.",
        rows=10,
    )

    @property
    def heading(self) -> str:
        """The language by its name."""
        return _NAMES.get(self["language"].value() or "", "")


class AbstractRows(Rows):
    """The abstracts of one page together. Each language stands once, that of the thesis among them."""

    def clean(self) -> None:
        """Say at the field what is wrong with a language; what a row says besides is saved all the same."""
        own = self.case.page.language
        seen = {own} if own else set()
        for form in self.forms:
            if form.is_blank or form.key_value == self.data.get("remove") or form.has_error("language"):
                continue
            language = form.cleaned_data.get("language", "")
            name = _NAMES.get(language, language)
            if not language:
                form.add_error("language", NO_ABSTRACT_LANGUAGE)
            elif language == own:
                form.add_error("language", OWN_LANGUAGE.format(language=name))
            elif language in seen:
                form.add_error("language", SAME_ABSTRACT_LANGUAGE.format(language=name))
            seen.add(language)


class AbstractsStep(RowsStep):
    """Abstracts in other languages: optional, and a draft may be without the text of one."""

    identifier = "abstracts"
    label = "Abstract in other languages"
    lead = "If your thesis has its abstract in a second language, put it here. If not, go on."
    optional = True
    one = "abstract"
    add_words = "Save and add an abstract"
    fields_template = "submissions/steps/abstract_fields.html"
    relation = "other_abstracts"
    prefix = "abstracts"
    rows_class: type[Rows] = rows_of(
        AbstractForm,
        formset=AbstractRows,
        most=MOST,
        too_many=f"There is room for {MOST} abstracts. Please write to us if you have more.",
    )
    model = ThesisAbstract

    def line(self, row: ThesisAbstract) -> tuple[str, str]:
        """The language and the whole text."""
        return (
            f"Abstract in {_NAMES.get(row.language, 'a language not given')}",
            row.text or "Not written yet",
        )

    def details(self, row: ThesisAbstract) -> str:
        """How it begins."""
        return Truncator(row.text).words(30)
