"""Forms of a draft: every field may be empty, every valid field is saved, whatever is wrong with its neighbours."""

import re
import unicodedata
from typing import ClassVar
from urllib.parse import urlsplit

from django import forms
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from ..metadata.crosswalks.text import clean
from .case import Case


class DraftForm(forms.Form):
    """A form whose fields are attributes of the thesis page or of the author's profile.

    ``on_profile`` names the fields of the profile; all others are the page's. ``needed`` are those that are not
    optional although a draft may leave them empty. A value that a browser did not send is left as it is.
    """

    on_profile: ClassVar[frozenset[str]] = frozenset()
    needed: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self, data: QueryDict | None = None, files: MultiValueDict | None = None, *, case: Case
    ) -> None:
        self.case = case
        initial = {name: getattr(self._home(name), name) for name in self.base_fields}
        super().__init__(data, files, initial=initial)
        for name, field in self.fields.items():
            field.required = False
            field.required_to_submit = name in self.needed
            # The page carries what it was made with, so that a second window does not save over the first.
            field.show_hidden_initial = True
            # A browser would cut what is pasted at maxlength, and nobody would notice.
            field.widget.attrs.pop("maxlength", None)
        self.use_required_attribute = False

    def clean(self) -> dict:
        """Leave alone what this page did not change; ask about what another window changed too."""
        cleaned = super().clean()
        for name in list(cleaned):
            is_ours, is_conflict = compare(self, name, self.initial[name])
            if is_conflict:
                self.add_error(name, changed_elsewhere(self.fields[name], self.initial[name]))
            elif not is_ours:
                del cleaned[name]
        return cleaned

    def as_data(self) -> dict[str, str]:
        """What a browser would send for this page if nothing was changed."""
        data = {}
        for name, field in self.fields.items():
            value = field.prepare_value(self.initial[name])
            data[self.add_prefix(name)] = data[self.add_initial_prefix(name)] = (
                "" if value is None else str(value)
            )
        return data

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
        self.data = self.data.copy()
        for name in self.fields:
            carry(self, name, getattr(self._home(name), name))
        return frozenset(changed)

    def _home(self, name: str) -> object:
        return self.case.profile if name in self.on_profile else self.case.page


def compare(form: forms.Form, name: str, stored: object) -> tuple[bool, bool]:
    """Whether this page changed a field, and whether what is ``stored`` was changed by another page meanwhile.

    Both are asked against what the page was made with, which it carries along; without that the page counts as having
    changed the field, alone.
    """
    carried = form.add_initial_prefix(name)
    if carried not in form.data or form.add_prefix(name) not in form.data:
        return True, False
    field = form.fields[name]
    before, now = (_cleaned(field, value) for value in (form.data[carried], field.prepare_value(stored)))
    ours = form.cleaned_data[name]
    return ours != before, ours != before and now not in (before, ours)


def carry(form: forms.Form, name: str, stored: object) -> None:
    """Make the page that is shown again carry what is stored now. ``form.data`` must be a copy."""
    value = form.fields[name].prepare_value(stored)
    form.data[form.add_initial_prefix(name)] = "" if value is None else str(value)


def changed_elsewhere(field: forms.Field, stored: object) -> str:
    """The sentence for a field that two windows changed."""
    value = field.prepare_value(stored)
    choices = {str(getattr(key, "value", key)): words for key, words in getattr(field, "choices", ())}
    words = choices.get(str(value), value)
    there = f"There it says now: “{words}”." if words not in ("", None) else "There it is empty now."
    return (
        f"You changed this in another window too. {there} Below is what you have here: save again to keep it."
    )


def _cleaned(field: forms.Field, value: object) -> object:
    try:
        return field.clean(value)
    except forms.ValidationError:
        return value


class LongText(forms.CharField):
    """Text of several lines, without control characters. Browsers send line ends as CR LF, we keep LF: saving without a
    change changes nothing.
    """

    def __init__(self, *, rows: int = 4, **kwargs: object) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: str) -> str:
        """Return the text with one kind of line end."""
        return super().to_python(clean(value) if isinstance(value, str) else value)


