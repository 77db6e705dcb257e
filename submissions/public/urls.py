"""Addresses of the stored records; the site includes them at ``/records/``."""

from django.urls import path, register_converter

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

urlpatterns = [path("<uuid:uuid>/<stored_file:name>", views.record, name="record")]
