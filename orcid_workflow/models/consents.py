"""The consent ledger: to what text, when and how somebody said yes, and when that ended."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class Consent(models.Model):
    """One yes, given by signing in at ORCID. Only ``withdrawn_*`` and ``receipt_sent_at`` are ever written again.

    Times are UTC. ``key`` is in the address of the receipt, so that somebody without an account can keep it.
    """

    class Withdrawn(models.TextChoices):
        """Where a permission ended: by a choice made here, or at ORCID, which we notice when it refuses a token."""

        HERE = "here", "Withdrawn here"
        AT_ORCID = "orcid", "Withdrawn at ORCID"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    connection = models.ForeignKey(
        "orcid_workflow.Connection", on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.CharField(max_length=40, help_text="Name of the purpose, or “import”.")
    text = models.TextField(help_text="What the person was shown, word for word.")
    text_version = models.CharField(max_length=16, help_text="First 16 characters of the text's SHA-256.")
    language = models.CharField(max_length=10, help_text="Language the text was shown in (BCP 47).")
    asked = models.CharField(max_length=400, help_text="Scopes we asked for.")
    granted = models.CharField(max_length=400, help_text="Scopes that ORCID's answer names.")
    client_id = models.CharField(max_length=100)
    amr = models.CharField(max_length=40, blank=True)
    auth_time = models.DateTimeField(null=True, blank=True)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_how = models.CharField(max_length=6, choices=Withdrawn.choices, blank=True)
    receipt_to = models.EmailField(blank=True)
    receipt_sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.purpose}, {self.given_at:%Y-%m-%d %H:%M}"


class IdHint(models.Model):
    """An iD that somebody else says belongs to an account (``eduPersonOrcid``). Never shown as an iD of the person and
    never exported: it only fills in ORCID's sign-in page, and the owner's signing in is what counts.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="orcid_hints")
    orcid = models.CharField("iD", max_length=19)
    source = models.CharField(max_length=40, help_text="Who said so.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "source"], name="orcid_hint_one_a_user_and_source"),
        ]

    def __str__(self) -> str:
        return f"{self.orcid} according to {self.source}"
