"""sync.py with educations: they go the way of works, and a degree is on a record once (orcid.md §15, §17)."""

from dataclasses import replace

import pytest
import requests

from orcid_workflow import sync
from orcid_workflow.api import client
from orcid_workflow.messages.education import Education, ExternalId, FuzzyDate, Organisation, to_xml
from orcid_workflow.models import Connection, OrcidItem

from .conftest import calls, fault
from .items import a_work, check_sent, later

pytestmark = pytest.mark.django_db
State = OrcidItem.State
BASE = Education(
    organisation=Organisation("University of the North Shore", "Halifax", "CA", "https://ror.org/052gg0110"),
    external_ids=(ExternalId("source-work-id", "degree-1"),),
    role_title="PhD",
    start=FuzzyDate(2021, 9),
)


def a_degree(role: str = "PhD", key: str = "degree-1") -> bytes:
    return to_xml(replace(BASE, role_title=role, external_ids=(ExternalId("source-work-id", key),)))


def degrees(registry, connection: Connection) -> list[tuple[int, str]]:
    """Return put-code and name of the degrees on the record that have an identifier: ours."""
    token = connection.tokens.filter(revoked_at=None).order_by("-pk").first().access_token
    answer = requests.get(
        f"{registry.api_url}/{connection.orcid}/educations",
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        timeout=5,
    ).json()
    found = [
        entry["education-summary"] for group in answer["affiliation-group"] for entry in group["summaries"]
    ]
    return [(one["put-code"], one["role-title"]) for one in found if one["external-ids"]]


@pytest.fixture
def item(connection) -> OrcidItem:
    """A degree that waits."""
    return sync.desire(connection, "education", "enrolment-1", a_degree(), title="PhD")


def check(registry, item: OrcidItem, role: str) -> None:
    item.refresh_from_db()
    assert item.state == State.SENT, (item.state, item.reason)
    assert degrees(registry, item.connection) == [(item.put_code, role)]


def test_added_changed_and_removed(registry, connection, item) -> None:
    sync.run_due()
    check(registry, item, "PhD")
    sync.desire(connection, "education", "enrolment-1", a_degree("Doctor of Philosophy"))
    sync.run_due()
    check(registry, item, "Doctor of Philosophy")
    sync.desire(connection, "education", "enrolment-1", None)
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.put_code) == (State.REMOVED, None)
    assert degrees(registry, connection) == []
    assert [call[0] for call in calls(registry, connection.orcid) if call[1] != "/educations"] == [
        "POST",
        "PUT",
        "DELETE",
    ]


def test_the_answer_is_lost(registry, connection, item) -> None:
    fault(registry, method="POST", path_regex="/education$", action="drop_after")
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.in_doubt, item.put_code) == (State.WAITING, "POST", None)
    sync.run_due(now=later())
    check(registry, item, "PhD")
    assert [call[0] for call in calls(registry, connection.orcid)].count("POST") == 1


@pytest.mark.parametrize("named", [True, False])
def test_a_twin_of_ours_is_taken_over(registry, connection, item, named: bool) -> None:
    """9021 names the put-code; where it does not (§15 trusts no text), the section is searched."""
    sync.run_due()
    item.refresh_from_db()
    put_code = item.put_code
    OrcidItem.objects.update(put_code=None, sent_hash="", state=State.WAITING)
    if not named:
        fault(registry, method="POST", path_regex="/education$", status=409)
        body = client.read_section(connection, "educations").data
        assert client.own_put_code(body, connection.client_id, [["source-work-id", "degree-1"]]) == put_code
    sync.run_due(now=later())
    if not named:  # a bare 409 is no 9021: the office looks
        item.refresh_from_db()
        assert item.state == State.NEEDS_ATTENTION
        sync.send_again(item)
        sync.run_due(now=later())
    check(registry, item, "PhD")
    assert item.put_code == put_code


def test_a_work_and_a_degree_may_have_one_identifier(registry, connection) -> None:
    """ORCID looks for duplicates within a section, so neither stands in the other's way."""
    work = sync.desire(connection, "work", "thesis-1", a_work("same"))
    degree = sync.desire(connection, "education", "thesis-1", a_degree(key="same"))
    sync.run_due()
    check_sent(registry, work, "On Kelp")
    check(registry, degree, "PhD")


def test_other_kinds_are_not_ours_to_write(connection) -> None:
    with pytest.raises(ValueError, match="work and education"):
        sync.desire(connection, "employment", "job", a_degree())


def test_whole_works_come_a_hundred_a_call(registry, connection) -> None:
    for number in range(3):
        sync.desire(connection, "work", f"thesis-{number}", a_work(f"k-{number}", f"Part {number}"))
    sync.run_due()
    codes = list(OrcidItem.objects.order_by("pk").values_list("put_code", flat=True))
    before = len(calls(registry, connection.orcid))
    answer = client.read_works_in_full(connection, codes + [10**9 + number for number in range(120)])
    assert [work["put-code"] for work in answer.data] == codes
    assert [work["title"]["title"]["value"] for work in answer.data] == ["Part 0", "Part 1", "Part 2"]
    assert len(calls(registry, connection.orcid)) == before + 2
    assert client.read_works_in_full(connection, []).data == []
    fault(registry, method="GET", path_regex="/works/", status=404)
    assert not client.read_works_in_full(connection, codes).ok
