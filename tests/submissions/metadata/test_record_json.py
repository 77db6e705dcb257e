"""A record written as JSON and read back is the same record."""

import json

import pytest

from submissions.metadata.record_json import from_dict, from_json, to_dict, to_json
from tests.records import full_record, make_record, varied_records


def test_every_record_survives() -> None:
    for record in (make_record(), full_record(), *varied_records(500)):
        content = to_json(record)
        assert from_json(content) == record
        assert to_json(from_json(content)) == content


def test_an_id_says_that_it_is_authenticated_since_when_and_by_which_client() -> None:
    assert to_dict(make_record())["author"]["orcid"] == {
        "path": make_record().author.orcid.path,
        "authenticated": True,
        "authenticated_at": "2026-03-01T09:30:00+00:00",
        "environment": "local",
        "client_id": "APP-TEST",
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "other/1"}, "not a record of the form"),
        ({"published": "2 June"}, r"record\.published"),
        ({"published": 5}, r"record\.published must be a text"),
        ({"title": None}, r"record\.title must be of the kind str"),
        ({"access": "secretAccess"}, r"record\.access"),
        ({"keywords": "fjords"}, r"record\.keywords must be a list"),
        ({"colour": "blue"}, "record must be without colour"),
        ({"author": {"given": "A"}}, r"record\.author must be complete; family, orcid"),
        ({"committee": ["A"]}, r"record\.committee\[0\] must be an object"),
    ],
)
def test_what_is_no_record_is_refused_with_its_place(change: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_dict(to_dict(make_record()) | change)


@pytest.mark.parametrize("flag", [False, None, "true"])
def test_an_id_that_is_not_authenticated_is_not_promoted(flag) -> None:
    data = to_dict(make_record())
    data["author"]["orcid"]["authenticated"] = flag
    with pytest.raises(ValueError, match="authenticated iD"):
        from_dict(data)
    del data["author"]["orcid"]["authenticated"]
    with pytest.raises(ValueError, match="authenticated iD"):
        from_json(json.dumps(data))
