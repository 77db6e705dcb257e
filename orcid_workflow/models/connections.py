"""A person's iD as it was confirmed at ORCID, and the tokens that came with it."""

import datetime as dt
import logging
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from .. import ids, scopes
from ..crypto import EncryptedTextField, decrypt

logger = logging.getLogger(__name__)
WRITE_SCOPE = scopes.WRITE
READ_SCOPE = scopes.READ


class Mode(models.TextChoices):
    """When what should be on a record is sent."""

    AUTOMATIC = "automatic", "At once"
    NIGHTLY = "nightly", "At night"
    MANUAL = "manual", "After you looked at it"


class Connection(models.Model):
    """One iD in one environment, confirmed by its owner signing in at ORCID. A row is never made any other
    way.

    The row outlives the permission: after disconnecting it says which iD was connected, and holds no token.
    """

    class State(models.TextChoices):
        """Whether ORCID lets us act for this person now."""

        CONNECTED = "connected", "Connected"
        REVOKED = "revoked", "Permission withdrawn at ORCID"
        DISCONNECTED = "disconnected", "Disconnected"

    class RecordState(models.TextChoices):
        """What ORCID says of the record itself (orcid.md §16, §20)."""

        OPEN = "open", "Open"
        LOCKED = "locked", "Locked by ORCID"
        DEACTIVATED = "deactivated", "Deactivated by its owner"
        DEPRECATED = "deprecated", "Merged into another record"
        UNCLAIMED = "unclaimed", "Not yet claimed by its owner"

    class Hook(models.TextChoices):
        """Where the webhook of this record stands (orcid.md §18)."""

        NONE = "none", "None"
        WANTED = "wanted", "To be registered"
        REGISTERED = "registered", "Registered"
        UNWANTED = "unwanted", "To be removed"
        FAILED = "failed", "Refused by ORCID"

    class PausedBy(models.TextChoices):
        """Who stopped everything that would be written to this record."""

        PERSON = "person", "Its owner"
        STAFF = "staff", "The office"

    environment = models.CharField(max_length=20)
    orcid = models.CharField("iD", max_length=19)
    name = models.CharField(max_length=400, blank=True, help_text="As ORCID shows it; empty when hidden.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orcid_connections",
    )
    owned_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When its former owner left it; empty: it never had another owner than it has.",
    )
    scope = models.CharField(
        max_length=400,
        blank=True,
        help_text="What the tokens that are still good permit together, in ORCID's words.",
    )
    client_id = models.CharField(max_length=100)
    authenticated_at = models.DateTimeField()
    amr = models.CharField(max_length=40, blank=True, help_text="How the person signed in: pwd or mfa.")
    auth_time = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.CONNECTED)
    disconnected_at = models.DateTimeField(null=True, blank=True)
    removing_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Its owner disconnected and wishes what we wrote removed first; given up at this moment.",
    )
    record = models.JSONField(null=True, blank=True, help_text="The record as last read.")
    record_read_at = models.DateTimeField(null=True, blank=True)
    record_state = models.CharField(max_length=12, choices=RecordState.choices, default=RecordState.OPEN)
    primary_orcid = models.CharField(
        max_length=19, blank=True, help_text="The iD that this one was merged into (9007)."
    )

    # How its owner, or the office, wishes it to be treated.
    mode = models.CharField(
        max_length=10, choices=Mode.choices, blank=True, help_text="Empty: as the setting ORCID_MODE says."
    )
    paused_by = models.CharField(max_length=6, choices=PausedBy.choices, blank=True)

    # The webhook, and reading again when it was called. ``leases`` claims a connection by the last four; what fails
    # of the webhook is counted by itself, so that it keeps no reading waiting.
    hook = models.CharField(max_length=10, choices=Hook.choices, default=Hook.NONE)
    hook_key = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        help_text="The part of the callback address that nobody can guess.",
    )
    hook_attempts = models.PositiveIntegerField(default=0)
    hook_next_try_at = models.DateTimeField(null=True, blank=True)
    read_wanted_at = models.DateTimeField(
        null=True, blank=True, help_text="When ORCID said that the record changed; empty: nothing to read."
    )
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=36, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "orcid"], name="orcid_connection_one_row_an_id"),
            models.UniqueConstraint(
                fields=["environment", "user"],
                condition=Q(user__isnull=False),
                name="orcid_connection_one_id_a_user",
            ),
        ]
        ordering = ["-authenticated_at"]

    def __str__(self) -> str:
        return f"{self.orcid} ({self.environment})"

    @property
    def uri(self) -> str:
        """The iD as a URI, always on orcid.org."""
        return ids.uri(self.orcid)

    @property
    def is_authenticated(self) -> bool:
        """Whether the owner confirmed the iD by signing in. True for every row, and the only source of that
        truth.
        """
        return True

    @property
    def is_connected(self) -> bool:
        """Whether ORCID, as far as we know, still lets us act for this person."""
        return self.state == self.State.CONNECTED

    @property
    def scopes(self) -> frozenset[str]:
        """The permissions as a set."""
        return frozenset(self.scope.split())

    @property
    def can_write(self) -> bool:
        """Whether works and affiliations may be written to the record now."""
        return self.is_connected and scopes.may_write(self.scopes)

    @property
    def can_read(self) -> bool:
        """Whether the record may be read now: with what is shared with trusted parties, or, by the Public API, what is
        open to everyone.
        """
        return self.is_connected and scopes.may_read(self.scopes)

    def live_tokens(self, *scopes: str, now: dt.datetime | None = None) -> list["Token"]:
        """Return tokens not known to be dead that carry any of ``scopes`` (none given: all of them), newest
        first.
        """
        now = now or timezone.now()
        rows = self.tokens.filter(revoked_at=None, revoke_again_at=None).exclude(expires_at__lte=now)
        rows = rows.order_by("-created_at", "-pk")
        return [row for row in rows if not scopes or row.scopes & set(scopes)]


