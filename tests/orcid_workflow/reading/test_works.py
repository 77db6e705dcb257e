"""reading/works.py: whole works, a hundred a call."""

import copy

import pytest
import requests

from orcid_workflow import profile
from orcid_workflow.profile import Contributor, FullWork, FullWorks
from orcid_workflow.reading import tolerant

from ..conftest import calls, fault
from ..documents import CROSSREF, DOI, OWNER, day, external_id, identifier, work
from .test_damage import NONSENSE, _put

WHOLE = work(201, "On Kelp", CROSSREF, [DOI], date=day("2023", "05"), journal="Kelp Letters") | {
    "short-description": "First.\nSecond.",
    "citation": {"citation-type": "bibtex", "citation-value": "@article{kelp}"},
    "contributors": {
        "contributor": [
            {
                "contributor-orcid": identifier(OWNER),
                "credit-name": {"value": "Ada Lovelace"},
                "contributor-email": None,
                "contributor-attributes": {"contributor-sequence": "first", "contributor-role": "author"},
            },
            {
                "contributor-orcid": None,
                "credit-name": {"value": "C. Babbage"},
                "contributor-attributes": None,
            },
            {"contributor-orcid": None, "credit-name": None, "contributor-attributes": None},
        ]
    },
    "language-code": "en",
    "country": {"value": "CA"},
}
WHOLE["title"]["translated-title"] = {"value": "Du varech", "language-code": "fr"}


def test_a_whole_work() -> None:
    found = profile.parse_work(WHOLE, OWNER)
    assert found == FullWork(
        title="On Kelp",
        type="journal-article",
        date="2023-05",
        journal="Kelp Letters",
        external_ids=(profile.ExternalId("doi", "10.5555/Kelp", "https://doi.org/10.5555/Kelp", "self"),),
        put_code=201,
        source=profile.Source(name="Crossref", client_id="APP-CROSSREF00000001"),
        visibility="public",
        translated_title="Du varech",
        translated_title_language="fr",
        abstract="First.\nSecond.",
        citation="@article{kelp}",
        citation_type="bibtex",
        contributors=(
            Contributor("Ada Lovelace", OWNER, "author", "first"),
            Contributor("C. Babbage"),
        ),
        language="en",
        country="CA",
    )


def test_any_place_of_a_work_may_be_anything() -> None:
    from .test_damage import _paths

    for path in _paths(WHOLE):
        for value in NONSENSE:
            assert isinstance(profile.parse_work(_put(WHOLE, path, copy.deepcopy(value))), FullWork)


def _add(registry, connection, number: int) -> int:
    token = connection.live_tokens()[0].access_token
    ids = [external_id("doi", f"10.5555/{number}")]
    body = {"title": {"title": {"value": f"Kelp {number}"}}, "type": "journal-article"}
    answer = requests.post(
        f"{registry.api_url}/{connection.orcid}/work",
        json=body | {"external-ids": {"external-id": ids}, "short-description": f"About {number}"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    answer.raise_for_status()
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def test_works_come_in_the_order_asked_for_and_what_is_gone_is_named(connection, registry) -> None:
    first, second = _add(registry, connection, 1), _add(registry, connection, 2)
    found = profile.full_works(connection, [second, 999_999, first, second])
    assert [(work.put_code, work.title, work.abstract) for work in found.works] == [
        (second, "Kelp 2", "About 2"),
        (first, "Kelp 1", "About 1"),
    ]
    assert (found.missing, found.unread, found.problem) == ((999_999,), (), "")
    assert found.works[0].source.client_id == registry.client_id


def test_a_hundred_a_call(connection, registry) -> None:
    own = _add(registry, connection, 3)
    wanted = [*range(5_000_001, 5_000_101), own]
    found = profile.full_works(connection, wanted)
    assert [work.put_code for work in found.works] == [own]
    assert found.missing == tuple(wanted[:100])
    paths = [path for method, path, status in calls(registry, connection.orcid) if path.startswith("/works/")]
    assert [path.count(",") + 1 for path in paths] == [100, 1]


def test_what_came_before_a_fault_is_kept(connection, registry) -> None:
    own = _add(registry, connection, 4)
    wanted = [own, *range(5_000_001, 5_000_100), 6_000_000]
    fault(registry, method="GET", path_regex="/works/6000000", status=500, times=5)
    found = profile.full_works(connection, wanted)
    assert [work.put_code for work in found.works] == [own]
    assert found.unread == (6_000_000,)
    assert found.problem


def test_nothing_is_asked_for_nothing(connection, registry) -> None:
    assert profile.full_works(connection, []) == FullWorks()
    assert profile.full_works(connection, [0, -1, None, "7"]) == FullWorks()
    assert calls(registry, connection.orcid) == []


@pytest.mark.parametrize("value", ["http://a.example/x", "https://a.example", "HTTPS://A.example/?q=ä"])
def test_web_addresses(value: str) -> None:
    assert tolerant.web({"a": value}, "a") == value


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "https://", "//a.example", "https://a b", 'https://a"b', "", 7, None]
)
def test_no_web_addresses(value: object) -> None:
    assert tolerant.web({"a": value}, "a") == ""
