"""Theses that came from elsewhere: where from, and the iDs found there, which nobody here saw confirmed."""

import uuid

from django.db import models
from django.utils import timezone


class ImportedRecord(models.Model):
    """One record of one source, so that importing it again finds the thesis that was made from it.

    ``source`` names where it came from (the base address of a repository, or a name given with a file), ``identifier``
    is the record's there. ``digest`` is the SHA-256 of what was read last: the same bytes change nothing. ``said`` is
    what stood here of it after that, by field (``imports.facts``): a field that is not so any more was changed here,
    and is left as it is.
    """

    source = models.CharField(max_length=300)
    identifier = models.CharField(max_length=300)
    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.CASCADE, related_name="imported_from"
    )
    digest = models.CharField(max_length=64)
    said = models.JSONField(default=dict)
    imported_at = models.DateTimeField(default=timezone.now)
    deleted_there = models.BooleanField(default=False)

    class Meta:
        ordering = ["source", "identifier"]
        constraints = [
            models.UniqueConstraint(fields=["source", "identifier"], name="one_thesis_per_imported_record")
        ]

    def __str__(self) -> str:
        return f"{self.identifier} from {self.source}"


class FoundId(models.Model):
    """An iD that was found beside a name and that its owner has not confirmed, and the invitation to confirm it.

    ``member_key`` is that of a committee member, or empty for the author. ``nonce`` is part of the signed link, so that
    a new link ends the old one. ``connection`` is what came of it: the authenticated iD, which may be another one.
    """

    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.CASCADE, related_name="found_ids"
    )
    member_key = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=201)
    orcid = models.CharField("iD", max_length=19)
    source = models.CharField(max_length=300)
    found_at = models.DateTimeField(default=timezone.now)
    email = models.EmailField(blank=True)
    nonce = models.UUIDField(default=uuid.uuid4)
    invited_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    connection = models.ForeignKey(
        "orcid_workflow.Connection", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["submission_id", "pk"]
        verbose_name = "found iD"
        constraints = [
            models.UniqueConstraint(fields=["submission", "member_key"], name="one_found_id_per_member"),
            models.UniqueConstraint(
                fields=["submission"],
                condition=models.Q(member_key__isnull=True),
                name="one_found_id_per_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.orcid} beside {self.name}"
