"""The files of a thesis. The bytes lie in the ``theses`` storage under their checksum; a row says what they are."""

import uuid

from django.core.files.storage import Storage, storages
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable


def thesis_storage() -> Storage:
    """Return the private storage. A function, so that migrations name it and not where the files lie today."""
    return storages["theses"]


def storage_name(instance: "ThesisFile", filename: str) -> str:
    """Path in the storage: by case and checksum, so that the same bytes are kept once and no name is trusted."""
    return f"{instance.page.submission.uuid}/{instance.sha256}.pdf"


class ThesisFile(Orderable):
    """One file of the thesis: size in bytes, SHA-256 in hexadecimal, pages counted when it came in.

    Part of the page's revisions. A replaced file's bytes stay in the storage, because earlier revisions and the
    decisions made on them still speak of it.
    """

    page = ParentalKey("submissions.ThesisPage", on_delete=models.CASCADE, related_name="files")
    key = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    file = models.FileField(storage=thesis_storage, upload_to=storage_name, max_length=255)
    name = models.CharField("file name", max_length=200)
    mime = models.CharField("media type", max_length=100, default="application/pdf")
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField("SHA-256", max_length=64)
    md5 = models.CharField("MD5", max_length=32, blank=True, help_text="DSpace reckons with it.")
    pages = models.PositiveIntegerField(default=0)
    uploaded_at = models.DateTimeField()

    class Meta(Orderable.Meta):
        pass

    def __str__(self) -> str:
        return self.name
