"""What ORCID says of a record itself: merged, locked, deactivated, and open again (orcid.md §16, §20)."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db.models.signals import post_save
from django.utils import timezone

from orcid_workflow import profile, sync
from orcid_workflow.api import client
from orcid_workflow.api.errors import Action
from orcid_workflow.models import ApiCall, ClientToken, Connection, OrcidItem

from .conftest import calls, fault, works_of
from .items import a_work, check_sent, during, later, writes

pytestmark = pytest.mark.django_db
State = OrcidItem.State
RecordState = Connection.RecordState
MERGED, PRIMARY = "0009-0000-0000-0009", "0009-0010-0000-0003"


def set_record(registry, connection: Connection, status: str, **more: str) -> None:
    registry.control("status", orcid=connection.orcid, status=status, **more)


@pytest.mark.parametrize(
    ("status", "state", "code"),
    [("locked", RecordState.LOCKED, "9018"), ("deactivated", RecordState.DEACTIVATED, "9044")],
)
def test_a_closed_record_parks_its_items_until_it_opens(
    registry, connection, item, status: str, state: str, code: str
) -> None:
    set_record(registry, connection, status)
    sync.run_due()
    item.refresh_from_db()
    connection.refresh_from_db()
    assert (item.state, item.action, item.error_code) == (State.NEEDS_ATTENTION, Action.ASK_PERSON, code)
    assert connection.record_state == state
    assert sync.run_due(now=later()) == 0
    set_record(registry, connection, "active")
    assert profile.refresh(connection)
    connection.refresh_from_db()
    assert connection.record_state == RecordState.OPEN
    sync.run_due()
    check_sent(registry, item, "On Kelp")


def test_a_merged_record_is_read_at_its_new_address_once(registry, connection, new_person) -> None:
    other = new_person()
    set_record(registry, connection, "deprecated", primary=other.orcid)
    answer = client.read_record(connection)
    connection.refresh_from_db()
    assert (connection.record_state, connection.primary_orcid) == (RecordState.DEPRECATED, other.orcid)
    assert [call[0] for call in calls(registry, connection.orcid)] == ["GET"]
    assert [call[0] for call in calls(registry, other.orcid)] == ["GET"]
    assert answer.error_code == "9007", "the registry takes this token for the old iD alone"
    assert connection.live_tokens(), "a token that is not accepted elsewhere is not dead"


def test_a_merged_record_is_written_once_at_the_new_address_or_its_owner_asked(
    registry, connection, item, new_person
) -> None:
    other = new_person()
    set_record(registry, connection, "deprecated", primary=other.orcid)
    sync.run_due()
    item.refresh_from_db()
    assert [call[0] for call in calls(registry, connection.orcid)] == ["POST"]
    assert [call[0] for call in calls(registry, other.orcid)] == ["POST"]
    assert (item.state, item.action, item.in_doubt) == (State.NEEDS_ATTENTION, Action.ASK_PERSON, "")
    assert "merged" in item.reason
    assert connection.live_tokens()


def test_a_record_that_was_not_merged_after_all(registry, connection, item, new_person) -> None:
    set_record(registry, connection, "deprecated", primary=new_person().orcid)
    sync.run_due()
    set_record(registry, connection, "active")
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "On Kelp")
    connection.refresh_from_db()
    assert (connection.record_state, connection.primary_orcid) == (RecordState.OPEN, "")


class _Merged(BaseHTTPRequestHandler):
    """An API at which ``0009-0000-0000-0009`` was merged into another iD that takes the same token."""

    def do_GET(self) -> None:
        if self.path.startswith(f"/{MERGED}/"):
            self._send(301, b"", f"http://{self.headers['Host']}/{PRIMARY}/record")
        else:
            self._send(200, json.dumps({"orcid-identifier": {"path": PRIMARY}}).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith(f"/{MERGED}/"):
            fault = {"response-code": 409, "developer-message": "409 Conflict", "error-code": 9007}
            self._send(409, json.dumps(fault).encode(), f"http://{self.headers['Host']}/{PRIMARY}")
        else:
            self._send(201, b"", f"http://{self.headers['Host']}/{PRIMARY}/work/77")

    def _send(self, status: int, body: bytes, location: str = "") -> None:
        self.server.seen.append((self.command, self.path, status))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args) -> None:
        """Say nothing."""


@pytest.fixture
def merged(settings, connection) -> Iterator[ThreadingHTTPServer]:
    """That API, and the connection at it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Merged) as server:
        server.seen = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.ORCID_API_URL = f"http://127.0.0.1:{server.server_port}"
        Connection.objects.filter(pk=connection.pk).update(orcid=MERGED)
        connection.refresh_from_db()
        yield server
        server.shutdown()


def test_a_merged_record_that_takes_our_token(connection, merged) -> None:
    answer = client.read_record(connection)
    assert answer.data == {"orcid-identifier": {"path": PRIMARY}}
    item = sync.desire(connection, "work", "thesis-1", a_work("k-1"))
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.put_code) == (State.SENT, 77)
    assert merged.seen == [
        ("GET", f"/{MERGED}/record", 301),
        ("GET", f"/{PRIMARY}/record", 200),
        ("POST", f"/{MERGED}/work", 409),
        ("POST", f"/{PRIMARY}/work", 201),
    ]
    connection.refresh_from_db()
    assert (connection.record_state, connection.primary_orcid) == (RecordState.DEPRECATED, PRIMARY)


