"""The last step: everything on one page, what is missing first, and the button that sends it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format

from .. import lifecycle
from ..committee.invitations import never_approved
from ..models import CommitteeTask, Status, Submission
from ..wording import listed
from .base import DONE, NOT_STARTED, REVIEW, Answer, Step
from .case import Case
from .forms import LongText


class SendForm(forms.Form):
    """A few words that go along."""

    note = LongText(
        label="Anything the readers should know?",
        help_text="Your committee and the graduate school can read this.",
        required=False,
        max_length=2000,
        error_messages={"max_length": "This has %(show_value)d letters; please stay under 2000."},
    )

    def __init__(self, *args: object, again: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["note"].widget.attrs.pop("maxlength", None)
        if again:
            self.fields["note"].label = "What did you change?"
            self.fields[
                "note"
            ].help_text = "Whoever reads it next can read this: your committee or the graduate school."


class ReviewStep(Step):
    """Check and send."""

    identifier = "review"
    label = "Check and send"
    template = "submissions/steps/review.html"

    def state(self, case: Case) -> str:
        """Done once it was sent; before that it waits for the others."""
        return NOT_STARTED if case.editable else DONE

    def is_passed(self, case: Case) -> bool:
        """Never: it is where all the others lead."""
        return False

    def hint(self, case: Case) -> str:
        """How much is missing."""
        count = len(case.problems)
        if not case.editable:
            return ""
        if not count:
            return "Nothing is missing"
        return "1 thing is missing" if count == 1 else f"{count} things are missing"

    def respond(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Show everything, also when it cannot be changed; POST sends the thesis."""
        if request.method == "POST":
            return self.send(request, case)
        return self.show(request, case)

    def show(self, request: HttpRequest, case: Case) -> HttpResponse:
        """The page as it stands."""
        kept = {"note": request.session.get(note_key(case), "")}
        return self._page(
            request, case, SendForm(initial=kept, again=case.submission.submitted_at is not None)
        )

    def send(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Submit, or only keep the note. A second press or tab lands on the page that says when it was sent."""
        if case.editable:
            request.session[note_key(case)] = request.POST.get("note", "")
            if request.POST.get("do") == "keep":
                messages.success(request, "Your note is kept until you send your thesis.")
                return redirect(self.url(case))
            form = SendForm(request.POST, again=case.submission.submitted_at is not None)
            if case.problems or not form.is_valid():
                return self._page(request, case, form, was_refused=True)
            try:
                lifecycle.submit(case.submission, actor=request.user, note=form.cleaned_data["note"])
            except lifecycle.NotReady:
                case = Case.find(case.submission.uuid, request.user)
                return self._page(request, case, form, was_refused=True)
            except lifecycle.MoveRefused as refused:
                return self._already(request, case, str(refused))
            request.session.pop(note_key(case), None)
            return redirect("submissions:sent", case.submission.uuid)
        return self._already(request, case, case.why_closed)

    @staticmethod
    def _already(request: HttpRequest, case: Case, reason: str) -> HttpResponse:
        submission = Submission.objects.get(pk=case.submission.pk)
        if submission.status in (Status.WITH_COMMITTEE, Status.IN_REVIEW):
            messages.info(request, "Your thesis was sent already. It was not sent a second time.")
            return redirect("submissions:sent", submission.uuid)
        messages.error(request, reason)
        return redirect("submissions:tasks", submission.uuid)

    def _page(
        self, request: HttpRequest, case: Case, form: SendForm, was_refused: bool = False
    ) -> HttpResponse:
        from .registry import STEPS, get

        back = REVIEW if case.editable else ""
        others = [step for step in STEPS if step is not self]
        order = [step.identifier for step in others]
        known = sorted(
            (p for p in case.problems if p.step in order), key=lambda problem: order.index(problem.step)
        )
        missing = [
            {"text": problem.sentence, "url": get(problem.step).problem_url(case, problem.field, REVIEW)}
            for problem in known
        ] + [{"text": problem.sentence} for problem in case.problems if problem.step not in order]
        return self.page(
            request,
            case,
            form=form,
            missing=missing if case.editable else [],
            errors=missing if was_refused and missing else [],
            has_errors=was_refused,
            sections=[{"title": "The submission", "rows": case_rows(case)}]
            + [{"title": step.label, "rows": step.answers(case, back), "step": step} for step in others],
            again=case.submission.submitted_at is not None,
            unanswered=open_comments(case),
            way=who_reads_next(case) if case.editable else "",
        )


def note_key(case: Case) -> str:
    """Where the session keeps the note until the thesis is sent."""
    return f"note_{case.submission.uuid}"


def open_comments(case: Case) -> list[dict]:
    """The comments whose place the student has not changed, each with the page where that is done."""
    from .registry import get

    return [
        {
            "text": comment.text,
            "author": comment.author,
            "label": get(comment.step).label if comment.step else "",
            "url": get(comment.step).problem_url(
                case, f"{comment.row}-{comment.field}" if comment.row else comment.field, REVIEW
            )
            if comment.step
            else "",
        }
        for comment in case.comments
        if not comment.answered
    ]


def who_reads_next(case: Case) -> str:
    """Who gets the thesis when it is sent now, in words; ``lifecycle.submit`` does what this says."""
    state = case.page.current_workflow_state
    if case.submission.submitted_at is None or state is None:
        return "Each member of your committee gets a link by e-mail to read and approve your thesis."
    new = never_approved(case.submission)
    asked_by_staff = not isinstance(state.current_task_state.task.specific, CommitteeTask)
    if asked_by_staff and not new:
        return "It goes back to the graduate school, who asked for the changes. Your committee is not asked again."
    whole = "Your whole committee is asked again, and each member gets a link by e-mail"
    if asked_by_staff:
        verb = "has" if len(new) == 1 else "have"
        names = listed([member.name or "somebody without a name" for member in new])
        return f"{whole}, because {names} {verb} not approved your thesis yet. Then it goes to the graduate school."
    return f"{whole}, also those who approved the earlier version. Then it goes to the graduate school."


def case_rows(case: Case) -> list[Answer]:
    """What was chosen at the start, and the agreement."""
    submission = case.submission
    acceptance = getattr(submission, "acceptance", None)
    rows = [
        Answer("Reference", submission.reference),
        Answer("Degree", str(submission.degree)),
        Answer("Programme", submission.programme.name),
        Answer("Term", submission.term.name),
    ]
    if acceptance:
        day = date_format(timezone.localtime(acceptance.accepted_at), "j F Y")
        rows.append(Answer("Agreement", f"Version {acceptance.version}, accepted on {day}"))
    return rows