class OneLine(forms.CharField):
    """Text of one line: line ends, tabs and doubled spaces in what was pasted become one space; control characters go.

    Text of nothing but characters that cannot be seen (Unicode categories C and Z) is refused.
    """

    def __init__(self, *, what: str, **kwargs: object) -> None:
        self.what = what
        super().__init__(**kwargs)

    def to_python(self, value: str) -> str:
        """Return the text in one line."""
        return super().to_python(" ".join(clean(value).split()) if isinstance(value, str) else value)

    def validate(self, value: str) -> None:
        """Refuse what nobody can see."""
        super().validate(value)
        if value and all(unicodedata.category(letter)[0] in "CZ" for letter in value):
            raise forms.ValidationError(f"{self.what} has no letters that can be seen. Type it anew.")


_QUOTES = '"“”„«»'


class LinesField(LongText):
    """Things one a line; commas and semicolons part them too, and quotation marks around one are taken off.

    Empty lines and repeated ones go, their order stays.
    """

    def to_python(self, value: str) -> str:
        """Return the lines, joined."""
        unique: dict[str, str] = {}
        for part in parted(super().to_python(value)):
            unique.setdefault(part.casefold(), part)
        return "\n".join(unique.values())


def parted(text: str) -> list[str]:
    """The things that a ``LinesField`` reads from a text, without quotation marks around them."""
    parts = (" ".join(part.split()).strip(_QUOTES).strip() for part in re.split(r"[\n,;]", text))
    return [part for part in parts if part]


def too_long(limit: int, what: str, cure: str = "Shorten it.") -> dict[str, str]:
    """Error messages for a field that takes ``limit`` letters."""
    return {"max_length": f"{what} has %(show_value)d letters, and we can keep {limit}. {cure}"}


class WebAddress(forms.URLField):
    """The address of a page, ``https://`` put in front where it is missing; nothing but web pages."""

    default_validators: ClassVar = [URLValidator(schemes=["http", "https"])]

    def __init__(self, *, what: str, max_length: int = 1000, **kwargs: object) -> None:
        wrong = f"{what} is not whole. It looks like https://example.org/page"
        super().__init__(
            max_length=max_length,
            assume_scheme="https",
            error_messages={
                "invalid": wrong,
                **too_long(max_length, what, "Is something pasted twice?"),
            },
            **kwargs,
        )

    def to_python(self, value: str) -> str:
        """Return the address without spaces that came along when it was pasted."""
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


class WebAddressesField(LongText):
    """Addresses of web pages, one a line; spaces part them too. Repeated ones go, their order stays."""

    LONGEST = 1000  # letters of one address
    _SAID = 5  # so many wrong ones are named at a time: somebody may have pasted a whole text

    def to_python(self, value: str) -> str:
        """Return the addresses, joined by line ends. Raises ``ValidationError`` that names each one that is none."""
        found, wrong = {}, []
        for typed in super().to_python(value).split():
            try:
                found.setdefault(self.whole(typed))
            except forms.ValidationError as error:
                wrong.append(error)
        if wrong:
            raise forms.ValidationError(wrong[: self._SAID])
        return "\n".join(found)

    @classmethod
    def whole(cls, typed: str) -> str:
        """Return one address, ``https://`` put in front where it is missing. Raises ``ValidationError``."""
        if len(typed) > cls.LONGEST:
            raise forms.ValidationError(
                f"The address that begins with {typed[:50]} is longer than {cls.LONGEST} letters. "
                "Is something pasted twice?"
            )
        scheme, _, rest = (typed if "://" in typed else f"https://{typed}").partition("://")
        address = f"{scheme.lower()}://{rest}"
        try:
            URLValidator(schemes=["http", "https"])(address)
            if "@" in urlsplit(address).netloc:  # an e-mail address, or a password
                raise ValueError
        except (forms.ValidationError, ValueError) as error:
            raise forms.ValidationError(
                f"“{typed}” is not a whole web address. One looks like https://example.org/page"
            ) from error
        return address
