"""The list of connections and the page of one."""

from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orcid_workflow.models import ApiCall, Consent
from tests.factories import make_connection, make_user

from .conftest import make_item, text

LIST = "orcid_connections:index"


def test_the_list_searches_and_filters(desk) -> None:
    make_connection(make_user("ada", last_name="Lovelace"), name="Ada", mode="nightly", scope="openid")
    make_connection(
        name="Eve", state="revoked", record_state="locked", environment="sandbox", paused_by="staff"
    )
    for query, shown in (
        ({}, {"Ada", "Eve"}),
        ({"q": "lovelace"}, {"Ada"}),
        ({"state": "revoked"}, {"Eve"}),
        ({"record_state": "locked"}, {"Eve"}),
        ({"environment": "sandbox"}, {"Eve"}),
        ({"scope": "/activities/update"}, {"Eve"}),
        ({"mode": "nightly"}, {"Ada"}),
        ({"mode": "site"}, {"Eve"}),
        ({"paused_by": "staff"}, {"Eve"}),
        ({"authenticated_at_from": "2999-01-01"}, set()),
    ):
        page = text(desk.get(reverse("orcid_connections:index_results"), query))
        assert {name for name in ("Ada", "Eve") if name in page} == shown, query


def test_the_list_asks_the_database_as_often_for_five_as_for_one(desk) -> None:
    asked = []
    for more in (1, 4):
        for _ in range(more):
            make_connection(make_user())
        with CaptureQueriesContext(database) as queries:
            desk.get(reverse(LIST))
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_page_shows_evidence_items_and_calls(desk) -> None:
    connection = make_connection(make_user("ada"), name="Ada", amr="mfa")
    item = make_item(connection, title="On Kelp")
    Consent.objects.create(
        connection=connection,
        purpose="student",
        text="We ask because …",
        text_version="abc123",
        language="en-gb",
        asked="openid",
        granted="openid",
        client_id="APP-1",
    )
    ApiCall.objects.create(
        connection=connection, item=item, method="PUT", path="/x/work/7", status=409, outcome="No"
    )
    page = text(desk.get(reverse("orcid_connections:connection", args=[connection.pk])))
    for words in ("signed in with mfa", "We ask because …", "abc123", "On Kelp", "PUT /x/work/7", "409"):
        assert words in page
    assert "add works and affiliations" in page
    assert "your record" not in page


def test_the_page_of_somebody_who_hid_everything(desk) -> None:
    connection = make_connection(
        name="",
        scope="",
        state="disconnected",
        record_state="deprecated",
        primary_orcid="0000-0002-1825-0097",
    )
    page = text(desk.get(reverse("orcid_connections:connection", args=[connection.pk])))
    assert "Name hidden at ORCID" in page
    assert "nothing any more" in page
    assert "0000-0002-1825-0097" in page


def test_the_history_is_filtered_by_what_it_is_about(desk) -> None:
    one, other = make_connection(), make_connection()
    for connection, status in ((one, 201), (other, 400)):
        ApiCall.objects.create(
            connection=connection, method="POST", path=f"/{connection.orcid}/work", status=status
        )
    ApiCall.objects.create(connection=other, method="GET", path="/silent")
    for query, shown in (
        ({"connection": one.pk}, {one.orcid}),
        ({"answer": "done"}, {one.orcid}),
        ({"answer": "refused"}, {other.orcid}),
        ({"answer": "none"}, {"/silent"}),
        ({"answer": "not_done"}, {other.orcid, "/silent"}),
        ({"status": "400"}, {other.orcid}),
        ({"method": "GET"}, {"/silent"}),
        ({"q": one.orcid}, {one.orcid}),
    ):
        page = text(desk.get(reverse("orcid_calls:index_results"), query))
        found = {name for name in (f"/{one.orcid}/work", f"/{other.orcid}/work", "/silent") if name in page}
        assert {name.strip("/").removesuffix("/work") for name in found} == {
            name.strip("/") for name in shown
        }, query
