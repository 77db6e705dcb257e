"""Addresses of the records: by UUID under ``/records/``, and plain ones beside the page of a thesis."""

import re

from django.urls import include, path, re_path, register_converter

from ..metadata.crosswalks.registry import FORMATS
from . import views

app_name = "records"


class StoredFile:
    """``datacite.xml`` in the address, ``datacite`` in the code: a format's name with its own extension."""

    regex = "|".join(rf"{name}\.{form.extension}" for name, form in FORMATS.items())

    def to_python(self, value: str) -> str:
        """The name of the format."""
        return value.partition(".")[0]

    def to_url(self, name: str) -> str:
        """The name of the file. Raises ``ValueError`` (no such address) for a name that is no format."""
        if name not in FORMATS:
            raise ValueError(name)
        return f"{name}.{FORMATS[name].extension}"


register_converter(StoredFile, "stored_file")

_ENDINGS = "|".join(map(re.escape, views.endings()))

urlpatterns = [
    path("records/", include([path("<uuid:uuid>/<stored_file:name>", views.record, name="record")])),
    # Wherever the tree has the page; Wagtail's own addresses have no dot.
    re_path(rf"^(?P<path>(?:[\w\-]+/)+[\w\-]+)\.(?P<ending>{_ENDINGS})$", views.beside_page, name="beside"),
]
