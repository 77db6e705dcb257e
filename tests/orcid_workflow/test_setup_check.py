"""The set-up check against the local registry: as it should be, and with each setting broken in turn."""

import datetime as dt
import http.server
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import requests
from django.utils import timezone

from orcid_workflow import setup_check
from orcid_workflow.models import ApiCall, OrcidItem, ServiceState
from orcid_workflow.setup_check import State
from orcid_workflow.setup_check.here import check_keys
from tests.registry_process import REDIRECT_URI, Registry

from .conftest import attach, grant_for, lose_key

pytestmark = pytest.mark.django_db
ROR = "https://ror.org/013meh722"
ORGANISATION = {"name": "University of the North Shore", "ror": ROR, "city": "Halifax", "country": "CA"}


def organisation() -> SimpleNamespace:
    """What ORCID_ORGANISATION leads to in these tests."""
    return SimpleNamespace(**ORGANISATION)


def no_city() -> SimpleNamespace:
    """An organisation without a city."""
    return SimpleNamespace(**ORGANISATION | {"city": ""})


def country_in_words() -> SimpleNamespace:
    """An organisation in "Canada"."""
    return SimpleNamespace(**ORGANISATION | {"country": "Canada"})


def wrong_ror() -> SimpleNamespace:
    """An organisation whose ROR id is cut off."""
    return SimpleNamespace(**ORGANISATION | {"ror": "https://ror.org/04m01"})


def mistyped_ror() -> SimpleNamespace:
    """One with a letter that does not fit the check digits."""
    return SimpleNamespace(**ORGANISATION | {"ror": "https://ror.org/013mfh722"})


def unknown_ror() -> SimpleNamespace:
    """An organisation that no record names."""
    return SimpleNamespace(**ORGANISATION | {"ror": "https://ror.org/02jx3x895"})


@pytest.fixture(autouse=True)
def _set_up(registry, settings) -> Iterator[None]:
    """A site that is set up as it should be."""
    settings.ORCID_REDIRECT_URI = REDIRECT_URI
    settings.ORCID_ORGANISATION = f"{__name__}.organisation"
    settings.ORCID_WEBHOOKS = True
    settings.SESSION_COOKIE_SAMESITE = "Lax"
    yield
    requests.delete(f"{registry.base_url}/_switches", timeout=5)
    control(registry, "_clients", client_id=registry.client_id, kind="member", status="active", webhooks=True)


def control(registry: Registry, name: str, **data) -> None:
    """Turn something at the registry."""
    requests.post(f"{registry.base_url}/{name}", json=data, timeout=5).raise_for_status()


def found() -> dict[str, setup_check.Finding]:
    """What the check says, by title; of several with one title a problem counts."""
    result = {}
    for finding in setup_check.run():
        if finding.title not in result or finding.state is State.PROBLEM:
            result[finding.title] = finding
    return result


def states() -> dict[str, State]:
    """The state of each check."""
    return {title: finding.state for title, finding in found().items()}


def names_organisation(registry: Registry, connection, ror: str) -> None:
    """Put an education at the organisation on a record, so that the search finds it."""
    body = f"""<education:education xmlns:education="http://www.orcid.org/ns/education"
        xmlns:common="http://www.orcid.org/ns/common"><common:organization><common:name>U</common:name>
        <common:address><common:city>Halifax</common:city><common:country>CA</common:country></common:address>
        <common:disambiguated-organization>
        <common:disambiguated-organization-identifier>{ror}</common:disambiguated-organization-identifier>
        <common:disambiguation-source>ROR</common:disambiguation-source></common:disambiguated-organization>
        </common:organization></education:education>"""
    token = connection.tokens.get().access_token
    answer = requests.post(
        f"{registry.api_url}/{connection.orcid}/education",
        body,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/vnd.orcid+xml"},
        timeout=5,
    )
    assert answer.status_code == 201, answer.text


def test_all_is_well(registry, connection) -> None:
    names_organisation(registry, connection, ROR)
    result = found()
    assert {title: f.words for title, f in result.items() if f.state is State.PROBLEM} == {}
    assert {title for title, f in result.items() if f.state is State.UNKNOWN} == {"Worker"}
    assert "1 record" in result["Organisation id"].words


def test_the_tokens_of_the_check_are_given_back_and_shown_nowhere(registry, connection) -> None:
    everything = repr(list(setup_check.run()))
    calls = "".join(f"{call.path} {call.outcome}" for call in ApiCall.objects.all())
    revoked = ApiCall.objects.filter(path="/oauth/revoke", status=200).count()
    assert revoked == 2
    assert registry.client_secret not in everything + calls
    assert connection.tokens.get().access_token not in everything + calls


