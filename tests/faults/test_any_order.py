"""Whatever happens, in whatever order: afterwards the record holds what should be there, once.

Hypothesis makes up what the office, the person, ORCID and the network do. Every example has a person of its own, so
that nothing needs to be cleaned up between two.
"""

import datetime as dt
import itertools
import os

import pytest
import requests
from django.db import connection as database
from django.utils import timezone
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from orcid_workflow import sync
from orcid_workflow.models import OrcidItem
from tests.orcid_workflow.conftest import PASSWORD, Person, attach, grant_for, make_id
from tests.orcid_workflow.items import a_work
from tests.registry_process import start_registry

from .test_kills import a_degree, on_records

pytestmark = pytest.mark.django_db
FIRST = 40_000
EXAMPLES = int(os.environ.get("ETD_STORIES", "60"))  # more with ETD_STORIES=1000
KINDS = ("work", "education")
State = OrcidItem.State

office = st.one_of(
    st.tuples(st.just("publish"), st.sampled_from(KINDS), st.integers(2001, 2009)),
    st.tuples(st.just("withdraw"), st.sampled_from(KINDS)),
)
person = st.one_of(
    st.tuples(st.sampled_from(("revoke", "revoke at ORCID", "reconnect", "lock", "unlock"))),
    st.tuples(st.sampled_from(("delete at ORCID", "leave off", "send again")), st.sampled_from(KINDS)),
)
network = st.tuples(
    st.just("fault"),
    st.sampled_from(
        (
            {"action": "drop_before"},
            {"action": "drop_after"},
            {"action": "drop_after"},
            {"status": 500},
            {"status": 503},
            {"status": 429},
            {"error": 9008},
        )
    ),
    st.sampled_from(("POST", "PUT", "DELETE", "GET")),
)
worker = st.one_of(st.just(("work",)), st.tuples(st.just("killed"), st.integers(1, 25)))
ways = st.lists(st.one_of(office, office, worker, worker, person, network), min_size=3, max_size=14)


class Killed(BaseException):
    """Stands for SIGKILL: nothing below catches it."""


