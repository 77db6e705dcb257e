"""Make things to test with: plain, valid, and no more than the test asks for."""

import datetime as dt
import itertools

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from etd_site.demo.pdf import thesis_pdf
from etd_site.demo.people import demo_orcid
from etd_site.demo.theses import upload
from orcid_workflow.models import Connection
from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.models import (
    Agreement,
    CommitteeMember,
    Degree,
    EmbargoOption,
    Licence,
    Programme,
    Status,
    Submission,
    Term,
    Verdict,
)
from submissions.permissions import REGISTRAR_GROUP, STAFF_GROUP

from .office import home_page, lists, make_office

__all__ = ["home_page", "lists", "make_office"]  # for tests, which take them from here

_numbers = itertools.count(1)


def make_user(username: str = "", *, groups: tuple[str, ...] = (), **fields):
    """An account with the password ``demo``."""
    number = next(_numbers)
    username = username or f"person{number}"
    fields = {
        "first_name": "Test",
        "last_name": f"Person {number}",
        "email": f"{username}@example.edu",
        **fields,
    }
    user = get_user_model().objects.create_user(username, password="demo", **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def make_staff(username: str = ""):
    """A member of the graduate school."""
    return make_user(username, groups=(STAFF_GROUP,))


def make_registrar(username: str = ""):
    """A registrar."""
    return make_user(username, groups=(REGISTRAR_GROUP,))


def make_connection(user=None, **fields) -> Connection:
    """An ORCID connection that may write, without a token: enough for everything but calling ORCID."""
    number = 500 + next(_numbers)
    return Connection.objects.create(
        **{
            "environment": settings.ORCID_ENVIRONMENT,
            "orcid": demo_orcid(number),
            "name": f"Name {number}",
            "user": user,
            "scope": "openid /read-limited /activities/update",
            "client_id": settings.ORCID_CLIENT_ID,
            "authenticated_at": timezone.now(),
            **fields,
        }
    )


def make_pdf(title: str = "A thesis") -> bytes:
    """A small real PDF."""
    return thesis_pdf(title=title, author="A", degree="PhD", university="U", abstract="Text.", year=2026)


def make_draft(
    student=None, *, complete: bool = True, members: int = 3, connected: bool = True
) -> Submission:
    """A submission in draft; ``complete`` means that nothing is missing for submitting it."""
    if not Degree.objects.exists():
        make_office()
    student = student or make_user()
    submission = lifecycle.start(
        student=student,
        degree=Degree.objects.get(abbreviation="PhD"),
        programme=Programme.objects.first(),
        term=Term.objects.first(),
        agreement=Agreement.objects.first(),
    )
    if connected and not student.orcid_connections.exists():
        make_connection(student)
    if complete:
        fill(submission, members=members)
    return submission


def fill(submission: Submission, *, members: int = 3) -> None:
    """Give a draft everything it needs."""
    page = submission.page
    page.title = "Tidal mixing in narrow fjords"
    page.abstract = "Where a fjord narrows, the tide does the work of the wind.\n\nWe measured it."
    page.language = "en"
    page.keywords = "fjords\ntides"
    page.defence_date = timezone.localdate() - dt.timedelta(days=10)
    page.licence = Licence.objects.get(spdx="CC-BY-4.0")
    page.embargo = EmbargoOption.objects.get(months=0)
    page.committee_members = [
        CommitteeMember(
            given_name=f"Member{number}",
            family_name="Reader",
            email=f"m{number}@example.edu",
            role="advisor" if number == 0 else "member",
            sort_order=number,
        )
        for number in range(members)
    ]
    save_draft(page, user=submission.student)
    submission.profile.contact_email = "after@example.org"
    submission.profile.save()
    upload(submission, make_pdf(), "thesis.pdf")


def fresh(submission: Submission) -> Submission:
    """The same case as the database has it now."""
    return Submission.objects.get(pk=submission.pk)


def decide_all(submission: Submission, verdict: str = Verdict.APPROVE) -> None:
    """Every member decides on the latest revision."""
    for invitation in submission.invitations.filter(active=True):
        page = fresh(submission).page
        lifecycle.decide(invitation, verdict=verdict, comment="", revision_id=page.latest_revision_id)


def make_submission(status: str = Status.DRAFT, *, student=None, months: int = 0, **kwargs) -> Submission:
    """A complete submission that the lifecycle has moved to ``status``."""
    submission = make_draft(student, **kwargs)
    if months:
        submission.page.embargo = EmbargoOption.objects.get(months=months)
        save_draft(submission.page, user=submission.student)
    way = [Status.DRAFT, Status.WITH_COMMITTEE, Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED]
    target = {Status.CHANGES_REQUESTED: Status.IN_REVIEW, Status.WITHDRAWN: Status.WITH_COMMITTEE}.get(
        status, status
    )
    for step in way[1 : way.index(target) + 1]:
        if step == Status.WITH_COMMITTEE:
            lifecycle.submit(fresh(submission), actor=submission.student)
        elif step == Status.IN_REVIEW:
            decide_all(submission)
        elif step == Status.APPROVED:
            lifecycle.approve(fresh(submission), actor=make_staff())
        else:
            lifecycle.record_conferral(
                fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate()
            )
    if status == Status.CHANGES_REQUESTED:
        lifecycle.request_changes(fresh(submission), actor=make_staff(), comment="Please mend the abstract.")
    elif status == Status.WITHDRAWN:
        lifecycle.withdraw(fresh(submission), actor=make_staff(), comment="By mistake.")
    return fresh(submission)
