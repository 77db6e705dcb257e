"""Why people of this office are sent to ORCID. The student's purpose is here; the committee's registers itself."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from orcid_workflow.account import STUDENT_SCOPES, connected_page, own_address, own_details
from orcid_workflow.models import Connection
from orcid_workflow.purposes import ConnectionRefused, Purpose, register_purpose
from orcid_workflow.signals import connection_changed

from . import record_wording
from .committee import orcid as committee_orcid  # noqa: F401 - importing registers the committee's purpose
from .imports import confirming  # noqa: F401 - and this that of found iDs


def _step_url(context: dict) -> str:
    """The ORCID step of the submission that the student came from; else the page they came from, or their desk."""
    if not context.get("submission"):
        return context.get("next") or reverse("submissions:desk")
    address = reverse("submissions:step", args=[context["submission"], "orcid"])
    return f"{address}?back=review" if context.get("back") == "review" else address


def _connected(request: HttpRequest, connection: Connection, context: dict) -> str:
    """Prefill the student's empty fields from the record, say what was done, and lead back to the step.

    Without a submission they came from /orcid/, to connect again: the page that says what was connected does.
    Runs in the transaction that stores the connection. The record was read before it began; when ORCID did not give
    it, the connection stands and the step offers to read again.
    """
    from .models import Submission
    from .steps.case import Case
    from .steps.orcid import fill, prefilled_sentence, was_read

    if not context.get("submission"):
        return connected_page(request, connection, context)
    try:
        case = Case.find(context["submission"], request.user)
    except (Submission.DoesNotExist, ValidationError):
        return reverse("submissions:desk")
    if case.submission.student_id != request.user.pk:
        return reverse("submissions:desk")
    if seat := case.submission.invitations.filter(active=True, connection=connection).first():
        raise ConnectionRefused(
            "This ORCID iD sits on your committee",
            f"{connection.orcid} was confirmed by {seat.name}, so it cannot be yours. Perhaps ORCID still had somebody "
            "else signed in on this computer: sign out at ORCID, then start again.",
        )
    if was_read(connection):
        messages.success(request, "Your ORCID iD is connected. " + prefilled_sentence(fill(case)))
    else:
        messages.warning(
            request,
            "Your ORCID iD is connected, but ORCID did not give us your record. You can read it again below, or go on.",
        )
    return _step_url(context)


@receiver(connection_changed)
def forget_record(connection: Connection, change: str, **kwargs: object) -> None:
    """Take what a disconnected record gave out of its owner's drafts: the iD may have been somebody else's."""
    from .models import Status, Submission
    from .steps.case import Case
    from .steps.orcid import fill

    if change != "disconnected" or connection.user_id is None:
        return
    for submission in Submission.objects.filter(student=connection.user_id, status=Status.DRAFT):
        fill(Case(submission, connection.user))


def _theses(connection: Connection) -> list[str]:
    """Say which published theses keep the iD of their author, and who can take it off (``Purpose.stays``)."""
    from .models import Status, Submission

    published = Submission.objects.filter(author_connection=connection, status=Status.PUBLISHED)
    return [
        f"Your iD stays on your thesis “{thesis}”, which is public. "
        "The thesis office takes it off when you ask them to."
        for thesis in published.exclude(withdrawn_ids__orcid=connection.orcid)
    ]


def _kept_off(connection: Connection) -> list[str]:
    """Say which theses of its owner the office keeps off this record (``Purpose.kept_off``)."""
    from .models import Submission

    if connection.user_id is None:
        return []
    kept = Submission.objects.filter(student=connection.user_id, withdrawn_ids__orcid=connection.orcid)
    return [record_wording.kept_off(thesis, connection) for thesis in kept.select_related("page")]


AUTHOR = register_purpose(
    Purpose(
        name="author",
        scopes=STUDENT_SCOPES,
        requires_user=True,
        open_to_all=True,
        on_connected=_connected,
        failure_url=_step_url,
        prefill=own_details,
        receipt_to=own_address,
        stays=_theses,
        kept_off=_kept_off,
        why=(
            "Your ORCID iD tells you apart from everybody who shares your name, and stays yours when you leave the "
            "university. Your thesis will carry it."
        ),
        reads=(
            "your iD and your name, as your record shows them",
            "what your record shows to everyone and to trusted organisations, so that you need not type it again",
        ),
        without="Without it your thesis cannot be sent, unless the thesis office tells you otherwise.",
        writes=(
            "your thesis, when it is public, and its corrections",
            "your degree, as an education: when the office confirms your enrolment, and its end when it is conferred",
            "nothing else, and we touch nothing that others wrote",
        ),
    )
)
