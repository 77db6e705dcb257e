"""The history of calls to ORCID."""

from django.db import models
from django.utils import timezone


class ApiCall(models.Model):
    """One call to ORCID. The row is written before the call and completed after it, so that a lost call shows
    too.

    It never holds a token: ORCID repeats the token in its own error text, so texts are scrubbed before they
    come here.
    """

    item = models.ForeignKey(
        "orcid_workflow.OrcidItem", null=True, on_delete=models.SET_NULL, related_name="calls"
    )
    connection = models.ForeignKey(
        "orcid_workflow.Connection", null=True, on_delete=models.SET_NULL, related_name="calls"
    )
    method = models.CharField(max_length=6)
    path = models.CharField(max_length=500)
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty: no answer arrived.")
    error_code = models.CharField(max_length=40, blank=True)
    outcome = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    duration_ms = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], name="orcid_call_newest_first")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status or 'no answer'}"
