"""profile.py: a full record, every null, and a real reading."""

import copy
from typing import Any

import pytest
import requests

from orcid_workflow import profile
from orcid_workflow.models import ApiCall
from orcid_workflow.profile import Affiliation, Fact, Profile, Website

from .conftest import fault

SOURCE = {"source-name": {"value": "Ada Lovelace"}, "source-client-id": None}
RECORD: dict = {
    "orcid-identifier": {"uri": "https://orcid.org/0000-0002-1825-0097", "path": "0000-0002-1825-0097"},
    "preferences": {"locale": "fr"},
    "person": {
        "name": {
            "given-names": {"value": " Ada "},
            "family-name": {"value": "Lovelace"},
            "credit-name": {"value": "A. Lovelace"},
        },
        "other-names": {"other-name": [{"content": "A. King", "source": SOURCE}, {"content": None}]},
        "emails": {
            "email": [
                {"email": "a@example.edu", "verified": True, "source": SOURCE},
                {"email": "b@example.edu", "verified": False},
                {"email": "c@example.edu", "verified": None},
            ]
        },
        "addresses": {"address": [{"country": {"value": "GB"}, "source": None}, {"country": None}]},
        "keywords": {"keyword": [{"content": "engines"}]},
        "researcher-urls": {
            "researcher-url": [
                {"url-name": "Home", "url": {"value": "https://ada.example"}},
                {"url-name": "Bad", "url": {"value": "javascript:x"}},
                {"url-name": None, "url": None},
            ]
        },
    },
    "activities-summary": {
        "educations": {
            "affiliation-group": [
                {
                    "summaries": [
                        {
                            "education-summary": {
                                "department-name": "Mathematics",
                                "role-title": "PhD",
                                "start-date": {
                                    "year": {"value": "2021"},
                                    "month": {"value": "09"},
                                    "day": None,
                                },
                                "end-date": None,
                                "organization": {
                                    "name": "North Shore",
                                    "address": {"city": "Halifax", "region": None, "country": "CA"},
                                    "disambiguated-organization": {
                                        "disambiguated-organization-identifier": "https://ror.org/01",
                                        "disambiguation-source": "ROR",
                                    },
                                },
                                "source": SOURCE,
                            }
                        }
                    ]
                },
                {"summaries": []},
                {"summaries": None},
            ]
        },
        "employments": {
            "affiliation-group": [
                {
                    "summaries": [
                        {
                            "employment-summary": {
                                "organization": {"name": "Mill", "address": None},
                                "end-date": {"year": {"value": "2020"}, "month": None, "day": None},
                            }
                        }
                    ]
                }
            ]
        },
    },
}


def test_a_full_record() -> None:
    assert profile.parse(RECORD) == Profile(
        orcid="0000-0002-1825-0097",
        given="Ada",
        family="Lovelace",
        credit_name="A. Lovelace",
        other_names=(Fact("A. King", "Ada Lovelace"),),
        emails=(Fact("a@example.edu", "Ada Lovelace"),),
        countries=(Fact("GB"),),
        keywords=(Fact("engines"),),
        websites=(Website("https://ada.example", label="Home"),),
        educations=(
            Affiliation(
                organisation="North Shore",
                department="Mathematics",
                role="PhD",
                city="Halifax",
                country="CA",
                organisation_id="https://ror.org/01",
                organisation_id_source="ROR",
                start="2021-09",
                source="Ada Lovelace",
            ),
        ),
        employments=(Affiliation(organisation="Mill", end="2020"),),
        locale="fr",
    )


def test_current_means_no_end_date() -> None:
    facts = profile.parse(RECORD)
    assert facts.current_educations == facts.educations
    assert facts.current_employments == ()


def _paths(data: Any, path: tuple = ()) -> list[tuple]:
    if isinstance(data, dict):
        return [path] + [found for key in data for found in _paths(data[key], (*path, key))]
    if isinstance(data, list):
        return [path] + [found for index, one in enumerate(data) for found in _paths(one, (*path, index))]
    return [path]


@pytest.mark.parametrize("value", [None, [], {}, "", 7])
def test_any_place_may_hold_null_or_nonsense(value: Any) -> None:
    paths = _paths(RECORD)
    assert len(paths) > 80
    for path in paths:
        record: Any = copy.deepcopy(RECORD)
        if path:
            place = record
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = copy.deepcopy(value)
        else:
            record = value
        assert isinstance(profile.parse(record), Profile)


def test_names_may_be_hidden() -> None:
    record = copy.deepcopy(RECORD)
    record["person"]["name"] = None
    facts = profile.parse(record)
    assert (facts.given, facts.family, facts.display_name) == ("", "", "")


def test_one_name_only() -> None:
    record = copy.deepcopy(RECORD)
    record["person"]["name"] = {"given-names": {"value": "Suharto"}, "family-name": None, "credit-name": None}
    assert profile.parse(record).display_name == "Suharto"


def test_refresh_reads_and_stores(connection, person) -> None:
    facts = profile.refresh(connection)
    assert facts.display_name == person.name
    assert [fact.value for fact in facts.emails] == [
        f"p{person.name.split('Given')[1].split()[0]}@example.edu"
    ]
    assert [fact.value for fact in facts.countries] == ["CA"]
    assert facts.current_educations[0].organisation == "University of the North Shore"
    connection.refresh_from_db()
    assert profile.parse(connection.record) == facts
    assert connection.record_read_at
    call = ApiCall.objects.get(connection=connection, method="GET")
    assert (call.path, call.status) == (f"/{connection.orcid}/record", 200)


def test_without_an_answer_the_old_reading_stays(connection, registry) -> None:
    profile.refresh(connection)
    before = connection.record_read_at
    fault(registry, method="GET", path_regex="/record", status=500)
    assert profile.refresh(connection) is None
    connection.refresh_from_db()
    assert connection.record_read_at == before
    assert connection.record


def test_a_busy_registry_is_asked_again(connection, registry) -> None:
    fault(registry, method="GET", path_regex="/record", status=503)
    assert profile.refresh(connection)
    assert requests.get(f"{registry.base_url}/_faults", timeout=5).json()["faults"] == []
