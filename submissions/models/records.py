"""The stored bytes of each format of a published thesis: made once when something shows, served as they are."""

from django.db import models


class StoredRecord(models.Model):
    """One format of one thesis, as it is downloaded and harvested.

    ``datestamp`` (UTC) moves when the bytes, ``deleted`` or a set it is in change, and at no other time (OAI-PMH 2.0
    §2.5, §2.6); it is given by ``outlets.oai.clock``. Sets are columns, because harvests are narrowed by them:
    ``level`` is a ``DegreeLevel``, ``year`` the year of publication, ``is_open`` whether readers can open the files. A
    deleted record stays in the sets it was in. A row is never deleted: that a thesis was here has to stay known.
    """

    submission = models.ForeignKey("submissions.Submission", on_delete=models.PROTECT, related_name="records")
    format = models.CharField(max_length=40)
    content = models.BinaryField()
    deleted = models.BooleanField(default=False)
    datestamp = models.DateTimeField(db_index=True)
    level = models.CharField(max_length=20, blank=True)
    programme = models.ForeignKey(
        "submissions.Programme", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    year = models.PositiveSmallIntegerField(null=True)
    is_open = models.BooleanField(default=False)

    class Meta:
        ordering = ["submission_id", "format"]
        constraints = [models.UniqueConstraint(fields=["submission", "format"], name="one_record_per_format")]
        indexes = [
            models.Index(fields=["format", "datestamp", "id"], name="records_in_order"),
            models.Index(fields=["format", "programme", "datestamp", "id"], name="records_of_programme"),
            models.Index(fields=["format", "year", "datestamp", "id"], name="records_of_year"),
        ]

    def __str__(self) -> str:
        return f"{self.format} of {self.submission}"


class HarvestClock(models.Model):
    """One row: the latest moment (UTC, whole seconds) that an answer to a harvester has spoken of (``oai.clock``)."""

    said = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.said:%Y-%m-%dT%H:%M:%SZ}"
