"""What a thesis rests on and belongs to: the grants that paid for it, and works it is part of or contains."""

import uuid

from django import forms
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable


class ThesisFunding(Orderable):
    """A grant. ``funder_id`` is a URI (ROR or Crossref Funder), ``award_number`` as the funder writes it.

    ``orcid_source`` says who stated it on the author's ORCID record; empty when it was typed here.
    """

    page = ParentalKey("submissions.ThesisPage", on_delete=models.CASCADE, related_name="funding")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    funder_name = models.CharField("funder", max_length=255)
    funder_id = models.URLField("identifier of the funder", max_length=255, blank=True)
    award_number = models.CharField("grant number", max_length=100, blank=True)
    award_title = models.CharField("title of the grant", max_length=255, blank=True)
    award_url = models.URLField("address of the grant", max_length=1000, blank=True)
    orcid_source = models.CharField(max_length=255, blank=True, editable=False)

    panels = [
        FieldPanel("funder_name"),
        FieldPanel("funder_id"),
        FieldPanel("award_number"),
        FieldPanel("award_title"),
        FieldPanel("award_url"),
    ]

    def __str__(self) -> str:
        return f"{self.funder_name} {self.award_number}".strip()


class Relation(models.TextChoices):
    """How a work is related to the thesis (DataCite 4.6 relationType, read from the thesis)."""

    HAS_PART = "HasPart", "An article in this thesis"
    IS_PART_OF = "IsPartOf", "A series this thesis belongs to"
    IS_VERSION_OF = "IsVersionOf", "Another version of this thesis"
    IS_SUPPLEMENTED_BY = "IsSupplementedBy", "Data or software of this thesis"


class KindOfIdentifier(forms.Select):
    """The kinds that students choose from. One that is stored and not among them, as the office could write, stays."""

    def optgroups(self, name: str, value: list[str], attrs: dict | None = None) -> list[tuple]:
        """The list as it is shown with this value."""
        from ..steps.identifiers import KINDS

        self.choices = [*KINDS, *((one, one) for one in value if one not in dict(KINDS))]
        return super().optgroups(name, value, attrs)


class ThesisRelatedWork(Orderable):
    """A work related to the thesis. ``identifier_type`` is ORCID's name of the scheme (``doi``, ``isbn`` …)."""

    page = ParentalKey("submissions.ThesisPage", on_delete=models.CASCADE, related_name="related_works")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    relation = models.CharField(max_length=20, choices=Relation.choices, default=Relation.HAS_PART)
    title = models.CharField(max_length=500)
    container = models.CharField("journal or series", max_length=255, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    identifier_type = models.CharField("kind of identifier", max_length=30, blank=True)
    identifier = models.CharField(max_length=255, blank=True)
    url = models.URLField("address", max_length=1000, blank=True)
    orcid_source = models.CharField(max_length=255, blank=True, editable=False)

    panels = [
        FieldPanel("relation"),
        FieldPanel("title"),
        FieldPanel("container"),
        FieldPanel("year"),
        FieldPanel("identifier_type", widget=KindOfIdentifier),
        FieldPanel("identifier"),
        FieldPanel("url"),
    ]

    def __str__(self) -> str:
        return self.title
