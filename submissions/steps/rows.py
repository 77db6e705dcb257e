"""Steps that ask for a list: a row a thing, added and taken off one by one, each keeping its key."""

import uuid
from typing import ClassVar

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ..drafts import save_draft
from .base import Answer, Step
from .case import Case, editing
from .row_forms import Rows


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
    #: Buttons that save and show this step again: query and anchor.
    MORE: ClassVar[dict[str, tuple[str, str]]] = {"add": ("more=1", "add"), "pick": ("pick=1", "")}

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

    def changed(self, row: models.Model, names: set[str]) -> None:
        """Called with a row of which the student changed these attributes, before it is saved."""

    def line(self, row: models.Model) -> tuple[str, str]:
        """Label and value of a row at the review; line ends in the value are kept."""
        raise NotImplementedError

    def details(self, row: models.Model) -> str:
        """What a folded row says under its heading; line ends are kept."""
        return self.line(row)[1]

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
        if wish := self.MORE.get(request.POST.get("go", "")):
            return redirect(self.with_query(fresh, *wish, back=self.back(request)))
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
                removed = form.heading or f"The {self.one}"
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
                as_it_was = self._values(row)
                form.apply(row)
                if names := {name for name, value in self._values(row).items() if value != as_it_was[name]}:
                    self.changed(row, names)
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
            form.details = self.details(row) if row else ""
            form.origin = self.origin(case, row) if row else {}
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
