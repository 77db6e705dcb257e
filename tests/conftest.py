"""What every test shares."""

import os
from pathlib import Path

import pytest

from orcid_workflow.api import budget

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


@pytest.fixture(autouse=True)
def _no_budget_kept_open():
    """The budget has a connection of its own, and a test database with connections cannot be dropped."""
    yield
    budget.close()