# --- Reading again -----------------------------------------------------------------------------------


def ask_to_read(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(read_wanted_at=timezone.now())


def test_a_record_that_changed_is_read_again(registry, connection) -> None:
    ask_to_read(connection)
    assert sync.run_due() == 1
    connection.refresh_from_db()
    assert connection.record["orcid-identifier"]["path"] == connection.orcid
    assert (connection.read_wanted_at, connection.lease_owner, connection.attempts) == (None, "", 0)
    assert sync.run_due() == 0


def test_a_reading_that_fails_is_tried_again_and_at_last_given_up(registry, connection) -> None:
    ask_to_read(connection)
    fault(registry, method="GET", path_regex="/record", status=500)
    assert sync.run_due() == 1
    connection.refresh_from_db()
    assert connection.read_wanted_at
    assert connection.attempts == 1
    assert connection.next_try_at > timezone.now()
    assert sync.run_due() == 0
    assert sync.run_due(now=later()) == 1
    connection.refresh_from_db()
    assert (connection.read_wanted_at, connection.attempts) == (None, 0)

    ask_to_read(connection)
    Connection.objects.update(attempts=7)
    fault(registry, method="GET", path_regex="/record", status=500)
    sync.run_due()
    connection.refresh_from_db()
    assert (connection.read_wanted_at, connection.attempts) == (None, 0)


def test_asked_for_once_more_while_it_was_read(registry, connection) -> None:
    ask_to_read(connection)
    first = Connection.objects.get(pk=connection.pk).read_wanted_at

    def note(sender, **kwargs) -> None:
        Connection.objects.filter(pk=connection.pk, read_wanted_at=first).update(
            read_wanted_at=first + dt.timedelta(seconds=1)
        )

    post_save.connect(note, ApiCall)
    try:
        assert sync.run_due(limit=1) == 1
    finally:
        post_save.disconnect(note, ApiCall)
    assert sync.run_due() == 1, "what was read may be older than the second change"
    assert len(calls(registry, connection.orcid)) == 2


def test_readings_and_items_take_turns(registry, connection, item) -> None:
    sync.desire(connection, "work", "thesis-2", a_work("k-2"))
    ask_to_read(connection)
    assert sync.run_due(limit=2) == 2
    assert [call[0] for call in calls(registry, connection.orcid)] == ["POST", "GET"]


def test_a_record_of_somebody_who_left_is_not_read(registry, connection) -> None:
    ask_to_read(connection)
    Connection.objects.update(state=Connection.State.DISCONNECTED)
    assert sync.run_due() == 0
    assert calls(registry, connection.orcid) == []


# --- Tokens of the site itself --------------------------------------------------------------------------


def test_a_token_of_the_site_is_asked_for_once(registry, db) -> None:
    token = client.client_token("/read-public")
    assert token
    assert client.client_token("/read-public") == token
    row = ClientToken.objects.get()
    assert row.expires_at > timezone.now()
    other = client.client_token("/read-public", refused=token)
    assert other
    assert other != token
    assert client.client_token("/read-public") == other
    ClientToken.objects.update(expires_at=timezone.now())
    assert client.client_token("/read-public") not in (None, other)
    assert ClientToken.objects.count() == 1


def test_a_token_that_orcid_does_not_give(registry, settings, db) -> None:
    assert client.client_token("/no-such-scope") is None
    settings.ORCID_BASE_URL = "http://127.0.0.1:9"
    assert client.client_token("/read-public") is None
    assert not ClientToken.objects.exists()


# --- Clocks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_jumps_during_a_call_makes_no_second_work(
    registry, connection, item, hours: int
) -> None:
    """Ahead: the lease ends while its holder still works, and another one comes. Back: nobody may come."""
    jumped = timezone.now() + dt.timedelta(hours=hours)
    during("POST", lambda: sync.run_due(now=jumped))
    sync.run_due(now=later())
    check_sent(registry, item, "On Kelp")
    assert len(works_of(registry, connection)) == 1
    statuses = [status for method, _, status in calls(registry, connection.orcid) if method == "POST"]
    assert statuses == ([201, 409] if hours > 0 else [201])


def test_a_clock_that_was_set_back_makes_late_and_loses_nothing(registry, connection, item) -> None:
    """What a dead worker held, and what waits for another try, is late by the jump at most."""
    ahead = timezone.now() + dt.timedelta(hours=1)
    fault(registry, method="POST", path_regex="/work$", action="drop_after")
    sync.run_due(now=ahead)
    item.refresh_from_db()
    assert ahead < item.next_try_at < ahead + dt.timedelta(minutes=2)
    OrcidItem.objects.update(lease_owner="dead", lease_until=ahead + dt.timedelta(minutes=5))
    assert sync.run_due() == 0
    sync.run_due(now=ahead + dt.timedelta(minutes=6))
    check_sent(registry, item, "On Kelp")
    assert writes(registry, connection).count("POST") == 1
