"""From conferral on: a thesis becomes public, is corrected, is withdrawn and made public again."""

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from .. import outlets, permissions, publication
from ..committee import invitations
from ..drafts import save_draft
from ..mails import send_after_commit
from ..models import Status, StatusChange, Submission, ThesisIndexPage, ThesisPage
from ..readiness import author_connection, page_problems
from ..refusals import MoveRefused
from .moves import allow, expect, insist_on_nothing_missing, lock, move, waiting_task


@transaction.atomic
def record_conferral(submission: Submission, *, actor: AbstractUser, conferred_on: dt.date) -> Submission:
    """The registrar records the day of conferral. The workflow ends with it and the thesis is published."""
    submission = lock(submission)
    allow(permissions.can_confer(actor, submission))
    expect(submission, Status.APPROVED)
    _no_wrong_day(submission.page, conferred_on)
    insist_on_nothing_missing(page_problems(submission.page, submission), "It cannot be published yet: ")
    invitations.insist_on_approval(submission)
    submission.conferred_on = conferred_on
    submission.save(update_fields=["conferred_on"])
    # The last task: Wagtail calls review.finish, which calls publish.
    waiting_task(submission.page).approve(user=actor)
    submission.refresh_from_db()
    return submission


@transaction.atomic
def correct_conferral(submission: Submission, *, actor: AbstractUser, conferred_on: dt.date) -> Submission:
    """Mend a wrongly recorded day of conferral of a public thesis, and tell everybody who was told the wrong one."""
    submission = lock(submission)
    allow(permissions.can_confer(actor, submission))
    expect(submission, Status.PUBLISHED)
    _no_wrong_day(submission.page, conferred_on)
    before, after = (date_format(day, "j F Y") for day in (submission.conferred_on, conferred_on))
    submission.conferred_on = conferred_on
    submission.save(update_fields=["conferred_on"])
    StatusChange.note(
        submission, f"The day of conferral was corrected from {before} to {after}.", actor=actor
    )
    outlets.refresh(submission)
    return submission


@transaction.atomic
def publish(submission: Submission, *, actor: AbstractUser | None) -> Submission:
    """Make a final thesis public: called when the workflow has ended, or to publish a withdrawn thesis again.

    The system publishes (no staff member holds that right); who made it happen stands in the history. Of a thesis that
    came back without an actor (an import found it again) nobody gets a mail.
    """
    submission = lock(submission)
    again = submission.status == Status.WITHDRAWN
    if again:
        if actor is not None:
            allow(permissions.can_run_case(actor, submission))
        if submission.published_at is None:
            raise MoveRefused("This thesis was never published, so it cannot be published again.")
    elif (
        submission.conferred_on is None
    ):  # of an imported thesis, which was public once, the day may not be known
        raise MoveRefused("The degree is not conferred yet.")
    page = submission.page
    if again:
        insist_on_nothing_missing(
            page_problems(page.get_latest_revision_as_object(), submission), "It cannot be published yet: "
        )
    else:
        # Two theses that are published at the same moment must not be given one address.
        ThesisIndexPage.objects.select_for_update().get(pk=page.get_parent().pk)
        submission.published_at = timezone.now()
        submission.embargo_until = publication.embargo_end(page, timezone.localdate())
        submission.author_connection = author_connection(submission)
        page.slug = publication.public_slug(page, submission.published_at.year)
    move(
        submission,
        Status.PUBLISHED,
        actor=actor,
        sentence="The thesis was made public again."
        if again
        else "The degree was conferred and the thesis published.",
    )
    revision = page.get_latest_revision() if again else save_draft(page, user=None, keep_history=True)
    revision.publish(user=None)
    if not again:
        send_after_commit("published", submission)
    elif actor is not None:
        send_after_commit("republished", submission)
    return submission


@transaction.atomic
def publish_correction(submission: Submission, *, actor: AbstractUser) -> Submission:
    """Publish the revision that staff wrote after publication. The address of the page does not change."""
    submission = lock(submission)
    allow(permissions.can_run_case(actor, submission))
    expect(submission, Status.PUBLISHED)
    page = submission.page
    if not page.has_unpublished_changes:
        raise MoveRefused("There is nothing to publish: the public page already shows the latest version.")
    corrected = page.get_latest_revision_as_object()
    insist_on_nothing_missing(
        page_problems(corrected, submission), "The correction cannot be published yet: "
    )
    if corrected.embargo is not None or submission.student_id is not None:
        # An imported thesis has the day alone, without the choice that it followed from.
        day = timezone.localdate(submission.published_at)
        submission.embargo_until = publication.embargo_end(corrected, day)
    submission.save(update_fields=["embargo_until"])
    page.get_latest_revision().publish(user=None)
    StatusChange.note(submission, "A correction was published.", actor=actor)
    return submission


@transaction.atomic
def withdraw(submission: Submission, *, actor: AbstractUser | None, comment: str = "") -> Submission:
    """Take a thesis out: the page goes offline, the workflow ends, the work is taken off the ORCID record.

    A student can withdraw a thesis that was never submitted (that is discarding a draft); staff can withdraw any.
    Without an actor it is the system (a thesis that was imported and is gone where it came from): nobody gets a mail.
    """
    submission = lock(submission)
    if actor is None:
        pass
    elif actor != submission.student:
        allow(permissions.can_run_case(actor, submission))
    elif submission.submitted_at is not None:
        raise MoveRefused(
            "You have submitted this thesis, so only the thesis office can withdraw it. Write to them."
        )
    page = submission.page
    state = page.current_workflow_state
    if state:
        state.cancel(user=actor)
    move(submission, Status.WITHDRAWN, actor=actor, sentence="The submission was withdrawn.", comment=comment)
    if page.live:
        page.unpublish(user=None)
    else:
        outlets.refresh(submission)  # a degree that was announced and will not be conferred here
    was_handed_in = submission.submitted_at is not None or submission.student_id is None
    if was_handed_in and actor is not None:
        send_after_commit("withdrawn", submission)
    return submission


def follow_page(page: ThesisPage, *, live: bool) -> None:
    """Bring the status in line when an administrator published or unpublished the page by Wagtail's own buttons.

    Call it in a transaction. Nothing happens when the status is in line already.
    """
    submission = Submission.objects.select_for_update().get(page_id=page.pk)
    if not live and submission.status == Status.PUBLISHED:
        move(submission, Status.WITHDRAWN, sentence="An administrator took the page offline.")
    elif live and submission.status == Status.WITHDRAWN:
        move(submission, Status.PUBLISHED, sentence="An administrator published the page again.")


def _no_wrong_day(page: ThesisPage, conferred_on: dt.date) -> None:
    """Raise ``MoveRefused`` when this cannot be the day of conferral."""
    wrong = publication.wrong_conferral(page, conferred_on)
    if wrong:
        raise MoveRefused(wrong)
