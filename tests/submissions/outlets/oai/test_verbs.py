"""Identify, ListMetadataFormats, ListSets and GetRecord (OAI-PMH 2.0 §4; metadata.md §7)."""

import re
from urllib.parse import urlsplit

import pytest
from lxml import etree

from submissions.metadata.crosswalks.registry import PREFIXES
from submissions.models import Status, StoredRecord
from tests.factories import make_submission

from .asking import OAI

IDENTIFIER = "{http://www.openarchives.org/OAI/2.0/oai-identifier}"
SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_identify_is_complete(harvester):
    answer = harvester.ask("Identify")
    assert [etree.QName(element).localname for element in answer.root[2]] == [
        "repositoryName",
        "baseURL",
        "protocolVersion",
        "adminEmail",
        "earliestDatestamp",
        "deletedRecord",
        "granularity",
        "compression",
        "description",
    ]
    assert answer.texts("repositoryName") == ["Theses of Northfield University"]
    assert answer.texts("baseURL") == ["https://theses.example.edu/oai"]
    assert answer.texts("protocolVersion") == ["2.0"]
    assert answer.texts("adminEmail") == ["thesis-office@example.edu"]
    assert answer.texts("deletedRecord") == ["persistent"]
    assert answer.texts("granularity") == ["YYYY-MM-DDThh:mm:ssZ"]
    assert answer.texts("compression") == ["gzip"]


def test_identify_describes_identifiers(harvester):
    (about,) = harvester.ask("Identify").root.iter(f"{IDENTIFIER}oai-identifier")
    texts = {etree.QName(element).localname: element.text for element in about}
    assert texts["scheme"] == "oai"
    assert texts["repositoryIdentifier"] == "theses.example.edu"
    assert texts["delimiter"] == ":"
    assert texts["sampleIdentifier"].startswith("oai:theses.example.edu:")
    for record in harvester.harvest("ListIdentifiers"):
        assert record.identifier.startswith("oai:theses.example.edu:")


def test_the_admins_address_and_the_namespace_are_settings(harvester, settings):
    settings.ETD_OAI_ADMIN_EMAIL, settings.ETD_OAI_REPOSITORY_ID = "oai@example.edu", "archive.example.edu"
    answer = harvester.ask("Identify")
    assert answer.texts("adminEmail") == ["oai@example.edu"]
    assert harvester.harvest("ListIdentifiers")[0].identifier.startswith("oai:archive.example.edu:")


@pytest.mark.parametrize(
    "host", ["localhost:8000", "127.0.0.1:8000", "3d.example.edu", "[::1]:80", "intranet"]
)
def test_a_host_that_cannot_be_a_namespace_is_replaced(harvester, settings, host):
    settings.ETD_BASE_URL = f"http://{host}"
    (about,) = harvester.ask("Identify").root.iter(f"{IDENTIFIER}oai-identifier")
    assert about.findtext(f"{IDENTIFIER}repositoryIdentifier") == "localhost.localdomain"


def test_earliest_datestamp_is_not_later_than_any(harvester):
    (earliest,) = harvester.ask("Identify").texts("earliestDatestamp")
    assert SECOND.fullmatch(earliest)
    assert earliest == min(record.datestamp for record in harvester.harvest("ListIdentifiers"))


@pytest.mark.django_db
def test_an_empty_repository_identifies_itself(harvester):
    StoredRecord.objects.all().delete()
    answer = harvester.ask("Identify")
    assert SECOND.fullmatch(answer.texts("earliestDatestamp")[0])
    assert harvester.ask("ListRecords", metadataPrefix="oai_dc").codes == ["noRecordsMatch"]
    assert harvester.ask("ListSets").texts("setSpec") == ["level", "programme", "year"]


def test_every_answer_says_when_in_whole_seconds_of_utc(harvester):
    for verb in ("Identify", "ListSets", "ListMetadataFormats", "junk"):
        assert SECOND.fullmatch(harvester.ask(verb).said)
    assert SECOND.fullmatch(harvester.ask("ListRecords", metadataPrefix="oai_dc").said)


def test_the_schema_is_named_as_the_validators_want_it(harvester):
    location = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
    pair = "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
    for verb in ("Identify", "junk"):
        assert harvester.ask(verb).root.get(location) == pair


def test_each_harvested_format_is_listed(harvester):
    answer = harvester.ask("ListMetadataFormats")
    assert answer.texts("metadataPrefix") == list(PREFIXES)
    assert answer.texts("metadataNamespace") == [form.namespace for form in PREFIXES.values()]
    assert answer.texts("schema") == [form.schema_location for form in PREFIXES.values()]
    assert "oai_dc" in PREFIXES