class Story:
    """One person's record, what we say should be on it, and what happens."""

    def __init__(self, registry, orcid: str) -> None:
        self.registry = registry
        self.person = Person(orcid, "")
        self.connection = attach(grant_for(registry, self.person, "/activities/update"))
        # Not in our database, so that nothing we do ends it.
        self.observer = grant_for(registry, self.person, "/activities/update").access_token
        self.locked = False
        self.wanted = dict.fromkeys(KINDS)
        self.hours = 0

    def item(self, kind: str) -> OrcidItem | None:
        return OrcidItem.objects.filter(connection=self.connection, kind=kind).first()

    def message(self, kind: str, year: int) -> bytes:
        key = f"{kind}-{self.person.orcid}"
        return a_work(key, str(year)) if kind == "work" else a_degree(key, year)

    def publish(self, kind: str, year: int) -> None:
        self.wanted[kind] = str(year)
        sync.desire(self.connection, kind, "thesis", self.message(kind, year), title=str(year))

    def withdraw(self, kind: str) -> None:
        self.wanted[kind] = None
        sync.desire(self.connection, kind, "thesis", None)

    def tokens(self) -> list[str]:
        return [token.access_token for token in self.connection.tokens.order_by("-pk")]

    def revoke(self) -> None:
        for token in self.tokens():
            requests.post(
                f"{self.registry.base_url}/oauth/revoke",
                data={
                    "client_id": self.registry.client_id,
                    "client_secret": self.registry.client_secret,
                    "token": token,
                },
                timeout=5,
            )

    def revoke_at_orcid(self) -> None:
        """The person takes the permission back on ORCID's page; such a token still deletes (orcid.md §6)."""
        if self.locked:
            return  # nobody can sign in there
        self.registry.control("trust", orcid=self.person.orcid, client_id=self.registry.client_id)
        self.observer = grant_for(self.registry, self.person, "/activities/update").access_token

    def lock(self) -> None:
        self.locked = True
        self.registry.control("status", orcid=self.person.orcid, status="locked")

    def unlock(self) -> None:
        self.locked = False
        self.registry.control("status", orcid=self.person.orcid, status="active")

    def reconnect(self) -> None:
        if self.locked:
            return
        attach(grant_for(self.registry, self.person, "/activities/update"))

    def delete_at_orcid(self, kind: str) -> None:
        item = self.item(kind)
        if item and item.put_code:
            requests.delete(
                f"{self.registry.api_url}/{self.person.orcid}/{kind}/{item.put_code}",
                headers={"Authorization": f"Bearer {self.observer}"},
                timeout=5,
            )

    def leave_off(self, kind: str) -> None:
        if item := self.item(kind):
            sync.leave_off(item)

    def send_again(self, kind: str) -> None:
        if item := self.item(kind):
            sync.send_again(item)

    def fault(self, trouble: dict, method: str) -> None:
        requests.post(
            f"{self.registry.base_url}/_faults",
            json={"method": method, "path_regex": f"{self.person.orcid}/(work|education)", **trouble},
            timeout=5,
        ).raise_for_status()

    def work(self) -> None:
        self.hours += 25  # every lease and every back-off is over
        sync.run_due(now=timezone.now() + dt.timedelta(hours=self.hours))

    def killed(self, at: int) -> None:
        """Work that breaks off at the ``at``-th statement or call, with all that was not yet committed."""
        left = itertools.count(at, -1)
        send = requests.adapters.HTTPAdapter.send

        def step() -> None:
            if next(left) <= 0:
                raise Killed

        def counted(adapter, request, **kwargs):
            step()
            answer = send(adapter, request, **kwargs)
            step()
            return answer

        def statement(execute, sql, params, many, context):
            # A dying process sends nothing more, but for the end of a transaction, which the server does for it.
            if not sql.startswith(("ROLLBACK", "RELEASE", "SAVEPOINT")):
                step()
            return execute(sql, params, many, context)

        requests.adapters.HTTPAdapter.send = counted
        try:
            with database.execute_wrapper(statement):
                self.work()
        except Killed:
            pass
        finally:
            requests.adapters.HTTPAdapter.send = send

    def on_record(self) -> dict[str, list[str]]:
        """What is on the record now, in the words of ``wanted``."""
        real = on_records(self.registry, [self.connection], self.observer)
        return {kind: [words for _, words in real.get((kind, self.person.orcid), [])] for kind in KINDS}

    def settle(self) -> None:
        """Everything is mended: the network, the permission, and the person says yes to what we ask."""
        requests.delete(f"{self.registry.base_url}/_faults", timeout=5)
        self.unlock()
        self.reconnect()
        for _ in range(6):
            self.work()
        # What was deleted at ORCID is noticed at the next write, so there is one more of each.
        for kind, words in self.wanted.items():
            if words:
                self.publish(kind, int(words) + 10)
        for _ in range(3):
            self.work()
        for item in OrcidItem.objects.filter(connection=self.connection):
            if item.owners_no or item.state == State.NEEDS_ATTENTION:  # asked, or a record that was locked
                assert item.state in (State.PAUSED, State.NEEDS_ATTENTION, State.REMOVED)
                sync.send_again(item)
        for _ in range(6):
            self.work()


@pytest.fixture(scope="module")
def story_registry(tmp_path_factory):
    people = [
        {"orcid": make_id(FIRST + number), "password": PASSWORD, "given_names": "G"}
        for number in range(EXAMPLES + 10)
    ]
    running = start_registry(tmp_path_factory.mktemp("stories"), people, faults=True)
    yield running
    running.stop()


_numbers = itertools.count()


@settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],  # a search for the shortest failure would take everybody there is
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(way=ways)
def test_whatever_happens_the_record_becomes_true(story_registry, settings_of_the_registry, way) -> None:
    story = Story(story_registry, make_id(FIRST + next(_numbers)))
    for name, *arguments in way:
        event(name)
        getattr(story, name.replace(" ", "_").lower())(*arguments)
        for kind, found in ({} if story.locked else story.on_record()).items():
            assert len(found) <= 1, (kind, found)
    story.settle()
    for kind, words in story.wanted.items():
        item = story.item(kind)
        assert story.on_record()[kind] == ([words] if words else []), (
            kind,
            item and (item.state, item.reason),
        )
        if item:
            assert item.state == (State.SENT if words else State.REMOVED)


@pytest.fixture
def settings_of_the_registry(story_registry, settings):
    settings.ORCID_BASE_URL, settings.ORCID_API_URL = story_registry.base_url, story_registry.api_url
    settings.ORCID_CLIENT_ID = story_registry.client_id
    settings.ORCID_CLIENT_SECRET = story_registry.client_secret
    settings.ORCID_TIMEOUT_SECONDS = 3.0
    settings.ORCID_RATE, settings.ORCID_BURST = 10_000.0, 10_000
