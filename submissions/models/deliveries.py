"""What should stand at each place outside (a repository, DataCite), what does, and the step between; and packages."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Wish(models.TextChoices):
    """What should be known of a thesis at a target."""

    NOTHING = "", "Nothing"
    RESERVED = "reserved", "Reserved"
    PUBLIC = "public", "Public"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Delivery(models.Model):
    """One thesis at one target: desired state, as an ``OrcidItem`` is for a person's record. Times are UTC.

    ``target`` is a name in ``settings.ETD_TARGETS``. ``(submission, target)`` is unique and the row is never deleted,
    so that a thesis is at a target once or not at all. ``desired_hash`` is that of everything the target should have
    been told; ``sent_hash`` of what it took last. ``in_doubt`` names a step that was begun and whose outcome is not
    known. ``remote`` holds what the steps so far brought (identifiers and links at the target).
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "Waiting to be sent"
        DONE = "done", "Delivered"
        NEEDS_ATTENTION = "needs_attention", "Needs attention"
        PAUSED = "paused", "Paused"
        REMOVED = "removed", "Not there"

    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.PROTECT, related_name="deliveries"
    )
    target = models.CharField(max_length=40)

    wish = models.CharField(max_length=10, choices=Wish.choices, blank=True)
    desired_hash = models.CharField(max_length=64, blank=True)

    sent_wish = models.CharField(max_length=10, choices=Wish.choices, blank=True)
    sent_hash = models.CharField(max_length=64, blank=True, help_text="Empty: nothing, or not known.")
    in_doubt = models.CharField(max_length=40, blank=True)
    remote = models.JSONField(default=dict, blank=True)
    remote_id = models.CharField(max_length=300, blank=True)
    remote_url = models.URLField(max_length=2000, blank=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True, help_text="Why it waits or needs attention, in words for staff.")
    error_code = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=36, blank=True)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    # The round trip: what was read back from the target, and what of it is not as it was sent.
    check_at = models.DateTimeField(null=True, blank=True, help_text="When to read it back next.")
    checked_at = models.DateTimeField(null=True, blank=True)
    alarms = models.JSONField(default=list, blank=True, help_text="Sentences: what did not survive.")
    reported_hash = models.CharField(
        max_length=64,
        blank=True,
        help_text="Of the trouble the repository managers were last written to about.",
    )

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at", "-pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["submission", "target"], name="one_delivery_per_target")
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(
                fields=["check_at", "id"], condition=Q(check_at__isnull=False), name="delivery_check_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} at {self.target}"


class DeliveryCall(models.Model):
    """One call to a target. Written before the call and completed after it; it never holds a password or a token."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="calls")
    step = models.CharField(max_length=40)
    method = models.CharField(max_length=10)
    address = models.CharField(max_length=500)
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty: no answer arrived.")
    outcome = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    duration_ms = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], name="delivery_call_newest_first")]

    def __str__(self) -> str:
        return f"{self.method} {self.address}: {self.status or 'no answer'}"


class PackageTaken(models.Model):
    """That a thesis was taken out as a package: which kind, when (UTC), by whom. Rows are only ever added."""

    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.CASCADE, related_name="packages_taken"
    )
    kind = models.CharField(max_length=20, help_text="A key of outlets.packages.")
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.CharField(max_length=201, blank=True, help_text="Empty: a command.")

    class Meta:
        ordering = ["-taken_at", "-pk"]
        verbose_name_plural = "packages taken"

    def __str__(self) -> str:
        return f"{self.kind} of {self.submission}, {self.taken_at:%Y-%m-%d}"
