"""Forms of a draft: every field may be empty, every valid field is saved, whatever is wrong with its neighbours."""

from typing import ClassVar

from django import forms

from .case import Case


class DraftForm(forms.Form):
    """A form whose fields are attributes of the thesis page or of the author's profile.

    ``on_profile`` names the fields of the profile; all others are the page's. ``needed`` are those that are not
    optional although a draft may leave them empty. A value that a browser did not send is left as it is.
    """

    on_profile: ClassVar[frozenset[str]] = frozenset()
    needed: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, data=None, files=None, *, case: Case) -> None:
        self.case = case
        initial = {name: getattr(self._home(name), name) for name in self.base_fields}
        super().__init__(data, files, initial=initial)
        for name, field in self.fields.items():
            field.required = False
            field.required_to_submit = name in self.needed
            # A browser would cut what is pasted at maxlength, and nobody would notice.
            field.widget.attrs.pop("maxlength", None)
        self.use_required_attribute = False

    def apply(self) -> frozenset[str]:
        """Write the valid fields onto page and profile, unsaved; return the names of those that changed."""
        changed = set()
        for name, value in self.cleaned_data.items():
            if self.add_prefix(name) not in self.data:
                continue
            home = self._home(name)
            if getattr(home, name) != value:
                setattr(home, name, value)
                changed.add(name)
        return frozenset(changed)

    def _home(self, name: str) -> object:
        return self.case.profile if name in self.on_profile else self.case.page


class LongText(forms.CharField):
    """Text of several lines. Browsers send line ends as CR LF, we keep LF: saving without a change changes nothing."""

    def __init__(self, *, rows: int = 4, **kwargs) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: str) -> str:
        """Return the text with one kind of line end."""
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class LinesField(LongText):
    """Things one a line; semicolons part them too. Empty lines and repeated ones go, their order stays."""

    def to_python(self, value: str) -> str:
        """Return the lines, joined."""
        text = super().to_python(value)
        unique: dict[str, str] = {}
        for line in text.replace(";", "\n").split("\n"):
            tidy = " ".join(line.split())
            if tidy:
                unique.setdefault(tidy.casefold(), tidy)
        return "\n".join(unique.values())


def too_long(limit: int, what: str, cure: str = "Shorten it.") -> dict[str, str]:
    """Error messages for a field that takes ``limit`` letters."""
    return {"max_length": f"{what} has %(show_value)d letters, and we can keep {limit}. {cure}"}
