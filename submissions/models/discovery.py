"""What readers find theses by, and what they ask for."""

from uuid import uuid4

from django.db import models
from django.utils import timezone


class RecordPerson(models.Model):
    """One person of one public record, as the record names them: what browsing by person and by iD looks in.

    Written with the stored records (``outlets.refresh``) and deleted with them. ``orcid`` is a bare authenticated iD or
    empty; ``role`` is ``author`` or a ``CommitteeRole``.
    """

    submission = models.ForeignKey("submissions.Submission", on_delete=models.CASCADE, related_name="people")
    position = models.PositiveSmallIntegerField(help_text="0 is the author.")
    given = models.CharField(max_length=100, blank=True)
    family = models.CharField(max_length=100, blank=True)
    orcid = models.CharField("iD", max_length=19, blank=True, db_index=True)
    role = models.CharField(max_length=20)
    supervises = models.BooleanField(default=False)

    class Meta:
        ordering = ["submission_id", "position"]
        verbose_name_plural = "people in records"
        constraints = [
            models.UniqueConstraint(fields=["submission", "position"], name="one_person_per_position")
        ]
        indexes = [models.Index(fields=["supervises", "family", "given"], name="people_by_name")]

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


class FileText(models.Model):
    """The words of one PDF, for the search: kept apart from the page, whose revisions they would only swell.

    ``sha256`` is the file's checksum. ``text`` is empty when there is none or it could not be read (``problem``).
    """

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    text = models.TextField(blank=True)
    problem = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256[:12]


class CopyRequest(models.Model):
    """A reader asks for a copy of a closed thesis. Who answers is the author, by a signed link, or the office.

    ``nonce`` is part of the author's link; ``download_until`` (UTC) ends the reader's.
    """

    class Answer(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Waiting for an answer"
        GIVEN = "given", "Copy given"
        REFUSED = "refused", "Refused"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.CASCADE, related_name="copy_requests"
    )
    name = models.CharField("your name", max_length=200)
    email = models.EmailField("your e-mail address")
    message = models.TextField("what you need it for", max_length=2000, blank=True)
    nonce = models.UUIDField(default=uuid4)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=201, blank=True)
    download_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} asks for {self.submission}"
