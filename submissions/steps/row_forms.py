"""The rows of a list as a form: each with a key that stays, all of them together as one page sends them."""

from typing import ClassVar

from django import forms
from django.db import models

from .case import Case
from .forms import carry, changed_elsewhere, compare


class RowForm(forms.Form):
    """One row. ``key`` is made with the empty row, so that sending a form twice adds nothing twice.

    ``needed`` are the fields a draft may leave empty although they are not optional; ``preset`` those that say
    something in an empty row already.
    """

    needed: ClassVar[frozenset[str]] = frozenset()
    preset: ClassVar[frozenset[str]] = frozenset()

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, field in self.fields.items():
            field.required = False
            field.required_to_submit = name in self.needed
            field.show_hidden_initial = name != "key"
            field.widget.attrs.pop("maxlength", None)

    @classmethod
    def attributes(cls) -> tuple[str, ...]:
        """The attributes of the row that the form asks for, in its order."""
        return tuple(name for name in cls.base_fields if name != "key")

    def apply(self, row: models.Model) -> None:
        """Write the valid fields that this page changed, unsaved; ask about those that another window changed too."""
        self.data = self.data.copy()
        for name in self.attributes():
            stored = getattr(row, name)
            if name in self.cleaned_data and self.add_prefix(name) in self.data:
                is_ours, is_conflict = compare(self, name, stored)
                if is_conflict:
                    self.add_error(name, changed_elsewhere(self.fields[name], stored))
                elif is_ours:
                    setattr(row, name, stored := self.cleaned_data[name])
            carry(self, name, stored)

    def restore(self, row: models.Model) -> None:
        """Write everything valid onto a row that was taken off in another window and changed in this one, unsaved."""
        self.data = self.data.copy()
        for name in self.attributes():
            if name in self.cleaned_data:
                setattr(row, name, self.cleaned_data[name])
            carry(self, name, getattr(row, name))

    def refused(self) -> dict[str, str]:
        """What was typed and could not be saved, by the field's name."""
        return {
            name: self.data.get(self.add_prefix(name), "")
            for name in self.attributes()
            if name in self.errors
        }

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed in this row."""
        return not any(self[name].value() for name in self.attributes() if name not in self.preset)

    @property
    def was_stored(self) -> bool:
        """Whether the row existed when the page was made: then the page carries what stood in it."""
        return any(
            self.data.get(self.add_initial_prefix(name))
            for name in self.attributes()
            if name not in self.preset
        )

    @property
    def heading(self) -> str:
        """What the row is about, for its legend and its buttons. Templates find a field of this name first."""
        return self._words(self.attributes()[0])

    @property
    def key_value(self) -> str:
        """The row's key as the page carries it."""
        return str(self["key"].value() or "")

    def _words(self, *names: str) -> str:
        return " ".join(filter(None, (str(self[name].value() or "").strip() for name in names)))


class Rows(forms.BaseFormSet):
    """The rows of one page together."""

    def __init__(self, *args: object, case: Case, **kwargs: object) -> None:
        self.case = case
        super().__init__(*args, **kwargs)


def rows_of(form: type[RowForm], *, most: int, too_many: str, formset: type[Rows] = Rows) -> type[Rows]:
    """Return a formset of at most ``most`` rows, which says ``too_many`` when there are more."""
    made = forms.formset_factory(
        form, formset=formset, extra=0, max_num=most, absolute_max=most + 20, validate_max=True
    )
    made.default_error_messages = {
        "missing_management_form": "A part of this page did not arrive, so nothing was saved. Please send it again.",
        "too_many_forms": too_many,
    }
    return made
