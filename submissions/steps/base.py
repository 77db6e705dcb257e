"""What every step of the student's form has in common. Knows nothing of what a single step asks."""

import datetime as dt
from dataclasses import dataclass, field
from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format

from ..drafts import save_draft
from .case import Case, NotYourTurn, editing
from .forms import DraftForm

NOT_STARTED, IN_PROGRESS, NEEDS_ANSWER, DONE = "not_started", "in_progress", "needs_answer", "done"
REVIEW = "review"  # the step that others may be visited from, and that leads back


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of "check your answers". ``missing`` is the sentence that stands in place of a value.

    ``orcid_source``: who stated it on the ORCID record, to stand after "added by".
    """

    label: str
    value: object = ""
    change_url: str = ""
    missing: str = ""
    comments: list = field(default_factory=list)
    from_orcid: bool = False
    orcid_source: str = ""


class Step:
    """One page of the form. A subclass says what it asks; the registry says where it stands.

    ``identifier`` is the last part of the address; ``fields`` are shown at the review with their labels.
    """

    identifier: ClassVar[str]
    label: ClassVar[str]
    lead: ClassVar[str] = ""
    form_class: ClassVar[type[DraftForm]]
    template: ClassVar[str] = "submissions/steps/step.html"
    optional: ClassVar[bool] = False  # nothing in it is asked of anybody

    # --- where it stands -------------------------------------------------------------------------------------------

    def state(self, case: Case) -> str:
        """One of ``NOT_STARTED``, ``IN_PROGRESS``, ``NEEDS_ANSWER`` and ``DONE``."""
        if any(not comment.answered for comment in case.comments_of(self.identifier)):
            return NEEDS_ANSWER
        if case.problems_of(self.identifier):
            return IN_PROGRESS if self.is_begun(case) else NOT_STARTED
        return NOT_STARTED if self.optional and not self.is_begun(case) else DONE

    def is_passed(self, case: Case) -> bool:
        """Whether the student need not come here: it is done, or nothing in it stands in the way of sending."""
        state = self.state(case)
        return state == DONE or (self.optional and state == NOT_STARTED)

    def is_begun(self, case: Case) -> bool:
        """Whether the student has given anything here."""
        return any(bool(value) for value in self.form_class(case=case).initial.values())

    def hint(self, case: Case) -> str:
        """A few words under the step's name in the task list."""
        comments = case.comments_of(self.identifier)
        if not comments:
            return "Only if you have something for it" if self.optional and not self.is_begun(case) else ""
        open_ones = sum(not comment.answered for comment in comments)
        words = "1 comment" if len(comments) == 1 else f"{len(comments)} comments"
        return words if open_ones else f"{words}; you have changed what they are about"

    def url(self, case: Case, field_id: str = "", back: str = "") -> str:
        """Address of this step, of one field in it, with the way back."""
        address = reverse("submissions:step", args=[case.submission.uuid, self.identifier])
        return f"{address}{f'?back={back}' if back else ''}{f'#{field_id}' if field_id else ''}"

    def problem_url(self, case: Case, problem_field: str, back: str = "") -> str:
        """Where a problem is mended: the very field, where there is one."""
        return self.url(case, f"id_{problem_field}" if problem_field else "", back)

    # --- the page --------------------------------------------------------------------------------------------------

    def respond(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Show the page, or save what was sent. Raises ``NotYourTurn`` when the thesis is with others."""
        if not case.editable:
            raise NotYourTurn(case.why_closed)
        return self.save(request, case) if request.method == "POST" else self.show(request, case)

    def show(self, request: HttpRequest, case: Case) -> HttpResponse:
        """The page with what is stored, and with what was typed and refused the last time."""
        form = self.form_class(case=case)
        if refused := request.session.get(self.refused_key(case)):
            form = self.form_class(form.as_data() | refused, case=case)
        return self.page(request, case, form=form)

    def save(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Save every valid field; go on when all are valid, else show the page with what is wrong."""
        with editing(case) as fresh:
            form = self.form_class(self.posted(request, fresh), case=fresh)
            valid = form.is_valid()
            self.write(form, form.apply(), fresh)
        self.keep_refused(request, fresh, form)
        if not valid:
            return self.page(request, fresh, form=form, saved_partly=True)
        return self.go_on(request, fresh)

    def refused_key(self, case: Case) -> str:
        """Where the session keeps what was typed in this step and could not be saved."""
        return f"refused_{case.submission.uuid}_{self.identifier}"

    def keep_refused(self, request: HttpRequest, case: Case, form: DraftForm) -> None:
        """Keep refused words until they are mended, so that leaving the page loses nothing."""
        words = {name: form.data.get(name, "") for name in form.errors if name in form.fields}
        if words:
            request.session[self.refused_key(case)] = words
        else:
            request.session.pop(self.refused_key(case), None)

    def posted(self, request: HttpRequest, case: Case) -> QueryDict:
        """The data for the form: what the browser sent."""
        return request.POST

    def write(self, form: DraftForm, changed: frozenset[str], case: Case) -> None:
        """Store what changed. Nothing is written, and no revision made, when nothing did."""
        profile_fields = changed & form.on_profile
        if profile_fields:
            case.profile.save(update_fields=sorted(profile_fields))
        if changed - form.on_profile:
            save_draft(case.page, user=case.user)

    def go_on(self, request: HttpRequest, case: Case) -> HttpResponse:
        """After a save: the next step, back to the review, or the desk; the button says which."""
        messages.success(request, f"Saved: {self.label}.")
        wish = request.POST.get("go")
        if wish == "later":
            return redirect("submissions:tasks", case.submission.uuid)
        if wish == "stay" or "use_orcid" in request.POST:
            return redirect(self.url(case, back=self.back(request)))
        return redirect(self.after(case, self.back(request)))

    def after(self, case: Case, back: str) -> str:
        """Address of what comes after this step."""
        from .registry import get, next_of

        following = get(REVIEW) if back == REVIEW else next_of(self)
        return following.url(case) if following else reverse("submissions:tasks", args=[case.submission.uuid])

    @staticmethod
    def back(request: HttpRequest) -> str:
        """``"review"`` for somebody who came from there; anything else is no page to go back to."""
        asked = request.POST.get("back") or request.GET.get("back")
        return REVIEW if asked == REVIEW else ""

    def page(
        self,
        request: HttpRequest,
        case: Case,
        *,
        form: forms.BaseForm | None = None,
        status: int = 200,
        template: str = "",
        **context: object,
    ) -> HttpResponse:
        """Render the step's template, or another one."""
        from .registry import STEPS, next_of, previous_of

        if form is not None:
            self.mark(form, case)
        shown_at_fields = set(form.fields) if form is not None else set()
        return render(
            request,
            template or self.template,
            {
                "case": case,
                "submission": case.submission,
                "step": self,
                "number": STEPS.index(self) + 1,
                "count": len(STEPS),
                "previous_url": previous.url(case) if (previous := previous_of(self)) else "",
                "next_label": following.label if (following := next_of(self)) else "",
                "back": self.back(request),
                "form": form,
                "step_comments": [
                    comment
                    for comment in case.comments_of(self.identifier)
                    if comment.field not in shown_at_fields and not comment.row
                ],
                **context,
            },
            status=status,
        )

    def mark(self, form: forms.BaseForm, case: Case) -> None:
        """Hang comments on the fields they are about."""
        for name, form_field in form.fields.items():
            form_field.staff_comments = case.comments_of(self.identifier, name)

    # --- check your answers ----------------------------------------------------------------------------------------

    def answers(self, case: Case, back: str = "") -> list[Answer]:
        """The lines of this step at the review. ``back`` is empty where nothing can be changed."""
        form = self.form_class(case=case)
        self.mark(form, case)
        missing = {problem.field: problem.sentence for problem in case.problems_of(self.identifier)}
        return [
            Answer(
                label=bound.label,
                value=self.display(case, bound),
                change_url=self.url(case, bound.auto_id, back) if back else "",
                missing=missing.get(bound.name, ""),
                comments=bound.field.staff_comments,
                from_orcid=getattr(bound.field, "from_orcid", False),
                orcid_source=getattr(bound.field, "orcid_source", ""),
            )
            for bound in form
        ]

    def display(self, case: Case, bound: forms.BoundField) -> object:
        """A stored value in words."""
        value = bound.initial
        if isinstance(value, dt.date):
            return date_format(value, "j F Y")
        choices = getattr(bound.field, "choices", None)
        if choices is not None and isinstance(value, str):
            return dict(choices).get(value, value) if value else ""
        return value or ""
