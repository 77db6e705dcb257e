"""A secret never appears: every token issued in the run is looked for wherever one could have been left."""

import base64
import json
import logging
import re
import sqlite3

import pytest
import requests
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection as database
from django.test import Client, RequestFactory
from django.utils import timezone
from django.views.debug import ExceptionReporter

from orcid_workflow import connections, profile, sync
from orcid_workflow.api import client
from orcid_workflow.models import ApiCall, Connection, OrcidItem, Token

from .conftest import HOST, at_orcid, begin, fault, person  # noqa: F401 - a fixture
from .items import a_work

pytestmark = pytest.mark.django_db


def issued(registry) -> set[str]:
    """Return every access and refresh token that the registry has given to anybody in this run, and our secret.

    Not the codes: they stand in the address that a browser is sent back with, so in every web server's log, and are
    spent, once, with our secret, before anything else happens.
    """
    with sqlite3.connect(f"file:{registry.log.parent / 'registry.sqlite3'}?mode=ro", uri=True) as rows:
        tables = {name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        found = {registry.client_secret}
        table = next(name for name in tables if name.endswith("_token"))
        for row in rows.execute(f"SELECT access_token, refresh_token FROM {table}"):  # noqa: S608
            found.update(row)
    return found - {""}


def stored_texts() -> dict[str, str]:
    """Return all that our database holds as text, a table an entry; sessions are unpacked."""
    texts = {}
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            texts[table] = "\n".join(str(row) for row in cursor.fetchall())
    texts["sessions, unpacked"] = "\n".join(str(session.get_decoded()) for session in Session.objects.all())
    return texts


def pages(browser: Client, start: str, within: str, most: int = 120) -> dict[str, str]:
    """Return the pages that links lead to from ``start``, as long as their addresses fit ``within``."""
    found: dict[str, str] = {}
    waiting = [start]
    while waiting and len(found) < most:
        address = waiting.pop(0)
        if address in found:
            continue
        answer = browser.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[address] = body.decode("utf-8", "replace")
        if address.startswith(within) and "html" in answer.get("Content-Type", ""):
            links = re.findall(r'href="(/[^"#]*)"', found[address])
            waiting += [link.replace("&amp;", "&") for link in links if link.startswith(within)]
    return found


@pytest.fixture
def full_life(registry, browser, user, person, settings, caplog, purpose):  # noqa: F811
    """Somebody connects, is read and written, is refused in every way, and disconnects; an error page on the way."""
    caplog.set_level(logging.DEBUG)
    settings.ORCID_QUIET_SECONDS = 0
    kept: dict[str, str] = {}

    # A visit, and one more that breaks in the host's own code, as the developer's error page would show it.
    browser.get(at_orcid(registry, person, begin(browser)), follow=True)

    def broken(request, connection, context):
        raise RuntimeError("the host's own fault")

    purpose(
        "broken",
        on_connected=broken,
        open_to_all=True,
        requires_user=True,
        scopes=("openid", "/read-limited"),
    )
    address = browser.post("/orcid/connect/", {"purpose": "broken"})["Location"]
    browser.raise_request_exception = False
    back = at_orcid(registry, person, address)
    kept["500 page"] = browser.get(back).content.decode()
    browser.raise_request_exception = True
    address = browser.post("/orcid/connect/", {"purpose": "broken"})["Location"]
    try:
        browser.get(at_orcid(registry, person, address))
    except RuntimeError as broke:
        below = broke.__traceback__.tb_next  # without this very function, which knows everything
        report = ExceptionReporter(RequestFactory().get("/"), RuntimeError, broke, below)
        kept["error report"] = report.get_traceback_html() + report.get_traceback_text()

    # Written, changed, lost, refused.
    connection = Connection.objects.get()
    item = sync.desire(connection, "work", "thesis", a_work("k"), title="T")
    fault(registry, method="POST", path_regex="/work$", action="drop_after")
    sync.run_due()
    fault(registry, method="POST", path_regex="/oauth/token", status=500)
    kept["outcome page"] = browser.get(at_orcid(registry, person, begin(browser))).content.decode()
    OrcidItem.objects.update(next_try_at=None)
    sync.run_due()
    kept["repr"] = " ".join(repr(row) + str(vars(row)) for row in [item, connection, *ApiCall.objects.all()])
    client.client_token("/read-public")
    profile.refresh(connection)

    # ORCID repeats the token in its own words when it refuses it.
    revoke(registry, connection)
    sync.desire(connection, "work", "thesis", a_work("k", "New"), title="T")
    OrcidItem.objects.update(next_try_at=None)
    sync.run_due()
    assert ApiCall.objects.filter(error_code="invalid_token").exists()
    browser.get(at_orcid(registry, person, begin(browser)), follow=True)
    return kept


def revoke(registry, connection) -> None:
    for token in connection.tokens.all():
        requests.post(
            f"{registry.base_url}/oauth/revoke",
            data={
                "client_id": registry.client_id,
                "client_secret": registry.client_secret,
                "token": token.access_token,
            },
            timeout=5,
        ).raise_for_status()


def with_disguises(secrets: set[str]) -> dict[str, str]:
    """Return the secrets as they are, in base64, and without hyphens: form -> secret."""
    forms = {}
    for secret in secrets:
        forms[secret] = secret
        forms[secret.replace("-", "")] = secret
        forms[base64.b64encode(secret.encode()).decode().rstrip("=")] = secret
    return forms


def look(places: dict[str, str], secrets: set[str]) -> list[tuple[str, str]]:
    """Return where which secret was found."""
    forms = with_disguises(secrets)
    return [(place, form) for place, text in places.items() for form in forms if form in text]


def test_no_token_is_anywhere(full_life, registry, browser, user, caplog, capsys) -> None:
    places = dict(full_life)
    id_tokens = {json.loads(token.answer).get("id_token") for token in Token.objects.all()} - {None}
    secrets = issued(registry) | id_tokens
    own = {token.access_token for token in Token.objects.all()}
    assert own <= issued(registry)
    assert len(own) >= 2
    assert len(secrets) > 10  # also those of visits that were broken off
    places |= stored_texts()
    places |= pages(browser, "/orcid/", "/orcid/")
    admin = Client(HTTP_HOST=HOST)
    admin.force_login(get_user_model().objects.create_superuser("root", "root@example.edu", "pw"))
    desk = pages(admin, "/admin/orcid/", "/admin/orcid")
    assert len(desk) > 5, "the desk was not found"
    places |= desk
    places["log"] = caplog.text
    places["output"] = "".join(capsys.readouterr())
    places["mail"] = "\n".join(str(message.message()) for message in mail.outbox)
    assert look(places, secrets) == []

    assert connections.disconnect(Connection.objects.get())
    places = stored_texts() | {"log": caplog.text}
    assert look(places, secrets) == []


def test_the_search_would_find_one(full_life, registry) -> None:
    """What is looked for is really in use: in plain text the same search finds it, in every disguise."""
    token = Token.objects.first().access_token
    plain = {"plain": f"Bearer {token}", "base64": base64.b64encode(f"{token}".encode()).decode()}
    assert {place for place, _ in look(plain, issued(registry))} == {"plain", "base64"}
    ApiCall.objects.create(method="GET", path="/", outcome=f"token {token}", at=timezone.now())
    assert [place for place, _ in look(stored_texts(), issued(registry))] == ["orcid_workflow_apicall"]
