"""The step about what readers may do with the thesis, and from when."""

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..models import EmbargoOption, Licence
from .base import Step
from .case import Case
from .forms import DraftForm

_GONE = {"invalid_choice": "This choice is no longer offered. Choose another one."}


class Explained(forms.ModelChoiceField):
    """Rows of a list as radio buttons, each with its explanation. ``explain`` names the attribute that holds it."""

    def __init__(self, *, explain: str, **kwargs: object) -> None:
        self.explain = explain
        super().__init__(widget=forms.RadioSelect, error_messages=_GONE, **kwargs)

    def label_from_instance(self, row: Licence | EmbargoOption) -> SafeString:
        """Name and explanation."""
        explanation = getattr(row, self.explain)
        return (
            format_html('<span>{}<span class="tasks__hint">{}</span></span>', row, explanation)
            if explanation
            else str(row)
        )


class RightsForm(DraftForm):
    """Licence and embargo."""

    needed = frozenset({"licence", "embargo"})

    licence = Explained(
        label="What may readers do with your thesis?",
        help_text="This is the licence. It cannot be made narrower after publication.",
        queryset=Licence.objects.none(),
        explain="summary",
    )
    embargo = Explained(
        label="When may readers open the file?",
        help_text=(
            "An embargo keeps the file closed until a date. Title, abstract and your name are public from the start."
        ),
        queryset=EmbargoOption.objects.none(),
        explain="explanation",
    )

    def __init__(
        self, data: QueryDict | None = None, files: MultiValueDict | None = None, *, case: Case
    ) -> None:
        super().__init__(data, files, case=case)
        # A row that was retired after this student chose it stays their choice.
        for name, model in (("licence", Licence), ("embargo", EmbargoOption)):
            chosen = getattr(case.page, f"{name}_id")
            self.fields[name].queryset = model.objects.filter(Q(active=True) | Q(pk=chosen))


class RightsStep(Step):
    """Licence and embargo."""

    identifier = "rights"
    label = "Rights and embargo"
    form_class = RightsForm

    def display(self, case: Case, bound: forms.BoundField) -> object:
        """The name of the chosen row."""
        return str(bound.initial or "")
