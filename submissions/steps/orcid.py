"""The step that connects the student's ORCID iD, and says what was read, permitted and prefilled."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from orcid_workflow import oauth, profile
from orcid_workflow.models import Connection
from orcid_workflow.purposes import get_purpose, words_for

from ..record_wording import kept_off
from .base import DONE, NEEDS_ANSWER, NOT_STARTED, Answer, Step
from .case import Case, NotYourTurn, editing
from .from_record import FromRecordStep
from .prefill import is_from_orcid
from .profile import ProfileForm, prefill_from_orcid

PURPOSE = "author"


class OrcidStep(Step):
    """Connect, read again, and the way to undo it. Possible at any time, also when the thesis is with others."""

    identifier = "orcid"
    label = "Your ORCID iD"
    template = "submissions/steps/orcid.html"

    def state(self, case: Case) -> str:
        """Connected and able to write, or not; an iD whose permission ended asks for an answer."""
        if case.connection is None:
            return NOT_STARTED
        is_fine = case.connection.can_write and not case.problems_of(self.identifier)
        return DONE if is_fine else NEEDS_ANSWER

    def is_passed(self, case: Case) -> bool:
        """Whether nothing about the iD stands in the way of sending."""
        return not case.problems_of(self.identifier)

    def hint(self, case: Case) -> str:
        """Whether it is needed, or what does not work."""
        if case.connection is None:
            return "" if settings.ETD_ORCID_REQUIRED else "You can submit without it and connect later"
        return (
            ""
            if case.connection.can_write
            else "Connect again, so that we can put your thesis on your record"
        )

    def problem_url(self, case: Case, problem_field: str, back: str = "") -> str:
        """The page: it has one button."""
        return self.url(case, back=back)

    def respond(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Show where it stands; POST goes to ORCID, or reads the record again."""
        if request.method != "POST":
            return self.show(request, case)
        if request.POST.get("do") == "read" and case.connection:
            return self.read_again(request, case)
        context = {"submission": str(case.submission.uuid), "back": self.back(request)}
        return oauth.begin(request, PURPOSE, context)

    def show(self, request: HttpRequest, case: Case) -> HttpResponse:
        """The page before connecting, or after."""
        purpose = get_purpose(PURPOSE)
        connection = case.connection
        scopes = connection.scopes if connection else frozenset()
        return self.page(
            request,
            case,
            purpose=purpose,
            connection=connection,
            kept_off=kept_off(case.submission, connection) if connection else "",
            allowed=[words_for(scope) for scope in purpose.scopes if scope in scopes],
            orcid_profile=case.orcid_profile,
            standing=profile.standing(connection, case.orcid_profile) if connection else None,
            prefilled=[
                field.label for name, field in ProfileForm.base_fields.items() if is_from_orcid(case, name)
            ],
            choices=self.choices(case),
            record_is_old=connection is not None and not was_read(connection),
            after_url=self.after(case, self.back(request)),
            required=settings.ETD_ORCID_REQUIRED,
        )

    @staticmethod
    def choices(case: Case) -> list[dict]:
        """What the record offers beyond single fields: how many things, and where they are chosen."""
        from .registry import STEPS

        if not case.editable:
            return []
        return [
            {
                "text": f"{left} {step.one if left == 1 else step.many}",
                "label": step.label,
                "url": step.url(case),
            }
            for step in STEPS
            if isinstance(step, FromRecordStep) and (left := step.left(case))
        ]

    def read_again(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Read the record once more and prefill what is still empty. No transaction is open while ORCID is asked."""
        if profile.refresh(case.connection) is None:
            messages.error(
                request,
                "ORCID did not give us your record just now. " + kept_sentence(case.connection),
            )
        else:
            messages.success(request, "We read your ORCID record. " + prefilled_sentence(fill(case)))
        return redirect(self.url(case, back=self.back(request)))

    def answers(self, case: Case, back: str = "") -> list[Answer]:
        """The iD in full."""
        connection = case.connection
        missing = next((problem.sentence for problem in case.problems_of(self.identifier)), "")
        value = ""
        if connection:
            value = render_to_string("submissions/steps/own_id.html", {"connection": connection})
        return [Answer("Your ORCID iD", value, self.url(case, back=back) if back else "", missing)]


def kept_sentence(connection: Connection) -> str:
    """What we still have when ORCID does not answer."""
    if not connection.record or not connection.record_read_at:
        return "Nothing was changed; try again in a few minutes."
    when = date_format(timezone.localtime(connection.record_read_at), "j F Y, H:i T")
    return f"What we read on {when} is kept and still offered to you; try again in a few minutes."


def was_read(connection: Connection) -> bool:
    """Whether the record was read since the person last signed in at ORCID."""
    return bool(connection.record_read_at) and connection.record_read_at >= connection.authenticated_at


def fill(case: Case) -> list[str]:
    """Prefill what is still empty, if it is the student's turn; return the labels of the fields."""
    try:
        with editing(case) as fresh:
            return prefill_from_orcid(fresh)
    except NotYourTurn:
        return []


def prefilled_sentence(labels: list[str]) -> str:
    """What was filled in, in words."""
    if not labels:
        return "Nothing was filled in: your fields have values already, or the record says nothing for them."
    return f"We filled in: {', '.join(labels).lower()}. You can change each of them under “About you”."
