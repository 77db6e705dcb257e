"""What integrators of ORCID got wrong before us, one test for each row of that list, by its name (orcid.md §22)."""

import datetime as dt
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from orcid_workflow import connections, ids, messages, profile, sync, webhooks
from orcid_workflow.api import client, errors
from orcid_workflow.messages import education
from orcid_workflow.messages.work import SUPERVISION, Contributor, ExternalId, Work, check, to_xml
from orcid_workflow.models import ApiCall, Connection, OrcidItem, Token
from tests.registry_process import start_registry

from .conftest import (
    CALLBACK,
    HOST,
    _entry,
    at_orcid,
    attach,
    begin,
    calls,
    fault,
    grant_for,
    make_id,
    works_of,
)
from .items import a_work

pytestmark = pytest.mark.django_db
State = OrcidItem.State
HIDDEN, ONE_NAME = make_id(9001), make_id(9002)


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    """A registry with somebody who hides their name, and somebody who has one name only."""
    hidden = {**_entry(9001), "orcid": HIDDEN, "emails": [], "name_visibility": "private"}
    one_name = {**_entry(9002), "orcid": ONE_NAME, "emails": [], "given_names": "Sukarno", "family_name": ""}
    running = start_registry(tmp_path_factory.mktemp("awkward"), [hidden, one_name])
    yield running
    running.stop()


@pytest.fixture
def at_awkward(awkward, settings):
    settings.ORCID_BASE_URL, settings.ORCID_API_URL = awkward.base_url, awkward.api_url
    settings.ORCID_CLIENT_ID, settings.ORCID_CLIENT_SECRET = awkward.client_id, awkward.client_secret
    return awkward


def come_back(registry, browser, orcid: str):
    """Go to ORCID, allow, and return the page one ends on."""
    from .conftest import Person

    return browser.get(at_orcid(registry, Person(orcid, ""), begin(browser)), follow=True)


def send(connection: Connection, key: str, message: bytes, kind: str = "work") -> OrcidItem:
    """Wish for something and let the worker work."""
    item = sync.desire(connection, kind, key, message, title=key)
    sync.run_due()
    item.refresh_from_db()
    return item


def post_direct(registry, connection: Connection, kind: str, body: bytes) -> requests.Response:
    """Post past our own checks, to see what the registry itself says."""
    return requests.post(
        f"{registry.api_url}/{connection.orcid}/{kind}",
        data=body,
        headers={
            "Authorization": f"Bearer {connection.tokens.first().access_token}",
            "Content-Type": client.XML_TYPE,
            "Accept": client.JSON_TYPE,
        },
        timeout=5,
    )


def test_authlib_login_crashes_for_member_clients(registry, browser, person) -> None:
    """The registry sends ``amr`` as a string, as ORCID does for member clients."""
    assert come_back(registry, browser, person.orcid).status_code == 200
    assert Connection.objects.get().amr == "pwd"


def test_crash_on_hidden_or_missing_family_name(at_awkward, browser) -> None:
    page = come_back(at_awkward, browser, ONE_NAME)
    assert page.status_code == 200
    read = profile.parse(Connection.objects.get().record)
    assert (read.given, read.family, read.display_name) == ("Sukarno", "", "Sukarno")


def test_hidden_name_makes_user_look_signed_out(at_awkward, browser) -> None:
    page = come_back(at_awkward, browser, HIDDEN)
    row = Connection.objects.get()
    assert (row.orcid, row.name, row.is_connected) == (HIDDEN, "", True)
    assert HIDDEN in page.content.decode()
    assert HIDDEN in browser.get("/orcid/").content.decode()


def test_account_takeover_risk_when_matching_on_email(registry, browser, user, person) -> None:
    number = int(person.name.split("Family")[1])
    victim = get_user_model().objects.create_user("victim", f"p{number}@example.edu", "pw")
    come_back(registry, browser, person.orcid)
    assert Connection.objects.get().user == user
    assert not victim.orcid_connections.exists()


def test_same_id_on_two_local_accounts_breaks_sign_in(registry, connection, person) -> None:
    second = get_user_model().objects.create_user("second", password="pw")
    other = Client(HTTP_HOST=HOST)
    other.force_login(second)
    assert come_back(registry, other, person.orcid).status_code == 409
    assert Connection.objects.get().user == connection.user
    with pytest.raises(IntegrityError), transaction.atomic():
        Connection.objects.create(
            environment="local",
            orcid=person.orcid,
            client_id="x",
            authenticated_at=timezone.now(),
            user=second,
        )


def test_users_type_other_peoples_ids(registry, browser, new_person) -> None:
    someone = new_person().orcid
    browser.post("/orcid/connect/", {"purpose": "account", "orcid": someone})
    browser.get("/orcid/callback/", {"orcid": someone, "code": "made-up", "state": "made-up"})
    assert not Connection.objects.exists()


