"""Four workers, two hundred items, a kill at every step, answers lost on the way: one of each on every record."""

import collections

import pytest
import requests
from django.db import connection as database

from orcid_workflow import sync
from orcid_workflow.models import OrcidItem
from tests.orcid_workflow.conftest import Person, _entry, attach, grant_for, make_id
from tests.orcid_workflow.items import a_work
from tests.registry_process import start_registry

from . import killing

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PEOPLE = 100
FIRST = 20_000  # number of the first person; others' tests have theirs


@pytest.fixture(autouse=True)
def _needs_postgres():
    if database.vendor != "postgresql":
        pytest.skip("workers at the same time are for PostgreSQL")


@pytest.fixture
def registry(tmp_path, settings):
    people = [_entry(FIRST + number) for number in range(PEOPLE)]
    running = start_registry(tmp_path, people, faults=True)
    settings.ORCID_BASE_URL, settings.ORCID_API_URL = running.base_url, running.api_url
    settings.ORCID_CLIENT_ID, settings.ORCID_CLIENT_SECRET = running.client_id, running.client_secret
    settings.ORCID_TIMEOUT_SECONDS = 3.0
    settings.ORCID_RATE, settings.ORCID_BURST = 10_000.0, 10_000
    yield running
    running.stop()


def a_degree(key: str, end: int = 2026) -> bytes:
    """Return a doctorate as an education, end-dated, with an identifier of its own."""
    return f"""<education:education xmlns:education="http://www.orcid.org/ns/education" xmlns:common="http://www.orcid.org/ns/common">
<common:role-title>Doctor of Philosophy</common:role-title>
<common:end-date><common:year>{end}</common:year></common:end-date>
<common:organization><common:name>Northfield University</common:name>
<common:address><common:city>Northfield</common:city><common:country>GB</common:country></common:address>
<common:disambiguated-organization>
<common:disambiguated-organization-identifier>{ROR}</common:disambiguated-organization-identifier>
<common:disambiguation-source>ROR</common:disambiguation-source></common:disambiguated-organization></common:organization>
<common:external-ids><common:external-id><common:external-id-type>source-work-id</common:external-id-type>
<common:external-id-value>{key}</common:external-id-value>
<common:external-id-relationship>self</common:external-id-relationship></common:external-id></common:external-ids>
</education:education>""".encode()


ROR = "https://ror.org/052gg0110"


def on_records(registry, connections, token: str = "") -> dict[tuple[str, str], list[tuple[int, str]]]:
    """Return what really is on each record, asked with each person's own token (or ``token``).

    (kind, iD) -> [(put-code, title of a work or last year of an education)].
    """
    found = collections.defaultdict(list)
    for connection in connections:
        headers = {
            "Authorization": f"Bearer {token or connection.tokens.first().access_token}",
            "Accept": "application/json",
        }
        record = requests.get(
            f"{registry.api_url}/{connection.orcid}/record", headers=headers, timeout=10
        ).json()
        activities = record["activities-summary"]
        for group in activities["works"]["group"]:
            for work in group["work-summary"]:
                found["work", connection.orcid].append((work["put-code"], work["title"]["title"]["value"]))
        for group in activities["educations"]["affiliation-group"]:
            for summary in group["summaries"]:
                entry = summary["education-summary"]
                if entry["source"].get("source-client-id"):
                    year = ((entry["end-date"] or {}).get("year") or {}).get("value")
                    found["education", connection.orcid].append((entry["put-code"], year))
    return found


def lose_answers(registry, method: str, times: int) -> None:
    """Cut ``times`` connections after the registry did its work, and let it fail as often before."""
    for fault in ({"action": "drop_after"}, {"status": 500}, {"status": 503}):
        requests.post(
            f"{registry.base_url}/_faults",
            json={"method": method, "path_regex": "/(work|education)(/|$)", "times": times, **fault},
            timeout=5,
        ).raise_for_status()


def settled() -> bool:
    return not OrcidItem.objects.filter(state=OrcidItem.State.WAITING).exists()


def steps_of_one() -> int:
    """Return how many steps the work on one item takes, counted on one that is really done."""
    steps = killing.Steps()
    with database.execute_wrapper(steps.statement):
        sync.run_due(limit=1)
    return steps.done + 2  # the call itself is two more


def test_every_kill_and_every_lost_answer_ends_with_one_of_each(registry) -> None:
    people = [Person(make_id(FIRST + number), "") for number in range(PEOPLE)]
    rows = [attach(grant_for(registry, person, "/activities/update")) for person in people]
    killed = points = 0
    for method, title, year in (("POST", "First", 2025), ("PUT", "Second", 2026), ("DELETE", None, 2026)):
        for row in rows:
            message = a_work(f"k-{row.orcid}", title) if title else None
            sync.desire(row, "work", "thesis", message, title="T")
            sync.desire(row, "education", "thesis", a_degree(f"e-{row.orcid}", year), title="E")
        assert OrcidItem.objects.count() == 2 * PEOPLE
        lose_answers(registry, method, 8)
        every_step = range(1, steps_of_one() + 4)  # and some beyond, into the next item
        points += len(every_step)
        killed += killing.die_everywhere(every_step)
        killing.work_until(settled)
        real = on_records(registry, rows)
        for row in rows:
            for item in row.items.all():
                assert item.in_doubt == ""
                expected = title if item.kind == "work" else str(year)
                wanted = [(item.put_code, expected)] if item.desired_hash else []
                assert real.get((item.kind, row.orcid), []) == wanted, (
                    method,
                    item.kind,
                    item.state,
                    item.reason,
                )
                assert item.state == (OrcidItem.State.SENT if item.desired_hash else OrcidItem.State.REMOVED)
    assert killed >= points * 2 // 3  # some points lie behind the end of a short piece of work
