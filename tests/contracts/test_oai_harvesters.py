"""Harvesters that nobody here wrote, over HTTP, also while theses are published, changed and withdrawn."""

import re

import pytest
from lxml import etree
from oaipmh_scythe import HTTPConfig, Scythe
from oaipmh_scythe.exceptions import (
    BadArgument,
    BadResumptionToken,
    CannotDisseminateFormat,
    IdDoesNotExist,
    NoRecordsMatch,
)
from sickle import Sickle
from sickle import oaiexceptions as sickle_errors

from etd_site.demo.generated.rows import generate
from submissions import outlets
from submissions.metadata.crosswalks.registry import PREFIXES
from submissions.models import Status, StoredRecord, Submission, ThesisPage
from tests.contracts.family import RECORDS, ids

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
COUNT = 23
ORCID = re.compile(r"\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b")


@pytest.fixture
def address(live_server, settings):
    """Where 23 theses are served, 5 a page."""
    settings.ETD_BASE_URL = live_server.url
    settings.ETD_OAI_PAGE_SIZE = 5
    generate(COUNT)
    return f"{live_server.url}/oai"


@pytest.fixture(params=["GET", "POST"])
def scythe(request, address):
    with Scythe(address, http_config=HTTPConfig(http_method=request.param)) as client:
        yield client


@pytest.fixture(params=["GET", "POST"])
def sickle(request, address):
    return Sickle(address, http_method=request.param)


def uuid_of(record) -> str:
    return record.header.identifier.rpartition(":")[2]


def everything() -> set[str]:
    return {str(uuid) for uuid in Submission.objects.values_list("uuid", flat=True)}


def test_scythe_reads_it_all(scythe, address):
    assert scythe.identify().baseURL == address
    assert [item.metadataPrefix for item in scythe.list_metadata_formats()] == list(PREFIXES)
    assert {"level:doctoral", "open"} <= {item.setSpec for item in scythe.list_sets()}
    for prefix in PREFIXES:
        records = list(scythe.list_records(metadata_prefix=prefix))
        assert len(records) == COUNT
        assert {uuid_of(record) for record in records} == everything()
    headers = list(scythe.list_identifiers(set_="level:master", from_="2001-01-01", until="2099-01-01"))
    assert len(headers) == StoredRecord.objects.filter(format="oai_dc", level="master").count() > 5
    record = scythe.get_record(records[0].header.identifier)
    assert record.metadata["identifier"][0].startswith("http")


def test_scythe_is_told_what_is_wrong(scythe):
    identifier = next(scythe.list_identifiers()).identifier
    for error, ask in (
        (BadArgument, lambda: list(scythe.list_records(from_="junk"))),
        (BadResumptionToken, lambda: list(scythe.list_records(resumption_token="junk"))),
        (CannotDisseminateFormat, lambda: scythe.get_record(identifier, metadata_prefix="junk")),
        (IdDoesNotExist, lambda: scythe.get_record("oai:x.example.edu:1")),
        (NoRecordsMatch, lambda: list(scythe.list_records(until="2001-01-01"))),
    ):
        with pytest.raises(error):
            ask()


def test_sickle_reads_it_all(sickle, address):
    assert sickle.Identify().baseURL == address
    assert [item.metadataPrefix for item in sickle.ListMetadataFormats()] == list(PREFIXES)
    for prefix in PREFIXES:
        records = list(sickle.ListRecords(metadataPrefix=prefix))
        assert len(records) == COUNT
        assert {uuid_of(record) for record in records} == everything()
    with pytest.raises(sickle_errors.NoRecordsMatch):
        sickle.ListRecords(metadataPrefix="oai_dc", set="junk")
    with pytest.raises(sickle_errors.BadResumptionToken):
        sickle.ListRecords(resumptionToken="junk")


def test_both_find_the_ids_in_their_place(address):
    """As many iDs in what is harvested as theses have people who signed in."""
    written = {
        str(case.uuid): {case.author_connection.uri} - {None} if case.author_connection else set()
        for case in Submission.objects.select_related("author_connection")
    }
    for case in Submission.objects.all():
        seats = case.invitations.filter(connection__isnull=False).select_related("connection")
        written[str(case.uuid)] |= {seat.connection.uri for seat in seats}
    assert sum(map(len, written.values())) > COUNT
    names = "{http://datacite.org/schema/kernel-4}nameIdentifier"
    for records in (
        Scythe(address).list_records(metadata_prefix="oai_datacite"),
        Sickle(address).ListRecords(metadataPrefix="oai_datacite"),
    ):
        for record in records:
            found = {e.text for e in record.xml.iter(names) if e.get("nameIdentifierScheme") == "ORCID"}
            assert found == written[uuid_of(record)]


