"""One thing that should, or should not, be on one person's record."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .. import ids
from ..api.errors import Action


class OrcidItem(models.Model):
    """The wish beside the fact: what should be on the record, what is, and where the step between stands.

    ``(environment, orcid, kind, key)`` is unique and ``key`` never changes for the thing it stands for, so
    that a thing is on a record once or not at all. Times are UTC.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "Waiting to be sent"
        HELD = "held", "Waiting for your review"
        SENT = "sent", "On the ORCID record"
        NEEDS_ATTENTION = "needs_attention", "Needs attention"
        PAUSED = "paused", "Paused"
        REMOVED = "removed", "Not on the ORCID record"

    class PausedBy(models.TextChoices):
        """Who stopped this item for a time."""

        PERSON = "person", "Its owner"
        STAFF = "staff", "The office"

    class No(models.TextChoices):
        """How the owner said that it should not be on the record."""

        REMOVED = "removed", "Removed at ORCID"
        LEFT_OFF = "left_off", "Left off here"

    connection = models.ForeignKey(
        "orcid_workflow.Connection", on_delete=models.PROTECT, related_name="items"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="For whom it was wished: the owner of the connection at that time.",
    )
    environment = models.CharField(max_length=20)
    orcid = models.CharField("iD", max_length=19)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)

    # What should be there.
    message = models.TextField(blank=True, help_text="XML without put-code; empty: it should not be there.")
    desired_hash = models.CharField(max_length=64, blank=True)

    # What its owner said. It outlives every change of the wish; ``wishes.send_again`` alone ends it.
    owners_no = models.CharField(max_length=10, choices=No.choices, blank=True)

    # What was decided about sending it: the message its owner looked at (mode ``manual``), and who stopped it.
    approved_hash = models.CharField(max_length=64, blank=True)
    paused_by = models.CharField(max_length=6, choices=PausedBy.choices, blank=True)

    # What is there, as far as ORCID told us.
    put_code = models.BigIntegerField(null=True, blank=True)
    sent_hash = models.CharField(max_length=64, blank=True, help_text="Empty: nothing, or not known.")
    self_ids = models.JSONField(
        default=list, blank=True, help_text="Self identifiers last sent: [[type, value]]."
    )
    in_doubt = models.CharField(
        max_length=6,
        blank=True,
        help_text="The method of a call that was begun and whose answer is not known.",
    )

    # For people.
    title = models.TextField(blank=True)
    url = models.URLField(max_length=2000, blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="For the card: type, institution, date.")

    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    reason = models.TextField(
        blank=True, help_text="Why it waits or needs attention, in words for the person."
    )
    error_code = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=20, blank=True, help_text="What would mend it (errors.Action).")
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=36, blank=True)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "orcid", "kind", "key"], name="orcid_item_once_on_a_record"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state="waiting"), name="orcid_item_due"),
        ]
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} on {self.orcid}"

    @property
    def record_link(self) -> str:
        """Address of the record at the registry of this environment."""
        return ids.record_link(self.orcid)

    @property
    def tone(self) -> str:
        """Colour of the state: ``good``, ``heed``, ``info`` or ``plain``."""
        return _LOOK[self.state][0]

    @property
    def icon(self) -> str:
        """Name of the state's icon."""
        return _LOOK[self.state][1]

    @property
    def can_be_answered(self) -> bool:
        """Whether the owner is asked: it was removed at ORCID, it needs a second try, or it was left off."""
        return self.state == self.State.PAUSED or (
            self.state == self.State.NEEDS_ATTENTION and self.action in (Action.GONE, Action.ASK_PERSON)
        )


_LOOK = {
    OrcidItem.State.WAITING: ("info", "clock"),
    OrcidItem.State.HELD: ("heed", "heed"),
    OrcidItem.State.SENT: ("good", "done"),
    OrcidItem.State.NEEDS_ATTENTION: ("heed", "heed"),
    OrcidItem.State.PAUSED: ("plain", "pause"),
    OrcidItem.State.REMOVED: ("plain", "open"),
}