def test_wrong_secret(settings) -> None:
    settings.ORCID_CLIENT_SECRET = "not-the-secret"
    result = found()
    assert result["Credentials"].state is State.PROBLEM
    assert "does not know" in result["Credentials"].words
    assert "not-the-secret" not in repr(result)
    for title in ("Kind of client", "Redirect address", "Scopes", "Webhooks"):
        assert result[title].state is State.UNKNOWN


def test_wrong_client_id(settings) -> None:
    settings.ORCID_CLIENT_ID = "0000-0002"
    result = found()
    assert result["Credentials"].state is State.PROBLEM
    assert "APP-" in result["Settings"].words


def test_a_public_client_on_the_member_api(registry) -> None:
    control(registry, "_clients", client_id=registry.client_id, kind="public")
    result = found()
    assert result["Kind of client"].state is State.PROBLEM
    assert "public client" in result["Kind of client"].words
    assert result["Scopes"].state is State.PROBLEM
    assert result["Webhooks"].state is State.PROBLEM


def test_a_public_client_on_the_public_api(registry, settings) -> None:
    control(registry, "_clients", client_id=registry.client_id, kind="public")
    settings.ORCID_API_KIND = "public"
    settings.ORCID_API_URL = f"{registry.base_url}/pub/v3.0"
    settings.ORCID_WEBHOOKS = False
    result = states()
    assert State.PROBLEM not in result.values()
    assert result["Scopes"] is State.OK


def test_a_locked_client(registry) -> None:
    control(registry, "_clients", client_id=registry.client_id, status="locked")
    assert State.PROBLEM in (states()["Credentials"], states()["Kind of client"])


def test_no_premium_no_webhooks(registry) -> None:
    control(registry, "_clients", client_id=registry.client_id, webhooks=False)
    assert states()["Webhooks"] is State.PROBLEM


def test_webhooks_not_wanted(settings) -> None:
    settings.ORCID_WEBHOOKS = False
    assert states()["Webhooks"] is State.OK


def test_a_redirect_address_that_is_not_registered(settings) -> None:
    settings.ORCID_REDIRECT_URI = "https://elsewhere.example.edu/orcid/callback/"
    assert states()["Redirect address"] is State.PROBLEM


def test_no_redirect_address(settings) -> None:
    settings.ORCID_REDIRECT_URI = ""
    assert states()["Redirect address"] is State.UNKNOWN


class _Front(http.server.BaseHTTPRequestHandler):
    """A site whose page comes before any check of the request, as ORCID's front end does, and whose clock is wrong."""

    def do_GET(self) -> None:
        self.send_response_only(200)
        moment = timezone.now() - dt.timedelta(seconds=600)
        self.send_header("Date", moment.strftime("%a, %d %b %Y %H:%M:%S GMT"))
        self.end_headers()

    do_HEAD = do_GET

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"access_token": "t"}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Broken(http.server.BaseHTTPRequestHandler):
    """A site that has a fault of its own, whatever is asked."""

    def do_GET(self) -> None:
        self.send_error(500)

    do_HEAD = do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def front(settings) -> Iterator[None]:
    """That site as the one in the settings."""
    yield from _serving(settings, _Front)


@pytest.fixture
def broken(settings) -> Iterator[None]:
    """A site that is broken, as the one in the settings."""
    yield from _serving(settings, _Broken)


