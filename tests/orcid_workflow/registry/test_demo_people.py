"""The people of the demonstration: everybody's record is there in both forms, and valid."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from lxml import etree

from etd_site.demo.people import NORTHFIELD_ROR, PEOPLE, by_username, registry_people
from tests.registry_process import Registry, client_token, start_registry


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    running = start_registry(tmp_path_factory.mktemp("demo"), registry_people({}), faults=True)
    yield running
    assert running.stop() == 0


def read(registry: Registry, orcid: str, media: str) -> requests.Response:
    address = f"{registry.public_api_url}/{orcid}/record"
    answer = requests.get(address, headers={"Accept": f"application/orcid+{media}"}, timeout=10)
    assert answer.status_code == 200
    return answer


@pytest.mark.schemas
def test_every_record_is_valid(registry: Registry, schemas: Path) -> None:
    schema = etree.XMLSchema(etree.parse(schemas / "record-3.0.xsd"))
    for person in PEOPLE:
        schema.assertValid(etree.fromstring(read(registry, person.orcid, "xml").content))
        assert read(registry, person.orcid, "json").json()["orcid-identifier"]["path"] == person.orcid


def test_the_first_student_has_something_to_choose_at_every_step(registry: Registry) -> None:
    record = read(registry, by_username()["student"].orcid, "json").json()
    activities, person = record["activities-summary"], record["person"]
    assert len(activities["fundings"]["group"]) == 2
    assert len(activities["works"]["group"]) == 2  # the third is private
    assert activities["employments"]["affiliation-group"]
    assert activities["educations"]["affiliation-group"]
    assert person["keywords"]["keyword"]
    assert person["researcher-urls"]["researcher-url"]
    assert person["other-names"]["other-name"]


def test_two_records_are_full_of_holes(registry: Registry) -> None:
    sparse = [one for one in PEOPLE if one.record.get("sparse")]
    assert len(sparse) == 2
    for person in sparse:
        assert read(registry, person.orcid, "json").json()["person"]["name"]["family-name"] is None


def test_the_demo_university_is_known(registry: Registry) -> None:
    token = client_token(registry, "/read-public").json()["access_token"]
    found = requests.get(
        f"{registry.api_url}/search/",
        {"q": f'ror-org-id:"{NORTHFIELD_ROR}"', "rows": 0},
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        timeout=10,
    )
    assert found.json()["num-found"] >= 3
