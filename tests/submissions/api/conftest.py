"""A repository of generated theses, and a client with a key."""

import pytest
from django.core.cache import cache
from django.db import transaction

from etd_site.demo.generated.rows import generate
from submissions.api import keys

from .asking import Asker


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    """25 generated theses for all tests of a file, rolled back at its end. Do not change them for good."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        generate(25)
        yield
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def _fresh_count(settings):
    """Nobody has asked anything yet, and the site is at an address of its own."""
    cache.clear()
    settings.ETD_BASE_URL = "https://theses.example.edu"


@pytest.fixture
def asker(db) -> Asker:
    """A client with a key, and whatever theses the test makes."""
    return Asker(keys.make("Repository")[1])


@pytest.fixture
def reader(library, asker, settings) -> Asker:
    """A client with a key in a repository of 25 theses, 10 a page."""
    settings.ETD_API_PAGE_SIZE, settings.ETD_API_RATE = 10, "10000/min"
    return asker