def test_checksum_failure_yields_near_empty_author() -> None:
    with pytest.raises(ValueError, match="mistake"):
        ids.normalise("0000-0002-1825-0098")
    author = Contributor("Ada", orcid="0000-0002-1825-0098")
    assert check(Work("T", (ExternalId("doi", "10.1/x"),), contributors=(author,)))


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 200}, {"action": "drop_after"}])
def test_empty_id_stored_after_failed_exchange(registry, browser, person, trouble) -> None:
    back = at_orcid(registry, person, begin(browser))
    fault(registry, method="POST", path_regex="/oauth/token", **trouble)
    assert browser.get(back).status_code == 503
    assert not Connection.objects.exists()
    assert not Token.objects.exists()


def test_link_already_used_because_the_token_host_redirected(registry, browser, person, settings) -> None:
    """Tokens come from the root host alone, and a redirect is not followed with code and secret in hand."""
    settings.ORCID_API_URL = "http://127.0.0.1:9/v3.0"  # nobody listens: the API host has no part in it
    come_back(registry, browser, person.orcid)
    assert Connection.objects.get().orcid == person.orcid

    received = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"] or 0))))
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.1:{server.server_port}/root/oauth/token")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    back = at_orcid(registry, person, begin(browser))
    settings.ORCID_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    assert browser.get(back).status_code == 503
    server.shutdown()
    server.server_close()
    assert [path for path, _ in received] == ["/oauth/token"]


def test_sandbox_id_fails_length_and_pattern_checks() -> None:
    assert ids.normalise("https://sandbox.orcid.org/0000-0002-1694-233x") == "0000-0002-1694-233X"
    assert len(ids.uri("0000-0002-1694-233X")) == 37


def test_green_icon_on_unverified_ids(connection) -> None:
    def shown(tag: str) -> str:
        return Template("{% load orcid %}" + tag).render(Context({"connection": connection}))

    typed = shown('{% orcid_id "0000-0002-1825-0097" authenticated=False %}')
    assert "orcid-id-unauthenticated.svg" in typed
    assert "orcid-id.svg" not in typed
    assert "orcid-id.svg" in shown("{% orcid_id connection %}")


def test_stored_put_code_0_after_201_and_409_later(registry, connection) -> None:
    assert client.put_code_of("https://api.orcid.org/v3.0/x/work/0") is None
    item = send(connection, "thesis", a_work("k"))
    OrcidItem.objects.update(put_code=None, sent_hash="", state=State.WAITING)
    sync.run_due()
    item.refresh_from_db()
    assert item.put_code == works_of(registry, connection)[0]["put-code"] > 0
    assert len(works_of(registry, connection)) == 1


def test_put_code_kept_per_person_so_items_overwrite_each_other(registry, connection) -> None:
    first, second = send(connection, "master", a_work("k-1")), send(connection, "doctor", a_work("k-2"))
    assert first.put_code != second.put_code
    assert len(works_of(registry, connection)) == 2


def test_user_deleted_the_work_and_put_is_404_forever(registry, connection) -> None:
    item = send(connection, "thesis", a_work("k"))
    requests.delete(
        f"{registry.api_url}/{connection.orcid}/work/{item.put_code}",
        headers={"Authorization": f"Bearer {connection.tokens.first().access_token}"},
        timeout=5,
    ).raise_for_status()
    item = send(connection, "thesis", a_work("k", "New title"))
    assert (item.state, item.action, item.put_code) == (State.NEEDS_ATTENTION, errors.Action.GONE, None)
    before = calls(registry, connection.orcid)
    sync.run_due(now=timezone.now() + dt.timedelta(days=30))
    assert calls(registry, connection.orcid) == before


def test_every_version_pushed_as_a_new_work(registry, connection) -> None:
    for title in ("One", "Two", "Three"):
        send(connection, "thesis", a_work("k", title))
    assert [work["title"]["title"]["value"] for work in works_of(registry, connection)] == ["Three"]


def test_issn_sent_as_self_so_that_the_second_item_is_409(registry, connection) -> None:
    for number in (1, 2):
        own, series = (
            ExternalId("source-work-id", f"k-{number}"),
            ExternalId("issn", "0378-5955", "", "part-of"),
        )
        item = send(connection, f"thesis-{number}", to_xml(Work(f"T{number}", (own, series))))
        assert item.state == State.SENT, item.reason
    assert len(works_of(registry, connection)) == 2


def test_disconnect_kept_the_organisation_in_trusted_parties(registry, connection, person) -> None:
    attach(grant_for(registry, person), connection.user)
    tokens = [token.access_token for token in connection.tokens.all()]
    assert len(tokens) == 2
    assert connections.disconnect(connection)
    for token in tokens:
        answer = requests.get(
            f"{registry.api_url}/{person.orcid}/record",
            headers={"Authorization": f"Bearer {token}"},
            timeout=5,
        )
        assert answer.status_code == 401
    assert not Token.objects.exists()


def test_one_token_per_user_table_loses_scopes(registry, connection, person) -> None:
    attach(grant_for(registry, person, "openid"), connection.user)
    connection.refresh_from_db()
    assert connection.can_write
    assert send(connection, "thesis", a_work("k")).state == State.SENT


