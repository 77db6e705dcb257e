"""The committee: who sits on it (part of the thesis), who was asked, and what each decided (part of the case); and the
iDs that the office took out of the records of a thesis, whoever's name they stood beside.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable


class CommitteeRole(models.TextChoices):
    """Roles on a committee. ``supervises`` tells which of them count as supervision of the thesis."""

    ADVISOR = "advisor", "Advisor"
    CO_ADVISOR = "co_advisor", "Co-advisor"
    CHAIR = "chair", "Committee chair"
    MEMBER = "member", "Committee member"
    EXTERNAL = "external", "External examiner"

    @property
    def supervises(self) -> bool:
        """Whether the role is told to ORCID as CRediT supervision and to DataCite as Supervisor."""
        return self in (CommitteeRole.ADVISOR, CommitteeRole.CO_ADVISOR)


class CommitteeMember(Orderable):
    """A person on the committee as the thesis names them. Part of the page's revisions.

    ``key`` stays the same when the row is written again from a revision; invitations and decisions hold on to it.
    """

    page = ParentalKey("submissions.ThesisPage", on_delete=models.CASCADE, related_name="committee_members")
    key = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    given_name = models.CharField("given name", max_length=100)
    family_name = models.CharField("family name", max_length=100, blank=True)
    email = models.EmailField("e-mail")
    affiliation = models.CharField("university or organisation", max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=CommitteeRole.choices)

    panels = [
        FieldRowPanel([FieldPanel("given_name"), FieldPanel("family_name")]),
        FieldRowPanel([FieldPanel("role"), FieldPanel("affiliation")]),
        FieldPanel("email"),
    ]

    class Meta(Orderable.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.name}, {self.get_role_display()}"

    @property
    def name(self) -> str:
        """The name as it is read aloud."""
        return f"{self.given_name} {self.family_name}".strip()


class Invitation(models.Model):
    """One member's way in: a link that is signed, expires and belongs to one person on one thesis.

    ``nonce`` is part of the signed link, so that sending a new link ends the old one. ``connection`` is the ORCID
    connection made from this link; its iD is the member's authenticated iD on this thesis.
    """

    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.CASCADE, related_name="invitations"
    )
    member_key = models.UUIDField()
    name = models.CharField(max_length=201)
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=CommitteeRole.choices)
    nonce = models.UUIDField(default=uuid.uuid4)
    active = models.BooleanField(
        default=True, help_text="False once the person is no longer on the committee."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.CharField(max_length=300, blank=True)
    connection = models.ForeignKey(
        "orcid_workflow.Connection", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "member_key"], name="one_invitation_per_member"),
            models.UniqueConstraint(
                fields=["submission", "connection"],
                condition=models.Q(active=True, connection__isnull=False),
                name="one_seat_per_orcid_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.submission}"


class Verdict(models.TextChoices):
    """What a committee member decides."""

    APPROVE = "approve", "Approved"
    CHANGES = "changes", "Asked for changes"


class Decision(models.Model):
    """A member's decision and what it was made on: the revision and the SHA-256 of each file then in it.

    ``name`` and ``email`` are the person's as they were asked: a seat may later be given to somebody else.

    Rows are only ever added. A decision counts for the round it was made in (``Submission.committee_round``).
    """

    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.CASCADE, related_name="decisions"
    )
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="decisions")
    name = models.CharField(max_length=201)
    email = models.EmailField()
    round = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    comment = models.TextField(blank=True)
    revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    file_checksums = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["invitation", "round"], name="one_decision_per_member_and_round")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_verdict_display()}"


class WithdrawnId(models.Model):
    """An iD that the office took out of the records of one thesis: it was somebody else's, or its owner asked for it.

    While the row is there the iD stands beside nobody in what is published of the thesis (``metadata.build``), however
    it comes to it. Putting it back deletes the row; both stand in the history of the case. ``withdrawn_at`` is in UTC.
    """

    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.CASCADE, related_name="withdrawn_ids"
    )
    orcid = models.CharField("iD", max_length=19)
    withdrawn_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField()

    class Meta:
        ordering = ["withdrawn_at", "pk"]
        verbose_name = "withdrawn iD"
        constraints = [
            models.UniqueConstraint(fields=["submission", "orcid"], name="one_withdrawal_per_orcid_id")
        ]

    def __str__(self) -> str:
        return f"{self.orcid} withdrawn from {self.submission}"
