"""Ask, give, refuse: each one transaction under the lock of the case, with mails after the commit."""

import datetime as dt
import hashlib
import uuid

from django.db import connection, transaction
from django.utils import timezone

from orcid_workflow.after_commit import after_commit

from ... import mails, permissions
from ...addresses import page_url
from ...models import CopyRequest, Submission
from . import links

DAYS_TO_FETCH = 14
ASK_AGAIN = dt.timedelta(days=7)  # one request of one address for one thesis in this time
A_DAY = dt.timedelta(days=1)
OF_A_THESIS_A_DAY = 10
OF_AN_ADDRESS_A_DAY = 5


class NotPossible(Exception):
    """Nothing was done. ``str()`` is the sentence that says why."""


@transaction.atomic
def ask(submission: Submission, *, name: str, email: str, message: str) -> None:
    """Keep a request and mail the author about it. Raises ``NotPossible``.

    A second one from the same address for the same thesis within ``ASK_AGAIN`` changes nothing and mails nobody, and
    its sender learns no more than the first time: whether somebody else asked is nobody's business.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if not (answer := permissions.can_ask_for_copy(submission)):
        raise NotPossible(answer.reason)
    _one_at_a_time(email)
    now = timezone.now()
    theirs = CopyRequest.objects.filter(email__iexact=email)
    if theirs.filter(submission=submission, asked_at__gt=now - ASK_AGAIN).exists():
        return
    lately = {"asked_at__gt": now - A_DAY}
    if (
        theirs.filter(**lately).count() >= OF_AN_ADDRESS_A_DAY
        or submission.copy_requests.filter(**lately).count() >= OF_A_THESIS_A_DAY
    ):
        raise NotPossible(
            "There were many requests today, so this one was not sent. Please try again tomorrow."
        )
    request = CopyRequest.objects.create(submission=submission, name=name, email=email, message=message)
    after_commit(_mail_author, request.pk)


@transaction.atomic
def answer(request: CopyRequest, *, give: bool, by: str) -> CopyRequest:
    """Give the copy or refuse it, once; the first answer stands. ``by`` is the name of who answers.

    Raises ``NotPossible`` when there is nothing to give any more: withdrawn, or open to everybody meanwhile.
    """
    submission = Submission.objects.select_for_update().get(pk=request.submission_id)
    request = CopyRequest.objects.select_for_update().get(pk=request.pk)
    if request.answer != CopyRequest.Answer.WAITING:
        return request
    if not (possible := permissions.can_ask_for_copy(submission)):
        raise NotPossible(possible.reason)
    now = timezone.now()
    request.answer = CopyRequest.Answer.GIVEN if give else CopyRequest.Answer.REFUSED
    request.answered_at, request.answered_by = now, by[:201]
    request.download_until = now + dt.timedelta(days=DAYS_TO_FETCH) if give else None
    request.save(update_fields=["answer", "answered_at", "answered_by", "download_until"])
    after_commit(_mail_reader, request.pk)
    return request


def _one_at_a_time(email: str) -> None:
    """Hold a lock that stands for the address to the end of the transaction, so that requests for different theses at
    one moment see each other; the lock of the case does the same for those of one thesis. On SQLite there is one writer
    at a time anyhow.
    """
    if connection.vendor == "postgresql":
        digest = hashlib.sha256(email.lower().encode()).digest()
        with connection.cursor() as cursor:
            # One number: the locks of two numbers are those of ``outlets.oai.clock``.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])


def author_address(submission: Submission) -> str:
    """Where the author is reached: the address for after graduation, else the account's; "" when there is neither."""
    profile = getattr(submission, "profile", None)
    return (profile.contact_email if profile else "") or submission.author_email


def _mail_author(pk: int) -> None:
    request = CopyRequest.objects.select_related("submission__page", "submission__student").get(pk=pk)
    if address := author_address(request.submission):
        _send("Somebody asks for a copy of “{title}”", "asked", request, address, links.answer_link(request))


def _mail_reader(pk: int) -> None:
    request = CopyRequest.objects.select_related("submission__page", "submission__student").get(pk=pk)
    if request.answer == CopyRequest.Answer.GIVEN:
        _send("Your copy of “{title}”", "given", request, request.email, links.copy_link(request))
    else:
        _send("Your request for a copy of “{title}”", "refused", request, request.email, "")


def _send(subject: str, template: str, request: CopyRequest, address: str, link: str) -> None:
    context = {
        "request_": request,
        "submission": request.submission,
        "page": request.submission.page,
        "page_url": page_url(request.submission.page),
        "link": link,
    }
    mails.send(
        subject.format(title=request.submission.page.title),
        f"submissions/mail/copy_{template}.txt",
        context,
        address,
    )


def public_submission(key: uuid.UUID) -> Submission | None:
    """The case with this UUID if the public ever saw its thesis; None otherwise."""
    cases = Submission.objects.filter(uuid=key, published_at__isnull=False)
    return cases.select_related("page", "degree", "programme").first()
