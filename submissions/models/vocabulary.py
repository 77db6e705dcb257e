"""The university's own lists: degrees, programmes, terms, embargoes, licences and the agreement.

Staff edit them as snippets. Rows are referred to by theses for ever, so they are retired (``active``), not deleted.
"""

from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet

from ..metadata.record import DegreeLevel


class Listed(models.Model):
    """A row of a list with an order and a switch that retires it from new submissions."""

    active = models.BooleanField(
        default=True, help_text="Offered to students who start or change a submission."
    )
    sort_order = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["sort_order", "pk"]


@register_snippet
class Degree(Listed):
    """A degree the university grants, for example Doctor of Philosophy (PhD)."""

    name = models.CharField(max_length=120, unique=True)
    abbreviation = models.CharField(max_length=20)
    level = models.CharField(
        max_length=20, choices=[(level.value, level.name.title()) for level in DegreeLevel]
    )
    committee_minimum = models.PositiveSmallIntegerField(
        default=2,
        help_text="How many committee members a thesis for this degree must have, advisors included.",
    )

    panels = [
        FieldPanel(name)
        for name in ("name", "abbreviation", "level", "committee_minimum", "active", "sort_order")
    ]

    class Meta(Listed.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.name} ({self.abbreviation})"


@register_snippet
class Programme(Listed):
    """A programme of study and the department that runs it."""

    name = models.CharField(max_length=120, unique=True)
    department = models.CharField(max_length=120)
    subject_scheme = models.CharField(
        max_length=120,
        blank=True,
        help_text="A classification of subjects, for example “Fields of Science and Technology (FOS)”.",
    )
    subject_scheme_uri = models.URLField("address of the classification", blank=True)
    subject_term = models.CharField(max_length=200, blank=True)
    subject_uri = models.URLField("address of the subject", blank=True)
    subject_code = models.CharField(max_length=60, blank=True)

    panels = [
        FieldPanel("name"),
        FieldPanel("department"),
        MultiFieldPanel(
            [FieldPanel(f"subject_{name}") for name in ("scheme", "scheme_uri", "term", "uri", "code")],
            heading="Subject of its theses in a classification",
        ),
        FieldPanel("active"),
        FieldPanel("sort_order"),
    ]

    class Meta(Listed.Meta):
        pass

    def __str__(self) -> str:
        return self.name


@register_snippet
class Term(Listed):
    """A term in which degrees are conferred. Dates are calendar dates in the university's time zone."""

    name = models.CharField(max_length=60, unique=True)
    submission_deadline = models.DateField(help_text="Last day to submit for conferral in this term.")
    conferral_date = models.DateField(help_text="Day on which the degrees of this term are conferred.")

    panels = [
        FieldPanel(name) for name in ("name", "submission_deadline", "conferral_date", "active", "sort_order")
    ]

    class Meta(Listed.Meta):
        pass

    def __str__(self) -> str:
        return self.name


@register_snippet
class EmbargoOption(Listed):
    """A length of time during which readers cannot open the files. Counted in months from publication."""

    label = models.CharField(max_length=120, unique=True)
    months = models.PositiveSmallIntegerField(default=0, help_text="0 means the files are open at once.")
    explanation = models.CharField(max_length=300, blank=True)

    panels = [FieldPanel(name) for name in ("label", "months", "explanation", "active", "sort_order")]

    class Meta(Listed.Meta):
        pass

    def __str__(self) -> str:
        return self.label


@register_snippet
class Licence(Listed):
    """What readers may do with the thesis. ``uri`` names the licence text, ``spdx`` is its SPDX identifier."""

    name = models.CharField(max_length=160, unique=True)
    uri = models.URLField()
    spdx = models.CharField(max_length=60, blank=True, verbose_name="SPDX identifier")
    summary = models.CharField(max_length=300, blank=True, help_text="What it allows, in one plain sentence.")

    panels = [FieldPanel(name) for name in ("name", "uri", "spdx", "summary", "active", "sort_order")]

    class Meta(Listed.Meta):
        pass

    def __str__(self) -> str:
        return self.name


@register_snippet
class Agreement(models.Model):
    """One version of the text a student accepts. A new wording is a new row: accepted texts never change."""

    version = models.CharField(max_length=40, unique=True)
    text = models.TextField()
    in_force_from = models.DateField()

    panels = [FieldPanel(name) for name in ("version", "text", "in_force_from")]

    class Meta:
        ordering = ["-in_force_from", "-pk"]

    def __str__(self) -> str:
        return f"Version {self.version}"