class TokenQuerySet(models.QuerySet):
    """Tokens, many at a time."""

    @sensitive_variables()
    def access_tokens(self) -> Iterator[str]:
        """Yield the access tokens that can be read, by one question to the database; the others are left out."""
        for (value,) in self._stored("access_token"):
            try:
                yield decrypt(value)
            except ImproperlyConfigured:
                continue

    @sensitive_variables()
    def readable(self) -> Iterator[bool]:
        """Yield for each pair whether it can be read with the keys there are, by one question to the database."""
        for pair in self._stored("access_token", "refresh_token"):
            try:
                for value in filter(None, pair):
                    decrypt(value)
            except ImproperlyConfigured:
                yield False
            else:
                yield True

    def _stored(self, *names: str) -> Iterator[tuple[str, ...]]:
        """Yield these columns as they are stored, encrypted."""
        columns = {f"_stored_{name}": Cast(name, models.TextField()) for name in names}
        return self.annotate(**columns).values_list(*columns).iterator()


class TokenManager(models.Manager.from_queryset(TokenQuerySet)):
    """Reads a secret only when it is asked for, so that one which cannot be decrypted spoils no list of tokens."""

    def get_queryset(self) -> TokenQuerySet:
        """All tokens, their secrets deferred."""
        return super().get_queryset().defer("access_token", "refresh_token", "answer")


class Token(models.Model):
    """One answer of the token endpoint. Every exchange adds one, and all stay good until they are revoked.

    Never put on a model with revisions or into a log: both store plain text.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="tokens")
    access_token = EncryptedTextField()
    refresh_token = EncryptedTextField(blank=True)
    answer = EncryptedTextField(help_text="The whole answer as JSON.")
    scope = models.CharField(max_length=400, blank=True)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, help_text="When ORCID was seen to refuse it.")
    revoke_again_at = models.DateTimeField(
        null=True, help_text="When to ask ORCID again to revoke it, after an attempt without answer."
    )

    objects = TokenManager()

    def __str__(self) -> str:
        return f"Token of {self.connection_id} from {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def scopes(self) -> frozenset[str]:
        """The permissions of this token as a set."""
        return frozenset(self.scope.split())

    def read(self, *names: str) -> str | None:
        """Return the first of the named secrets that is not empty (``""`` when all are); None, and a line in the log,
        when no key fits.
        """
        try:
            return next(filter(None, (getattr(self, name) for name in names)), "")
        except ImproperlyConfigured:
            logger.error("Token %s cannot be read with any key in ORCID_ENCRYPTION_KEYS.", self.pk)
            return None
