"""reading/record.py against the registry: a record with everything, and one with a hole wherever one may be."""

from collections.abc import Iterator

import pytest
import requests

from orcid_workflow import profile
from orcid_workflow.profile import Email, Fact, Organisation, PersonId, Profile
from tests.registry_process import Registry, start_registry, token_for

FULL, SPARSE = "0000-0002-1825-0097", "0000-0001-5109-3700"
JOURNAL = {
    "client_id": "APP-JOURNAL000000001",
    "client_secret": "secret",
    "name": "Kelp Letters",
    "redirect_uris": ["http://127.0.0.1:8000/orcid/callback/"],
}
ROR = "https://ror.org/052gg0110"
WHERE = {"organization": "University of Oxford", "city": "Oxford", "country": "GB", "org_id": ROR}


def _person(orcid: str, **more: object) -> dict:
    number = orcid[-4:]
    return {
        "orcid": orcid,
        "password": "demo",
        "given_names": "Josiah",
        "family_name": "Carberry",
        "credit_name": "J. S. Carberry",
        "biography": "Studies cracked pots.",
        "locale": "fr",
        "email": f"josiah{number}@example.edu",
        "country": "US",
        "keywords": ["psychoceramics"],
        "other_names": ["Josiah Stinkney Carberry"],
        "researcher_urls": [{"name": "Home", "url": "https://example.edu/~josiah"}],
        "external_identifiers": [{"type": "Loop profile", "value": number, "url": "https://loop.example/"}],
        "educations": [WHERE | {"role_title": "PhD", "department": "Pots", "start": "2021-09"}],
        "employments": [WHERE | {"role_title": "Tutor", "start": "2020", "end": "2021-06-30"}],
        "qualifications": [WHERE | {"role_title": "Diploma", "end": "2019"}],
        "memberships": [WHERE | {"role_title": "Fellow"}],
        "works": [
            {"title": "On Pots", "doi": "10.5555/pots", "journal": "Kelp Letters", "date": "2023-05"},
            {"title": "On pots", "doi": "10.5555/POTS", "client_id": JOURNAL["client_id"]},
            {"title": "Cracks", "handle": "1/2", "type": "book-chapter"},
        ],
        "fundings": [
            WHERE
            | {
                "title": "Pots of money",
                "grant_number": "P-42",
                "grant_url": "https://grants.example/42",
                "start": "2022",
                "end": "2025-12",
                "url": "https://pots.example/",
                "client_id": JOURNAL["client_id"],
            }
        ],
    } | more


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict]]:
    """The JSON of both records as a member reads it."""
    people = [_person(FULL), _person(SPARSE, sparse=True)]
    running: Registry = start_registry(tmp_path_factory.mktemp("reading"), people, clients=[JOURNAL])
    found = {}
    for orcid in (FULL, SPARSE):
        token = token_for(running, orcid, "demo", "openid /read-limited")
        headers = {"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"}
        answer = requests.get(f"{running.api_url}/{orcid}/record", headers=headers, timeout=10)
        answer.raise_for_status()
        found[orcid] = answer.json()
    yield found
    running.stop()


def test_everything_on_a_record_of_the_registry(records) -> None:
    facts = profile.parse(records[FULL])
    assert (facts.orcid, facts.display_name, facts.family) == (FULL, "J. S. Carberry", "Carberry")
    assert (facts.biography, facts.locale) == ("Studies cracked pots.", "fr")
    own = facts.keywords[0].source
    assert own.self_asserted
    assert facts.keywords == (Fact("psychoceramics", own, "public"),)
    assert facts.emails == (Email("josiah0097@example.edu", own, "limited", is_primary=True),)
    loop = PersonId("0097", own, "public", "Loop profile", "https://loop.example/")
    assert facts.external_ids == (loop,)
    kinds = [(entry.kind, str(entry), entry.is_current) for entry in facts.affiliations]
    assert kinds == [
        ("education", "PhD, Pots, University of Oxford", True),
        ("employment", "Tutor, University of Oxford", False),
        ("qualification", "Diploma, University of Oxford", False),
        ("membership", "Fellow, University of Oxford", True),
    ]
    assert {(entry.organisation_id, entry.organisation_id_source) for entry in facts.affiliations} == {
        (ROR, "ROR")
    }


def test_fundings_of_the_registry(records) -> None:
    (grant,) = profile.parse(records[FULL]).fundings
    assert (grant.title, grant.type, grant.start, grant.end) == ("Pots of money", "grant", "2022", "2025-12")
    assert grant.funder == Organisation("University of Oxford", "Oxford", "", "GB", ROR, "ROR")
    assert (grant.grant_number, grant.grant_url) == ("P-42", "https://grants.example/42")
    assert (grant.funder_uri, grant.url) == (ROR, "https://pots.example/")
    assert grant.source.words == "Kelp Letters"
    assert grant.put_code


def test_works_of_the_registry(records) -> None:
    works = {work.title.lower(): work for work in profile.parse(records[FULL]).works}
    assert set(works) == {"on pots", "cracks"}
    pots = works["on pots"]
    assert pots.identifier.value.lower() == "10.5555/pots"
    assert len(pots.statements) == 2
    journal = pots.put_code_of(JOURNAL["client_id"])
    assert journal in {one.put_code for one in pots.statements if not one.source.self_asserted}
    assert works["cracks"].type == "book-chapter"
    assert works["cracks"].source.words == "self-asserted"


def test_a_record_full_of_holes(records) -> None:
    facts = profile.parse(records[SPARSE])
    assert isinstance(facts, Profile)
    assert (facts.orcid, facts.given, facts.family, facts.credit_name) == (SPARSE, "Josiah", "", "")
    assert (facts.biography, facts.name_state) == ("", profile.NameState.SHOWN)
    assert [entry.organisation for entry in facts.educations] == ["University of Oxford"]
    assert len(facts.works) == 2
    assert len(facts.fundings) == 1
