"""Steps that ask for a list: a row a thing, added and taken off one by one, each keeping its key."""

import uuid
from typing import ClassVar

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ..drafts import save_draft
from .base import Answer, Step
from .case import Case, editing
from .forms import carry, changed_elsewhere, compare


class RowForm(forms.Form):
    """One row. ``key`` is made with the empty row, so that sending a form twice adds nothing twice.

    ``needed`` are the fields a draft may leave empty although they are not optional; ``preset`` those that say
    something in an empty row already.
    """

    needed: ClassVar[frozenset[str]] = frozenset()
    preset: ClassVar[frozenset[str]] = frozenset()

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
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
    def title(self) -> str:
        """What the row is about, for its heading and its buttons."""
        return self._words(self.attributes()[0])

    @property
    def key_value(self) -> str:
        """The row's key as the page carries it."""
        return str(self["key"].value() or "")

    def _words(self, *names: str) -> str:
        return " ".join(filter(None, (str(self[name].value() or "").strip() for name in names)))


class Rows(forms.BaseFormSet):
    """The rows of one page together."""

    def __init__(self, *args, case: Case, **kwargs) -> None:
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


class RowsStep(Step):
    """A step that is a list. ``relation`` names the page's children; their ``key`` outlives every rewriting."""

    relation: ClassVar[str]
    prefix: ClassVar[str]
    rows_class: ClassVar[type[Rows]]
    model: ClassVar[type[models.Model]]
    one: ClassVar[str] = "row"  # what a row is, within a sentence
    add_words: ClassVar[str] = "Save and add another row"
    fields_template: ClassVar[str] = ""
    template = "submissions/steps/list.html"

    # --- what a kind of row says about itself ----------------------------------------------------------------------

    def least(self, case: Case) -> int:
        """How many rows the page has, empty ones counted in."""
        return 0

    def room(self, case: Case) -> int:
        """How many rows may still be added."""
        return self.rows_class.max_num - len(self.children(case))

    def anchor(self, number: int) -> str:
        """Id of the row with this number on the page."""
        return f"row-{number}"

    def before_save(self, row: models.Model, before: tuple) -> None:
        """Called with a row that was changed, and what it was."""

    def line(self, row: models.Model) -> tuple[str, str]:
        """Label and value of a row at the review; line ends in the value are kept."""
        raise NotImplementedError

    # --- where it stands -------------------------------------------------------------------------------------------

    def children(self, case: Case) -> list[models.Model]:
        """The rows as the page has them, in their order."""
        return list(getattr(case.page, self.relation).all())

    def is_begun(self, case: Case) -> bool:
        """Whether there is any row."""
        return bool(self.children(case))

    def problem_url(self, case: Case, problem_field: str, back: str = "") -> str:
        """A row's problem names the field as ``<key>-<field>``; the page has it under the row's number."""
        key, _, name = problem_field.rpartition("-")
        for number, row in enumerate(self.children(case)):
            if str(row.key) == key:
                return self.url(
                    case, f"id_{self.prefix}-{number}-{name}" if name else self.anchor(number), back
                )
        return self.url(case, back=back)

    # --- the page --------------------------------------------------------------------------------------------------

    def show(self, request: HttpRequest, case: Case) -> HttpResponse:
        """The rows so far, with what was refused the last time, and empty ones: the least, or one asked for."""
        children = self.children(case)
        rows = [self._values(row) for row in children]
        missing = max(self.least(case) - len(rows), 1 if "more" in request.GET and self.room(case) > 0 else 0)
        rows += [{"key": uuid.uuid4()} for _ in range(missing)]
        if refused := request.session.get(self.refused_key(case)):
            return self._page(request, case, self._formset(case, self._as_data(rows, refused)))
        return self._page(request, case, self._formset(case, initial=rows))

    def save(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Save every valid field of every row; then go on, show what is wrong, or add or remove a row."""
        with editing(case) as fresh:
            formset = self._formset(fresh, request.POST)
            formset.is_valid()
            removed = self._write(formset, fresh, request.POST.get("remove", ""))
            valid = formset.is_valid() and not any(row.errors for row in formset.forms)
        self._keep_refused(request, fresh, formset)
        if removed:
            messages.success(request, f"{removed} is no longer on the list.")
            return redirect(self.url(fresh, back=self.back(request)))
        if not valid:
            return self._page(request, fresh, formset, saved_partly=bool(formset.forms), has_errors=True)
        if request.POST.get("go") == "add":
            return redirect(self.with_query(fresh, "more=1", "add", self.back(request)))
        return self.go_on(request, fresh)

    def with_query(self, case: Case, query: str, anchor: str = "", back: str = "") -> str:
        """The step's address with a query, the way back and an anchor."""
        address = self.url(case, back=back)
        return f"{address}{'&' if '?' in address else '?'}{query}{f'#{anchor}' if anchor else ''}"

    def store(self, case: Case, rows: list[models.Model]) -> None:
        """Make these the page's rows and save the draft. Call it in ``editing``."""
        for number, row in enumerate(rows):
            row.sort_order = number
        getattr(case.page, self.relation).set(rows)
        save_draft(case.page, user=case.user)

    def signature(self, row: models.Model) -> tuple:
        """Key and values, to see whether anything changed."""
        return (row.key, *(getattr(row, name) for name in self._attributes))

    @property
    def _attributes(self) -> tuple[str, ...]:
        return self.rows_class.form.attributes()

    def _formset(self, case: Case, data=None, **kwargs) -> Rows:
        return self.rows_class(data, prefix=self.prefix, case=case, **kwargs)

    def _values(self, row: models.Model) -> dict:
        return {name: getattr(row, name) for name in ("key", *self._attributes)}

    def _as_data(self, rows: list[dict], refused: dict[str, dict[str, str]]) -> dict[str, str]:
        """What a browser would send for these rows, with the refused words in their places."""
        data = {f"{self.prefix}-TOTAL_FORMS": str(len(rows)), f"{self.prefix}-INITIAL_FORMS": "0"}
        for number, row in enumerate(rows):
            for name, field in self.rows_class.form.base_fields.items():
                value = field.prepare_value(row.get(name, field.initial))
                text = "" if value is None else str(value)
                data[f"initial-{self.prefix}-{number}-{name}"] = text
                data[f"{self.prefix}-{number}-{name}"] = refused.get(str(row["key"]), {}).get(name, text)
        return data

    def _keep_refused(self, request: HttpRequest, case: Case, formset: Rows) -> None:
        """Keep refused words until they are mended, so that leaving the page loses nothing."""
        if not formset.management_form.is_valid():
            return
        words = {row.key_value: refused for row in formset.forms if (refused := row.refused())}
        if words:
            request.session[self.refused_key(case)] = words
        else:
            request.session.pop(self.refused_key(case), None)

    def _write(self, formset: Rows, case: Case, remove: str) -> str:
        """Bring the page's rows in line with the form; return the name of what was taken off, if anything."""
        if not formset.management_form.is_valid():
            return ""
        known = {row.key: row for row in self.children(case)}
        before = [self.signature(row) for row in known.values()]
        kept, removed = [], ""
        for form in formset.forms:
            key = form.cleaned_data.get("key")
            if key is None or key in {row.key for row in kept}:
                key = uuid.uuid4()
            row = known.pop(key, None)
            if str(key) == remove:
                removed = form.title or f"The {self.one}"
                form.errors.clear()
                continue
            if form.is_blank:
                continue
            if row is None and form.was_stored:
                # Another window took it off. It stays off, unless this one has changed it since.
                if not set(form.changed_data) & set(form.attributes()):
                    continue
                form.restore(row := self.model(key=key))
            else:
                row = row or self.model(key=key)
                as_it_was = self.signature(row)
                form.apply(row)
                if self.signature(row) != as_it_was:
                    self.before_save(row, as_it_was)
            kept.append(row)
        # What another window added in the meantime is not on this page; nothing is taken off by not being there.
        kept += [row for key, row in known.items() if str(key) != remove]
        if [self.signature(row) for row in kept] != before:
            self.store(case, kept)
        return removed

    def _page(self, request: HttpRequest, case: Case, formset: Rows, **context) -> HttpResponse:
        stored = {str(row.key): row for row in self.children(case)}
        problems = {
            problem.field.rpartition("-")[0]: problem for problem in case.problems_of(self.identifier)
        }
        for form in formset.forms:
            said = [comment for comment in case.comments_of(self.identifier) if comment.row == form.key_value]
            form.comments = [comment for comment in said if comment.field not in form.fields]
            row = stored.get(form.key_value)
            form.facts = self.line(row)[1] if row else ""
            for name, field in form.fields.items():
                field.staff_comments = [comment for comment in said if comment.field == name]
            form.is_open = bool(
                said or row is None or problems.get(form.key_value) or (form.is_bound and form.errors)
            )
        return self.page(request, case, formset=formset, room=self.room(case), **context)

    # --- check your answers ----------------------------------------------------------------------------------------

    def answers(self, case: Case, back: str = "") -> list[Answer]:
        """A line a row, and a line for what is missing of the whole."""
        missing: dict[str, list[str]] = {}
        for problem in case.problems_of(self.identifier):
            missing.setdefault(problem.field.rpartition("-")[0], []).append(problem.sentence)
        lines = []
        for number, row in enumerate(self.children(case)):
            label, value = self.line(row)
            lines.append(
                Answer(
                    label,
                    value,
                    self.url(case, self.anchor(number), back) if back else "",
                    " ".join(missing.pop(str(row.key), [])),
                    [comment for comment in case.comments_of(self.identifier) if comment.row == str(row.key)],
                    **self.origin(case, row),
                )
            )
        rest = [sentence for sentences in missing.values() for sentence in sentences]
        if rest or not lines:
            lines.append(Answer(self.label, "", self.url(case, back=back) if back else "", " ".join(rest)))
        return lines

    def origin(self, case: Case, row: models.Model) -> dict:
        """What a line says of where the row came from."""
        return {}