def test_long_abstract_and_the_whole_record_rejected(registry, connection) -> None:
    own = (ExternalId("source-work-id", "k"),)
    message = to_xml(Work("T", own, short_description="kelp forests " * 1000))
    text = messages.parse(message).findtext(f"{{{messages.WORK}}}short-description")
    assert len(text) <= 5000
    assert text.endswith(("kelp…", "forests…"))
    assert send(connection, "thesis", message).state == State.SENT


def test_old_role_list_after_moving_to_v3(registry, connection) -> None:
    own = (ExternalId("source-work-id", "k"),)
    work = Work("T", own, contributors=(Contributor("Ada"), Contributor("Grace", SUPERVISION)))
    assert check(replace(work, contributors=(Contributor("Grace", "supervisor"),)))
    refused = post_direct(
        registry, connection, "work", to_xml(work).replace(SUPERVISION.encode(), b"supervisor")
    )
    assert (refused.status_code, refused.json()["error-code"]) == (400, 9058)
    assert send(connection, "thesis", to_xml(work)).state == State.SENT


def test_old_type_list(registry, connection) -> None:
    work = Work("T", (ExternalId("source-work-id", "k"),))
    assert check(replace(work, type="dissertation"))
    old = to_xml(work).replace(b"dissertation-thesis", b"dissertation")
    assert post_direct(registry, connection, "work", old).status_code == 400
    assert send(connection, "thesis", to_xml(work)).state == State.SENT


def test_work_without_doi_refused(registry, connection) -> None:
    assert check(Work("T", ()))
    assert (
        send(connection, "thesis", to_xml(Work("T", (ExternalId("source-work-id", "k"),)))).state
        == State.SENT
    )


def test_email_missing_though_public_to_trusted(registry, browser, person) -> None:
    """Read with ``/read-limited`` at the Member API; what is not verified is not there at all."""
    number = int(person.name.split("Family")[1])
    come_back(registry, browser, person.orcid)
    read = profile.parse(Connection.objects.get().record)
    assert [str(fact) for fact in read.emails] == [f"p{number}@example.edu"]


def test_old_api_paths_and_the_api_token_host_hard_coded(registry, browser, person) -> None:
    address = begin(browser)
    assert address.startswith(f"{registry.base_url}/oauth/authorize?")
    assert parse_qs(urlsplit(address).query)["redirect_uri"] == [CALLBACK]
    browser.get(at_orcid(registry, person, address))
    profile.refresh(Connection.objects.get())
    log = requests.get(f"{registry.base_url}/_log", timeout=5).json()["calls"]
    concerned = [entry["path"] for entry in log if person.orcid in entry["path"]]
    assert concerned
    assert all(path.startswith("/v3.0/") for path in concerned)


def test_citation_job_used_a_stale_status_from_the_previous_author(registry, connection, new_person) -> None:
    """One failure leaves nothing behind for the next person's call."""
    second = attach(grant_for(registry, new_person()))
    fault(registry, method="POST", path_regex=f"{connection.orcid}/work", status=500)
    sync.desire(connection, "work", "a", a_work("k-a"), title="A")
    sync.desire(second, "work", "b", a_work("k-b"), title="B")
    sync.run_due()
    good, bad = OrcidItem.objects.get(key="b"), OrcidItem.objects.get(key="a")
    assert (good.state, good.reason, good.error_code) == (State.SENT, "", "")
    assert bad.state == State.WAITING
    last = ApiCall.objects.filter(item=good).first()
    assert (last.status, last.error_code) == (201, "")


def test_organisation_id_unknown_to_orcid(registry, connection) -> None:
    """Found out early: the set-up check asks; and when it slips through, staff are told and nothing is repeated."""
    nowhere = education.Organisation("Nowhere College", "Nowhere", "GB", "https://ror.org/04wxnsj81")
    degree = education.Education(nowhere, (ExternalId("source-work-id", "degree-1"),), "Doctor of Philosophy")
    item = send(connection, "degree", education.to_xml(degree), "education")
    assert (item.state, item.error_code, item.action) == (
        State.NEEDS_ATTENTION,
        "9045",
        errors.Action.ASK_STAFF,
    )
    before = calls(registry, connection.orcid)
    sync.run_due(now=timezone.now() + dt.timedelta(days=30))
    assert calls(registry, connection.orcid) == before


def test_webhook_handler_hammered_one_bad_url_and_hooks_never_fired(registry, connection, settings) -> None:
    settings.ORCID_WEBHOOKS = True
    settings.ORCID_REDIRECT_URI = f"https://{HOST}/orcid/callback/"
    webhooks.want(connection)
    sync.run_due()
    connection.refresh_from_db()
    assert connection.hook == Connection.Hook.REGISTERED
    sync.run_due()  # what changed before it was registered
    reads = len([path for method, path, _ in calls(registry, connection.orcid) if path == "/record"])
    for _ in range(50):
        assert Client(HTTP_HOST=HOST).post(f"/orcid/hook/{connection.hook_key}/").status_code == 204
    sync.run_due()
    sync.run_due()
    assert (
        len([path for method, path, _ in calls(registry, connection.orcid) if path == "/record"]) == reads + 1
    )
    assert Client(HTTP_HOST=HOST).post("/orcid/hook/guessed/").status_code == 404
