"""A record as the local registry gives it."""

import pytest
import requests

from tests.registry_process import Registry, token_for

from ..conftest import PASSWORD, Person


@pytest.fixture
def registry_record(registry: Registry, person: Person) -> dict:
    """The record of somebody at the local registry, who has two works there."""
    token = token_for(registry, person.orcid, PASSWORD, "openid /read-limited /activities/update")
    headers = {"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"}
    for number in (1, 2):
        identifier = {
            "external-id-type": "doi",
            "external-id-value": f"10.5555/{number}",
            "external-id-relationship": "self",
        }
        work = {
            "title": {"title": {"value": f"Kelp {number}"}},
            "type": "dissertation-thesis",
            "external-ids": {"external-id": [identifier]},
        }
        address = f"{registry.api_url}/{person.orcid}/work"
        requests.post(address, json=work, headers=headers, timeout=5).raise_for_status()
    answer = requests.get(f"{registry.api_url}/{person.orcid}/record", headers=headers, timeout=5)
    answer.raise_for_status()
    return answer.json()
