"""The stored bytes of each format of a published thesis: made once when something shows, served as they are."""

from django.db import models


class StoredRecord(models.Model):
    """One format of one thesis. ``datestamp`` (UTC) moves when the bytes or ``deleted`` change (OAI-PMH 2.0 §2.5)."""

    submission = models.ForeignKey("submissions.Submission", on_delete=models.CASCADE, related_name="records")
    format = models.CharField(max_length=40)
    content = models.BinaryField()
    deleted = models.BooleanField(default=False)
    datestamp = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["submission_id", "format"]
        constraints = [models.UniqueConstraint(fields=["submission", "format"], name="one_record_per_format")]

    def __str__(self) -> str:
        return f"{self.format} of {self.submission}"
