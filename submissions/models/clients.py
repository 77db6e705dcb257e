"""Programs that take records from the ingest API: one key each."""

from django.conf import settings
from django.db import models


class ApiKey(models.Model):
    """The key of one client. Only its SHA-256 is kept; ``prefix`` is its beginning, by which people tell keys apart.

    ``last_used_at`` (UTC) is exact to the minute. A key that was revoked stays, so that its history does.
    """

    name = models.CharField("client", max_length=120, help_text="The program or person that uses it.")
    contact = models.EmailField("contact", blank=True, help_text="Who to write to when something is wrong.")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
