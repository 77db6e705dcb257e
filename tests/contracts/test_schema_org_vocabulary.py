"""JSON-LD against the official schema.org context: readers silently ignore a misspelt term."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from submissions.metadata.crosswalks import schema_org
from tests.records import embargoed, full_record, make_record, varied_records

pytestmark = pytest.mark.schemas


def _terms(value: Any) -> Iterator[str]:
    """All property names and types in a JSON-LD value, keywords (``@…``) aside."""
    if isinstance(value, list):
        for item in value:
            yield from _terms(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "@type":
                yield item
            elif not key.startswith("@"):
                yield key
            yield from _terms(item) if key != "@context" else ()


@pytest.fixture(scope="session")
def vocabulary(schemas) -> set[str]:
    """All terms of schema.org 30.0."""
    return set(json.loads((schemas / "schema-org/schemaorgcontext.jsonld").read_text("utf-8"))["@context"])


def test_every_term_exists(vocabulary: set[str]) -> None:
    for record in (make_record(), full_record(), embargoed(), *varied_records(60, seed=3)):
        used = set(_terms(json.loads(schema_org.to_json(record))))
        assert {"Thesis", "Person", "author"} <= used
        assert used <= vocabulary, used - vocabulary


def test_the_vocabulary_refuses_an_invented_term(vocabulary: set[str]) -> None:
    assert set(_terms({"@type": "Thesis", "orcid": "x"})) - vocabulary == {"orcid"}
