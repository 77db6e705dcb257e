"""What all processes know together about ORCID as a service, and the tokens that belong to the site itself."""

from django.db import models
from django.utils import timezone

from ..crypto import EncryptedTextField


class ServiceState(models.Model):
    """The circuit of one environment: while ``open_until`` lies ahead nothing is sent. Times are UTC."""

    environment = models.CharField(max_length=20, primary_key=True)
    failures = models.PositiveIntegerField(default=0, help_text="Calls in a row without a proper answer.")
    open_until = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="In words for the office.")
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When apiStatus was last asked.")
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.environment}: {self.reason or 'working'}"


class ClientToken(models.Model):
    """A token of the site itself (client credentials, orcid.md §8): for webhooks, or to read public data."""

    environment = models.CharField(max_length=20)
    client_id = models.CharField(max_length=100)
    scope = models.CharField(max_length=100)
    access_token = EncryptedTextField()
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "client_id", "scope"], name="orcid_client_token_one_a_scope"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.scope}"


class Budget(models.Model):
    """How much of the rate of calls is used up, for all processes (``api/budget.py``; PostgreSQL only)."""

    key = models.CharField(max_length=200, primary_key=True, help_text="API and client.")
    state = models.TextField(blank=True, help_text="Numbers of the limiter's algorithm; empty: never used.")

    def __str__(self) -> str:
        return self.key
