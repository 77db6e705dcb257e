"""What every test shares."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# The sync browser driver keeps an event loop running, and Django would take every query for one made inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def _media_of_its_own(settings, tmp_path):
    """Each test keeps its files to itself."""
    settings.MEDIA_ROOT = tmp_path / "media"
    storages = {**settings.STORAGES}
    for name in ("default", "theses"):
        options = {**storages[name]["OPTIONS"], "location": tmp_path / "media" / name}
        storages[name] = {**storages[name], "OPTIONS": options}
    settings.STORAGES = storages
