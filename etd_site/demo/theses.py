"""The demo's theses: a dozen, in every status, moved there by the same functions that real people's clicks call."""

import datetime as dt
from io import BytesIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone
from wagtail.models import Comment

from orcid_workflow.models import Connection
from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.files import preflight, store
from submissions.models import (
    Agreement,
    CommitteeMember,
    Degree,
    EmbargoOption,
    Licence,
    Programme,
    Submission,
    Term,
    Verdict,
)

from .pdf import thesis_pdf
from .people import by_username
from .thesis_list import THESES, DemoThesis

DUMMY = "django.core.mail.backends.dummy.EmailBackend"
UNIVERSITY = "Northfield University"


def load_theses() -> int:
    """Make every thesis whose student has none yet; return how many were made."""
    made = 0
    for thesis in THESES:
        student = get_user_model().objects.get(username=thesis.student)
        if not Submission.objects.filter(student=student).exists():
            # Only the mails with links that still wait for somebody; the others would hide those a visitor causes.
            backend = settings.EMAIL_BACKEND if thesis.goal == "with_committee" else DUMMY
            with override_settings(EMAIL_BACKEND=backend), transaction.atomic():
                _make(thesis, student)
            made += 1
    return made


def _make(thesis: DemoThesis, student: object) -> None:
    submission = lifecycle.start(
        student=student,
        degree=Degree.objects.get(abbreviation=thesis.degree),
        programme=Programme.objects.get(name=thesis.programme),
        term=Term.objects.first(),
        agreement=Agreement.objects.first(),
    )
    _write(thesis, submission)
    for stage in STAGES[thesis.goal]:
        submission.refresh_from_db()
        stage(thesis, submission)


def _write(thesis: DemoThesis, submission: Submission) -> None:
    page = submission.page
    people = by_username()
    page.title, page.subtitle, page.abstract = thesis.title, thesis.subtitle, thesis.abstract
    page.keywords = "\n".join(thesis.keywords)
    page.language = thesis.language
    if thesis.goal != "draft":
        page.defence_date = timezone.localdate() - dt.timedelta(days=20)
        page.licence = Licence.objects.get(spdx=thesis.licence)
        page.embargo = EmbargoOption.objects.get(months=thesis.months)
        submission.profile.contact_email = f"{thesis.student}@example.org"
        submission.profile.save()
    page.committee_members = [
        CommitteeMember(
            given_name=people[name].given,
            family_name=people[name].family,
            email=people[name].email,
            role=role,
            affiliation="University of Westhaven" if name == "member3" else UNIVERSITY,
            sort_order=order,
        )
        for order, (name, role) in enumerate(thesis.committee)
    ]
    save_draft(page, user=submission.student)
    if thesis.goal != "draft":
        content = thesis_pdf(
            title=f"{thesis.title}: {thesis.subtitle}" if thesis.subtitle else thesis.title,
            author=people[thesis.student].name,
            degree=submission.degree.name,
            university=UNIVERSITY,
            abstract=thesis.abstract,
            year=timezone.localdate().year,
        )
        upload(submission, content, f"{thesis.student}-thesis.pdf")


def upload(submission: Submission, content: bytes, name: str) -> None:
    """Put a PDF on a draft by the way every uploaded file goes: checked, stored by checksum, written to the page."""
    incoming = File(BytesIO(content), name=name)
    facts = preflight.check(incoming, max_bytes=settings.ETD_MAX_UPLOAD_BYTES)
    stored = store.keep(incoming, submission.uuid, facts)
    store.put_on_page(submission.page, facts, stored, user=submission.student)


def _submit(thesis: DemoThesis, submission: Submission) -> None:
    lifecycle.submit(submission, actor=submission.student)


def _committee_approves(thesis: DemoThesis, submission: Submission) -> None:
    for invitation in submission.invitations.all():
        _approve(submission, invitation)


def _one_member_approves(thesis: DemoThesis, submission: Submission) -> None:
    _approve(submission, submission.invitations.get(email=by_username()["member2"].email))


def _approve(submission: Submission, invitation: object) -> None:
    person = by_username()[invitation.email.partition("@")[0]]
    invitation.connection = Connection.objects.filter(orcid=person.orcid).first()
    invitation.save()
    revision_id = type(submission.page).objects.get(pk=submission.page_id).latest_revision_id
    lifecycle.decide(invitation, verdict=Verdict.APPROVE, comment="", revision_id=revision_id)


def _staff_ask(thesis: DemoThesis, submission: Submission) -> None:
    staff = get_user_model().objects.get(username="staff")
    page = submission.page
    for path, text in thesis.comments.items():
        page.wagtail_admin_comments.add(Comment(user=staff, text=text, contentpath=path))
    save_draft(page, user=staff)
    lifecycle.request_changes(
        submission,
        actor=staff,
        comment="Two small things before we can approve it; see the comments at the fields.",
    )


def _staff_approve(thesis: DemoThesis, submission: Submission) -> None:
    lifecycle.approve(submission, actor=get_user_model().objects.get(username="staff"))


def _confer(thesis: DemoThesis, submission: Submission) -> None:
    lifecycle.record_conferral(
        submission,
        actor=get_user_model().objects.get(username="registrar"),
        conferred_on=timezone.localdate(),
    )


def _withdraw(thesis: DemoThesis, submission: Submission) -> None:
    lifecycle.withdraw(
        submission,
        actor=get_user_model().objects.get(username="staff"),
        comment="Withdrawn at the student's wish: a new version is being written.",
    )


_REVIEWED = (_submit, _committee_approves)
STAGES = {
    "draft": (),
    "with_committee": (_submit, _one_member_approves),
    "in_review": _REVIEWED,
    "changes_requested": (*_REVIEWED, _staff_ask),
    "approved": (*_REVIEWED, _staff_approve),
    "published": (*_REVIEWED, _staff_approve, _confer),
    "withdrawn": (*_REVIEWED, _staff_approve, _confer, _withdraw),
}