@pytest.mark.parametrize("prefix", ["oai_datacite", "mods", "marcxml", "oai_etdms", "oai_openaire"])
def test_both_read_back_the_ids_of_every_record_of_the_family(live_server, settings, prefix):
    """All scripts, 0 to 12 committee members, hidden names: the family's records in the place of generated ones."""
    settings.ETD_BASE_URL = live_server.url
    form = PREFIXES[prefix]
    generate(len(RECORDS), formats=[form.name])
    written = {}
    stored = StoredRecord.objects.filter(format=form.name).select_related("submission")
    for row, record in zip(stored, RECORDS, strict=True):
        StoredRecord.objects.filter(pk=row.pk).update(content=form.to_bytes(record))
        written[str(row.submission.uuid)] = {each for each in ids(record) if each}
    assert sum(map(len, written.values())) > 1000
    address = f"{live_server.url}/oai"
    for records in (
        Scythe(address).list_records(metadata_prefix=prefix),
        Sickle(address).ListRecords(metadataPrefix=prefix),
    ):
        found = {
            uuid_of(record): set(ORCID.findall(etree.tostring(record.xml).decode())) for record in records
        }
        assert found == written


# --- while things change -------------------------------------------------------------------------------------------


def correct(case: Submission) -> None:
    ThesisPage.objects.filter(pk=case.page_id).update(title=f"Corrected {case.pk}")
    outlets.refresh(case)


def withdraw(case: Submission) -> None:
    Submission.objects.filter(pk=case.pk).update(status=Status.WITHDRAWN)
    outlets.refresh(case)


class Changing:
    """Between any two records something happens to the repository; ``step`` does the next thing."""

    def __init__(self) -> None:
        cases = list(Submission.objects.order_by("pk"))
        self.corrected, self.withdrawn = [cases[1], cases[9], cases[20]], [cases[2], cases[11], cases[22]]
        changes = [lambda c=c: correct(c) for c in self.corrected] + [
            lambda c=c: withdraw(c) for c in self.withdrawn
        ]
        self.changes = [*changes[::2], lambda: generate(2), *changes[1::2]]
        self.count = 0

    def step(self) -> None:
        self.count += 1
        if self.count % 3 == 0 and self.changes:
            self.changes.pop(0)()


@pytest.mark.parametrize("library", ["scythe", "sickle"])
@pytest.mark.parametrize("set_spec", [None, "level"])
def test_one_harvest_meets_each_record_and_each_deletion(address, library, set_spec):
    changing = Changing()
    latest: dict[str, object] = {}
    limits = {"set": set_spec} if set_spec else {}
    records = (
        Scythe(address).list_records(**{f"{name}_": value for name, value in limits.items()})
        if library == "scythe"
        else Sickle(address).ListRecords(metadataPrefix="oai_dc", **limits)
    )
    for record in records:
        latest[uuid_of(record)] = record
        changing.step()
    assert not changing.changes
    assert set(latest) == everything()
    assert len(latest) == COUNT + 2
    for case in changing.withdrawn:
        assert latest[str(case.uuid)].header.deleted
    for case in changing.corrected:
        assert f"Corrected {case.pk}" in latest[str(case.uuid)].metadata["title"][0]
    assert sum(record.header.deleted for record in latest.values()) == 3


def test_a_second_visit_brings_what_changed_since_the_first(address):
    with Scythe(address) as scythe:
        first = {uuid_of(record): record for record in scythe.list_records(metadata_prefix="mods")}
        since = max(record.header.datestamp for record in first.values())
        changing = Changing()
        while changing.changes:
            changing.step()
        second = {
            uuid_of(record): record for record in scythe.list_records(metadata_prefix="mods", from_=since)
        }
    changed = {str(case.uuid) for case in changing.corrected + changing.withdrawn}
    assert changed | (everything() - set(first)) <= set(second)
