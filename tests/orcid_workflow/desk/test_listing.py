"""What the lists give away: CSV and XLSX, safe to open, with times in ISO and never a token."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from orcid_workflow.desk.calls import CallIndexView
from orcid_workflow.models import ApiCall
from tests.factories import make_connection, make_user

from ..conftest import attach, grant_for
from .conftest import make_item, text

MOMENT = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
LISTS = ("orcid_connections", "orcid_items", "orcid_calls")


def sheet(client, name: str) -> list[list]:
    """The rows of the XLSX export."""
    answer = client.get(reverse(f"{name}:index"), {"export": "xlsx"})
    return [list(row) for row in load_workbook(io.BytesIO(b"".join(answer))).active.values]


def csv(client, name: str, **query) -> str:
    """The CSV export."""
    return text(client.get(reverse(f"{name}:index"), {"export": "csv", **query}))


@pytest.fixture
def formulas():
    """Names, titles and outcomes that a spreadsheet would run, with a character that XLSX cannot hold."""
    connection = make_connection(make_user("ada"), name="=1+1", authenticated_at=MOMENT)
    item = make_item(connection, title="@SUM(A1)\x0b", reason="-2", sent_at=MOMENT)
    ApiCall.objects.create(item=item, connection=connection, method="GET", path="/x", outcome="+3", at=MOMENT)


@pytest.mark.parametrize("name", LISTS)
def test_no_cell_is_a_formula_and_times_are_iso(desk, formulas, name) -> None:
    shown = csv(desk, name)
    assert "2026-03-04T05:06:07+00:00" in shown
    dangerous = {"orcid_connections": "=1+1", "orcid_items": "@SUM(A1)", "orcid_calls": "+3"}[name]
    assert f"'{dangerous}" in shown
    assert f",{dangerous}" not in shown
    rows = sheet(desk, name)
    assert any(dangerous in row for row in rows)
    column = next(number for number, cell in enumerate(rows[1]) if cell == MOMENT.replace(tzinfo=None))
    assert rows[0][column].endswith("(UTC)"), "a date in a sheet has no zone"


@pytest.mark.parametrize("name", LISTS)
def test_what_is_filtered_is_what_is_exported(desk, formulas, name) -> None:
    assert csv(desk, name).count("\r\n") == 2
    assert csv(desk, name, q="nobody-has-this").count("\r\n") == 1


def test_no_webhook_is_an_empty_cell(desk, formulas) -> None:
    heading, row = sheet(desk, "orcid_connections")
    assert row[heading.index("Webhook")] in ("", None)


def test_a_file_does_not_hold_the_whole_history_in_memory(db, formulas) -> None:
    view, rows = CallIndexView(), ApiCall.objects.all()
    assert len(list(view.stream_csv(rows))) == 2
    output = io.BytesIO()
    view.write_xlsx(rows, output)
    assert len(list(load_workbook(output).active.values)) == 2
    assert rows._result_cache is None


def test_no_page_and_no_file_holds_a_token(enter, registry, person) -> None:
    admin = enter("admin")
    connection = attach(grant_for(registry, person), admin.user)
    item = make_item(connection)
    token = connection.tokens.get()
    secrets = (token.access_token, token.refresh_token, registry.client_secret)
    pages = [reverse(f"{name}:index") for name in ("orcid_overview", *LISTS, "orcid_setup", "orcid_import")]
    pages += [f"{reverse(f'{name}:index')}?export=csv" for name in LISTS]
    pages += [reverse("orcid_connections:connection", args=[connection.pk])]
    pages += [reverse("orcid_items:item", args=[item.pk])]
    everything = "".join(text(admin.get(page)) for page in pages)
    everything += text(admin.post(reverse("orcid_setup:index")))
    everything += repr([sheet(admin, name) for name in LISTS])
    assert person.orcid in everything
    assert not [secret for secret in secrets if secret in everything]
