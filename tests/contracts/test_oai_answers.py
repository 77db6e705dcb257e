"""OAI-PMH answers against the official schemas: the frame with its strict wildcards, and each format in it."""

import datetime as dt

import pytest
from django.test import Client

from etd_site.demo.generated.rows import generate
from submissions.metadata.crosswalks.registry import PREFIXES
from submissions.models import StoredRecord
from tests.submissions.outlets.oai.asking import Harvester

from .test_stored_formats import INCLUDED, WITHOUT_XSD, XSD

pytestmark = [pytest.mark.schemas, pytest.mark.django_db]


@pytest.fixture
def harvester(load_xsd, settings):
    settings.ETD_BASE_URL = "https://theses.example.edu"
    return Harvester(Client(), load_xsd("oai-response/oai-response.xsd"))


def test_whole_pages_of_every_format_are_valid(harvester, load_xsd):
    """``Harvester`` validates the page as one document; what its schema does not know is validated here."""
    generate(32)  # every script twice
    StoredRecord.objects.filter(submission__in=StoredRecord.objects.values("submission")[:2]).update(
        deleted=True
    )
    for prefix, form in PREFIXES.items():
        records = harvester.harvest("ListRecords", metadataPrefix=prefix)
        assert len(records) == 32
        assert {record.metadata is None for record in records} == {True, False}
        if form.name in WITHOUT_XSD:
            continue
        schema = load_xsd(XSD[form.name], form.namespace if form.name in INCLUDED else "")
        for record in records:
            assert record.deleted or schema.validate(record.metadata), schema.error_log


def test_the_frames_schema_bites(harvester):
    """It refuses a datestamp with fractions of a day, and metadata that is no Dublin Core."""
    generate(1)
    StoredRecord.objects.filter(format="oai_dc").update(content=b"<junk xmlns='http://junk.example/'/>")
    with pytest.raises(AssertionError, match="junk"):
        harvester.ask("ListRecords", metadataPrefix="oai_dc")


def test_250_theses_are_three_pages(harvester):
    generate(250)
    StoredRecord.objects.update(
        datestamp=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    )  # all at once, as after an import
    pages = list(harvester.pages("ListRecords"))
    assert [len(page.records) for page in pages] == [100, 100, 50]
    assert [page.token.get("completeListSize") for page in pages] == ["250"] * 3
    assert pages[-1].token.text is None
    assert len({record.identifier for page in pages for record in page.records}) == 250
