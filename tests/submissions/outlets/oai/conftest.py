"""A repository of generated theses, and a harvester that validates what it is told."""

import pytest
from django.db import transaction
from django.test import Client

from etd_site.demo.generated.rows import generate
from tests.contracts.conftest import load_xsd, schemas  # noqa: F401

from .asking import Harvester, later
from .keeping import Keeper


@pytest.fixture(scope="session")
def oai_xsd(load_xsd):  # noqa: F811
    """OAI-PMH.xsd with the record formats that its strict wildcards ask for."""
    return load_xsd("oai-response/oai-response.xsd")


@pytest.fixture(scope="package")
def library(django_db_setup, django_db_blocker):
    """25 generated theses for all tests of this folder, rolled back at its end. Do not change them for good."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        generate(25)
        yield
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def harvester(library, db, oai_xsd, settings):
    """Asks a repository of 25 theses, 10 a page."""
    settings.ETD_OAI_PAGE_SIZE = 10
    settings.ETD_BASE_URL = "https://theses.example.edu"
    return Harvester(Client(), oai_xsd)


@pytest.fixture
def keeper(library, db, settings, tmp_path):
    """The library, 5 theses a page, none of which changed in this very second."""
    settings.ETD_BASE_URL, settings.ETD_OAI_PAGE_SIZE = "https://theses.example.edu", 5
    later()
    return Keeper(settings, tmp_path / "pages")
