"""The case: where a thesis stands, since when, and who did what. Never versioned, unlike the thesis itself.

Only ``lifecycle`` writes ``status``.
"""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone


class Status(models.TextChoices):
    """Where a submission stands. The labels are for staff; ``wording.py`` has the words for students."""

    DRAFT = "draft", "Draft"
    WITH_COMMITTEE = "with_committee", "With the committee"
    IN_REVIEW = "in_review", "In review"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Submission(models.Model):
    """One student's thesis on its way. Dates are calendar dates, moments are in UTC.

    ``committee_round`` counts how often the thesis was sent to the committee: a decision counts in its own round.
    ``author_connection`` is the author's ORCID connection as it was when the thesis was published: history that a
    later disconnect does not change.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="submissions",
        help_text="Empty for a thesis that was imported: its author has no account here.",
    )
    page = models.OneToOneField("submissions.ThesisPage", on_delete=models.PROTECT, related_name="submission")
    degree = models.ForeignKey("submissions.Degree", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("submissions.Programme", on_delete=models.PROTECT, related_name="+")
    term = models.ForeignKey("submissions.Term", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT, db_index=True)
    status_since = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    committee_round = models.PositiveSmallIntegerField(default=0)
    conferred_on = models.DateField(null=True, blank=True)
    enrolled_on = models.DateField(
        null=True,
        blank=True,
        help_text="First day of the studies for this degree, as the office confirmed it.",
    )
    enrolment_confirmed_at = models.DateTimeField(null=True, blank=True)
    doi = models.CharField("DOI", max_length=200, blank=True, help_text="Bare: 10.5555/abc")
    handle = models.CharField("Handle", max_length=200, blank=True, help_text="Bare: 20.500.12345/678")
    isbn = models.CharField("ISBN", max_length=20, blank=True)
    urn = models.CharField("URN", max_length=200, blank=True, help_text="With its beginning: urn:nbn:…")
    published_at = models.DateTimeField(null=True, blank=True)
    embargo_until = models.DateField(
        null=True, blank=True, help_text="First day on which readers can open the files."
    )
    author_connection = models.ForeignKey(
        "orcid_workflow.Connection", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-status_since", "-pk"]

    def __str__(self) -> str:
        return self.page.draft_title or self.page.title or "Untitled thesis"

    @property
    def author_name(self) -> str:
        """The author as the office calls them: by their account, or without one by the name on the thesis."""
        if self.student is None:
            return self.page.author_name or "Author unknown"
        return self.student.get_full_name() or self.student.get_username()

    @property
    def author_email(self) -> str:
        """The address of the author's account; without one, what the office knows to write to. May be empty."""
        if self.student is not None:
            return self.student.email
        return self.profile.contact_email if hasattr(self, "profile") else ""

    @property
    def reference(self) -> str:
        """A short number for mails and telephone calls."""
        return f"T-{self.pk:05d}" if self.pk else "T-new"


class StatusChange(models.Model):
    """One move, written in the same transaction. ``actor`` is empty for a committee member and for the system."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="changes")
    from_status = models.CharField(max_length=20, choices=Status.choices, blank=True)
    to_status = models.CharField(max_length=20, choices=Status.choices)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(max_length=201, blank=True)
    sentence = models.CharField(
        max_length=300, help_text="What happened, in words for everybody who may see the case."
    )
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.sentence}"

    @classmethod
    def note(
        cls,
        submission: Submission,
        sentence: str,
        *,
        actor: AbstractUser | None = None,
        actor_name: str = "",
        comment: str = "",
        came_from: str | None = None,
    ) -> "StatusChange":
        """Write a line of history: the case has the status it has now. Without ``came_from`` it had it before as well.

        Who did it is ``actor``, or the name of somebody without an account; with neither it was the system. A sentence
        of more than 300 letters is cut.
        """
        return cls.objects.create(
            submission=submission,
            from_status=submission.status if came_from is None else came_from,
            to_status=submission.status,
            actor=actor,
            actor_name=actor_name or (actor.get_full_name() or actor.get_username() if actor else ""),
            sentence=sentence[:300],
            comment=comment.strip(),
        )


class AgreementAcceptance(models.Model):
    """That the student accepted the agreement: the very text, its version and the moment (UTC)."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="acceptance")
    agreement = models.ForeignKey("submissions.Agreement", on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=40)
    text = models.TextField()
    accepted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Version {self.version}, {self.accepted_at:%Y-%m-%d}"


class AuthorProfile(models.Model):
    """What the office needs to know of the student and the public does not. Never part of a revision.

    ``from_orcid`` maps a field's name to the value that was offered by the ORCID record, so that a field can say
    where its value came from for as long as the student has not changed it.
    """

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="profile")
    other_names = models.CharField("other names you publish under", max_length=300, blank=True)
    contact_email = models.EmailField("e-mail after graduation", blank=True)
    country = models.CharField(max_length=2, blank=True)
    education = models.CharField("current programme of study", max_length=300, blank=True)
    employment = models.CharField("current position", max_length=300, blank=True)
    research_keywords = models.TextField("research interests", blank=True)
    websites = models.TextField("websites to be found by", blank=True, help_text="One address a line.")
    from_orcid = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"Profile for {self.submission}"
