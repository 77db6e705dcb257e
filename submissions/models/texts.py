"""Texts of a thesis in more than one language."""

import uuid

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from ..languages import LANGUAGES


class ThesisAbstract(Orderable):
    """The abstract in another language than the thesis (BCP 47). Part of the page's revisions."""

    page = ParentalKey("submissions.ThesisPage", on_delete=models.CASCADE, related_name="other_abstracts")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    language = models.CharField(max_length=10, choices=LANGUAGES)
    text = models.TextField("abstract")

    panels = [FieldPanel("language"), FieldPanel("text")]

    class Meta(Orderable.Meta):
        pass

    def __str__(self) -> str:
        return f"Abstract ({self.language})"
