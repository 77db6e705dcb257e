"""The OpenAPI document: valid, readable without a key, and true of every answer (asking.py compares each one)."""

import json

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from submissions.metadata import record_json
from submissions.metadata.crosswalks.registry import STORED
from tests.records import varied_records

from .asking import Asker

pytestmark = pytest.mark.django_db


def test_it_is_valid_and_needs_no_key(client):
    answer = client.get("/api/openapi.json")
    assert answer["Content-Type"] == "application/json"
    OpenAPIV31SpecValidator(answer.json()).validate()
    assert answer.json()["servers"] == [{"url": "https://theses.example.edu/api"}]
    assert set(answer.json()["paths"]) == {"/theses/", "/theses/{id}/", "/theses/{id}/{format}"}
    assert all(path["get"]["security"] == [{"key": []}] for path in answer.json()["paths"].values())
    assert client.get("/api/openapi.json", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_yaml_says_the_same(client):
    assert yaml.safe_load(client.get("/api/openapi.yaml").content) == client.get("/api/openapi.json").json()


def test_every_format_is_in_it(client):
    path = client.get("/api/openapi.json").json()["paths"]["/theses/{id}/{format}"]["get"]
    assert [one["schema"]["enum"] for one in path["parameters"] if one["name"] == "format"] == [list(STORED)]
    assert set(path["responses"]["200"]["content"]) == {form.mime for form in STORED.values()}


def test_every_kind_of_record_fits_its_schema_and_no_other_does():
    validator = Asker().validator({"$ref": "#/components/schemas/ThesisRecord"})
    for record in varied_records(200):
        validator.validate(json.loads(record_json.to_json(record)))
    data = record_json.to_dict(varied_records(1)[0])
    assert not validator.is_valid(data | {"more": 1})
    assert not validator.is_valid({key: value for key, value in data.items() if key != "title"})