def _serving(settings, handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[None]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ORCID_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    settings.ORCID_API_URL = f"{settings.ORCID_BASE_URL}/v3.0"
    yield
    server.shutdown()
    server.server_close()


def test_what_a_site_does_not_show_is_not_taken_for_good(front) -> None:
    result = found()
    assert result["Redirect address"].state is State.UNKNOWN
    assert result["Scopes"].state is State.UNKNOWN
    assert result["State of the API"].state is State.UNKNOWN
    assert result["OpenID Connect"].state is State.PROBLEM


def test_a_clock_that_is_wrong(front) -> None:
    finding = found()["Clock"]
    assert finding.state is State.PROBLEM
    assert "ahead of" in finding.words


def test_nobody_answers(settings) -> None:
    settings.ORCID_BASE_URL = "http://127.0.0.1:9"
    settings.ORCID_API_URL = "http://127.0.0.1:9/v3.0"
    result = found()
    for title in ("Sign-in site", "State of the API"):
        assert result[title].state is State.PROBLEM
        assert "does not answer now" in result[title].words
    an_outage(result)


FROM_ORCID = ("OpenID Connect", "Credentials", "Kind of client", "Redirect address", "Scopes", "Webhooks")


def an_outage(result: dict[str, setup_check.Finding]) -> None:
    """Nothing that only ORCID could say is blamed on a setting."""
    for title in FROM_ORCID:
        assert result[title].state is State.UNKNOWN, title
        assert "ORCID does not answer now" in result[title].words, title
        assert "try again later" in result[title].mend, title
        assert "ORCID_" not in result[title].mend, title


def test_an_outage_with_errors_blames_no_setting(settings, broken) -> None:
    result = found()
    for title in ("Sign-in site", "State of the API"):
        assert result[title].state is State.PROBLEM
        assert "(500)" in result[title].words
        assert "try again later" in result[title].mend
        assert "ORCID_" not in result[title].mend
    an_outage(result)


def test_an_issuer_of_another_name(registry, settings) -> None:
    settings.ORCID_BASE_URL = registry.base_url.replace("127.0.0.1", "LOCALHOST")
    finding = found()["OpenID Connect"]
    assert finding.state is State.PROBLEM
    assert registry.base_url.split(":")[-1] in finding.mend


@pytest.mark.parametrize("status", ["down", "error"])
def test_the_api_says_that_it_is_down(registry, status) -> None:
    control(registry, "_switches", api_status=status)
    assert states()["State of the API"] is State.PROBLEM


def test_an_api_address_without_a_version(registry, settings) -> None:
    settings.ORCID_API_URL = registry.base_url
    result = found()
    assert result["State of the API"].state is not State.OK
    assert result["Kind of client"].state is State.PROBLEM


@pytest.mark.parametrize(
    ("name", "title", "state"),
    [
        ("no_city", "City and country", State.PROBLEM),
        ("country_in_words", "City and country", State.PROBLEM),
        ("wrong_ror", "Organisation id", State.PROBLEM),
        ("mistyped_ror", "Organisation id", State.PROBLEM),
        ("unknown_ror", "Organisation id", State.UNKNOWN),
        ("absent", "Organisation id", State.UNKNOWN),
    ],
)
def test_the_organisation(settings, name, title, state) -> None:
    settings.ORCID_ORGANISATION = "" if name == "absent" else f"{__name__}.{name}"
    assert states()[title] is state


@pytest.mark.parametrize(
    "change",
    [
        {"ORCID_ENVIRONMENT": "sandbox"},
        {"ORCID_ENVIRONMENT": "production"},
        {"ORCID_ENVIRONMENT": "elsewhere"},
        {"ORCID_CLIENT_SECRET": ""},
        {"ORCID_ENCRYPTION_KEYS": []},
        {"SESSION_COOKIE_SAMESITE": "Strict"},
    ],
)
def test_settings_that_do_not_fit_together(settings, change) -> None:
    for name, value in change.items():
        setattr(settings, name, value)
    assert states()["Settings"] is State.PROBLEM


def test_local_must_not_lead_to_orcid_itself(settings, monkeypatch) -> None:
    from orcid_workflow.setup_check import here

    settings.ORCID_BASE_URL = "https://sandbox.orcid.org"
    assert State.PROBLEM in {finding.state for finding in here.check_settings()}
    settings.ORCID_ENVIRONMENT, settings.ORCID_REDIRECT_URI = (
        "sandbox",
        "https://etd.example.edu/orcid/callback/",
    )
    settings.ORCID_API_URL = "https://api.sandbox.orcid.org/v3.0"
    assert {finding.state for finding in here.check_settings()} == {State.OK}


def test_tokens_that_no_key_opens_are_counted(registry, connection, new_person) -> None:
    attach(grant_for(registry, new_person()))
    lose_key(connection.tokens.get())
    finding = found()["Encryption keys"]
    assert finding.state is State.PROBLEM
    assert "1 of 2" in finding.words


def test_any_number_of_tokens_is_read_by_one_question(
    registry, connection, new_person, django_assert_num_queries
) -> None:
    attach(grant_for(registry, new_person()))
    with django_assert_num_queries(1):
        assert check_keys().words == "All 2 stored tokens can be read."


def an_item(connection, **values) -> OrcidItem:
    """An item that waits."""
    values = {"environment": "local", "orcid": connection.orcid, "kind": "work", "key": "k"} | values
    return OrcidItem.objects.create(connection=connection, **values)


def test_nobody_works(connection) -> None:
    an_item(connection, next_try_at=timezone.now() - dt.timedelta(hours=2))
    finding = found()["Worker"]
    assert finding.state is State.PROBLEM
    assert "120 minutes" in finding.words


def test_somebody_works(connection) -> None:
    an_item(connection, next_try_at=timezone.now() - dt.timedelta(seconds=30))
    assert states()["Worker"] is State.OK


def test_calls_held_back(connection) -> None:
    until = timezone.now() + dt.timedelta(seconds=30)
    ServiceState.objects.create(environment="local", open_until=until, reason="Five calls without an answer.")
    finding = found()["Calls held back"]
    assert finding.state is State.PROBLEM
    assert "Five calls" in finding.words


def test_a_check_that_breaks_hides_no_other(settings) -> None:
    settings.ORCID_ORGANISATION = "no.such.module"
    result = found()
    assert result["A check broke off"].state is State.UNKNOWN
    assert "Worker" in result
