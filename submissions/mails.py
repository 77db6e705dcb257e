"""Who hears what. Every mail leaves after the commit; one that cannot leave is logged and shown, and stops nothing."""

import logging
import smtplib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from orcid_workflow.after_commit import after_commit

from .addresses import page_url
from .models import FoundId, Invitation, Submission
from .outlets.doi.codes import reserved_doi
from .record_wording import after_publication

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of mail to the student: its subject (with the thesis' title) and its template."""

    subject: str
    template: str


#: Events of the lifecycle that the student hears of.
TO_STUDENT: dict[str, Notice] = {
    "submitted": Notice("We have received your thesis “{title}”", "submitted"),
    "changes_requested": Notice("Please correct your thesis “{title}”", "changes_requested"),
    "in_review": Notice("Your committee approved “{title}”", "in_review"),
    "approved": Notice("The graduate school approved “{title}”", "approved"),
    "withdrawn": Notice("Your thesis “{title}” was withdrawn", "withdrawn"),
    "published": Notice("Your thesis “{title}” is public", "published"),
    "republished": Notice("Your thesis “{title}” is public again", "republished"),
    "id_taken_out": Notice("Your ORCID iD was taken out of the records of “{title}”", "id_taken_out"),
    "id_put_back": Notice("Your ORCID iD is in the records of “{title}” again", "id_put_back"),
}
#: Those that say what becomes of the ORCID record.
_ABOUT_RECORD = frozenset({"published", "republished", "id_put_back"})


def send_after_commit(event: str, submission: Submission) -> None:
    """Mail the student about ``event`` (a key of ``TO_STUDENT``) when the present transaction has committed."""
    after_commit(_mail_student, event, submission.pk)


def mail_invitation_after_commit(invitation: Invitation) -> None:
    """Mail the member their link when the present transaction has committed."""
    after_commit(_mail_invitation, invitation.pk)


def mail_found_id_after_commit(found: FoundId) -> None:
    """Ask the owner of a found iD to confirm it, when the present transaction has committed."""
    after_commit(_mail_found_id, found.pk)


def _mail_student(event: str, submission_id: int) -> None:
    submission = Submission.objects.select_related("page", "student", "profile").get(pk=submission_id)
    notice = TO_STUDENT[event]
    change = submission.changes.first()
    context = {
        "submission": submission,
        "change": change,
        "desk_url": settings.ETD_BASE_URL + reverse("submissions:tasks", args=[submission.uuid]),
        "page_url": page_url(submission.page),
        "reserved_doi": reserved_doi(submission),
    }
    if event in _ABOUT_RECORD:
        context["record"] = record = after_publication(submission)
        context["record_url"] = settings.ETD_BASE_URL + record.url
    address = submission.author_email or submission.profile.contact_email
    if address:
        send(
            notice.subject.format(title=submission),
            f"submissions/mail/{notice.template}.txt",
            context,
            address,
        )


def _mail_invitation(invitation_id: int) -> None:
    from .committee.invitations import link  # the link module queues this mail: a circle if imported above

    invitation = Invitation.objects.select_related("submission__page", "submission__student").get(
        pk=invitation_id
    )
    error = send(
        f"Please read and approve the thesis “{invitation.submission}”",
        "submissions/mail/invitation.txt",
        {"invitation": invitation, "submission": invitation.submission, "link": link(invitation)},
        invitation.email,
    )
    Invitation.objects.filter(pk=invitation_id).update(
        mailed_at=None if error else timezone.now(), mail_error=error[:300]
    )


def _mail_found_id(found_id: int) -> None:
    from .imports.confirming import link, role_of  # they queue this mail: a circle if imported above

    found = FoundId.objects.select_related("submission__page", "submission__student").get(pk=found_id)
    context = {"found": found, "submission": found.submission, "role": role_of(found), "link": link(found)}
    subject = f"Is this your ORCID iD? It is about the thesis “{found.submission}”"
    if send(subject, "submissions/mail/found_id.txt", context, found.email):
        FoundId.objects.filter(pk=found_id).update(invited_at=None)  # nobody was asked


def send(subject: str, template: str, context: dict, address: str) -> str:
    """Send one plain mail at once; return "" or what went wrong, in words.

    ``template`` is drawn with ``context``; line breaks in ``subject`` become spaces. A mail that cannot leave is in the
    log and raises nothing. Call it after the commit (``after_commit``).
    """
    message = EmailMessage(" ".join(subject.split())[:200], render_to_string(template, context), to=[address])
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        log.exception("A mail could not be sent: %s", template)
        return f"The mail could not be sent ({type(error).__name__})."
    return ""