def test_the_formats_of_one_thesis_are_those_it_was_written_in(harvester):
    identifier = harvester.ask("ListIdentifiers", metadataPrefix="oai_dc").records[0].identifier
    assert harvester.ask("ListMetadataFormats", identifier=identifier).texts("metadataPrefix") == list(
        PREFIXES
    )
    StoredRecord.objects.filter(submission__uuid=identifier[-36:], format="mods").delete()
    left = [prefix for prefix in PREFIXES if prefix != "mods"]
    assert harvester.ask("ListMetadataFormats", identifier=identifier).texts("metadataPrefix") == left
    answer = harvester.ask("GetRecord", identifier=identifier, metadataPrefix="mods")
    assert answer.codes == ["cannotDisseminateFormat"]
    listed = harvester.harvest("ListIdentifiers", metadataPrefix="mods")
    assert identifier not in {record.identifier for record in listed}


def test_a_withdrawn_thesis_has_no_formats_any_more(harvester):
    identifier = harvester.ask("ListIdentifiers", metadataPrefix="oai_dc").records[0].identifier
    StoredRecord.objects.filter(submission__uuid=identifier[-36:]).update(deleted=True)
    assert harvester.ask("ListMetadataFormats", identifier=identifier).codes == ["noMetadataFormats"]
    answer = harvester.ask("GetRecord", identifier=identifier, metadataPrefix="oai_dc")
    assert [(record.deleted, record.metadata) for record in answer.records] == [(True, None)]


@pytest.mark.django_db
def test_a_thesis_that_was_never_published_is_unknown(harvester):
    submission = make_submission(Status.APPROVED)
    identifier = f"oai:theses.example.edu:{submission.uuid}"
    assert harvester.ask("ListMetadataFormats", identifier=identifier).codes == ["idDoesNotExist"]
    answer = harvester.ask("GetRecord", identifier=identifier, metadataPrefix="oai_dc")
    assert answer.codes == ["idDoesNotExist"]


def test_sets_are_listed_with_their_parents_before_them(harvester):
    answer = harvester.ask("ListSets")
    specs = answer.texts("setSpec")
    assert len(specs) == len(set(specs)) == len(answer.texts("setName"))
    for spec in specs:
        parent = spec.rpartition(":")[0]
        assert not parent or specs.index(parent) < specs.index(spec)
    used = {spec for record in harvester.harvest("ListIdentifiers") for spec in record.sets}
    assert {spec for spec in specs if ":" in spec or spec == "open"} == used
    assert answer.token is None


def test_get_record_gives_what_the_list_gives(harvester):
    for listed in harvester.ask("ListRecords", metadataPrefix="oai_datacite").records:
        (record,) = harvester.ask(
            "GetRecord", identifier=listed.identifier, metadataPrefix="oai_datacite"
        ).records
        assert (record.identifier, record.datestamp, record.sets) == (
            listed.identifier,
            listed.datestamp,
            listed.sets,
        )
        assert etree.tostring(record.metadata, method="c14n") == etree.tostring(
            listed.metadata, method="c14n"
        )


@pytest.mark.parametrize("prefix", PREFIXES)
def test_stored_bytes_are_served_as_they_are(harvester, prefix):
    """The element in the answer is the stored one, canonical form for canonical form, whatever surrounds it."""
    for listed in harvester.harvest("ListRecords", metadataPrefix=prefix):
        stored = StoredRecord.objects.get(
            submission__uuid=listed.identifier[-36:], format=PREFIXES[prefix].name
        )
        expected = etree.tostring(etree.fromstring(bytes(stored.content)), method="c14n", exclusive=True)
        assert etree.tostring(listed.metadata, method="c14n", exclusive=True, with_tail=False) == expected


def test_no_crosswalk_runs_when_a_record_is_asked_for(harvester):
    StoredRecord.objects.filter(format="oai_dc").update(
        content=b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"/>\n'
    )
    for record in harvester.harvest("ListRecords"):
        assert len(record.metadata) == 0


def test_the_base_url_is_the_one_that_is_asked(harvester, settings):
    assert urlsplit(harvester.ask("Identify").texts("baseURL")[0]).path == "/oai"
    settings.ETD_BASE_URL = "https://other.example.edu"
    answer = harvester.ask("Identify")
    assert (
        answer.texts("baseURL")
        == [answer.root.findtext(f"{OAI}request")]
        == ["https://other.example.edu/oai"]
    )
