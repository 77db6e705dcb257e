"""Token sets of an older system, with real tokens of the registry: proven, stored once, and shown nowhere."""

import datetime as dt
import logging
from dataclasses import replace

import pytest
import requests
from django.contrib.auth import get_user_model
from django.utils import timezone

from orcid_workflow import connections, revoking
from orcid_workflow.models import ApiCall, Connection, Consent, OrcidItem, Token
from orcid_workflow.takeover import imports, token_proof
from orcid_workflow.takeover.imports import Outcome
from orcid_workflow.takeover.token_files import Row
from tests.registry_process import token_for

from ..conftest import PASSWORD, attach, fault, grant_for, make_id

pytestmark = pytest.mark.django_db
FULL = "openid /read-limited /activities/update"
GRANTED = dt.datetime(2024, 5, 31, 14, tzinfo=dt.UTC)


def a_row(registry, person, number: int = 1, scope: str = FULL, **values) -> Row:
    """A row with a token that the registry has just given to ``person``."""
    answer = token_for(registry, person.orcid, PASSWORD, scope)
    return Row(
        **{
            "number": number,
            "orcid": person.orcid,
            "access_token": answer["access_token"],
            "refresh_token": answer["refresh_token"],
            "scope": answer["scope"],
            "granted_at": GRANTED,
            **values,
        }
    )


def outcomes(rows, **options) -> list[Outcome]:
    """What became of each row."""
    return [line.outcome for line in imports.run(rows, **options).lines]


def test_a_dry_run_asks_nobody_and_writes_nothing(registry, person, user) -> None:
    row = a_row(registry, person, account="ada")
    report = imports.run([row])
    assert [(line.outcome, line.account) for line in report.lines] == [(Outcome.READY, "ada")]
    assert not Connection.objects.exists()
    assert not ApiCall.objects.exists()


def many_rows(count: int, **values) -> list[Row]:
    return [
        Row(
            number=number, orcid=make_id(700 + number), access_token=f"t-{number}", refresh_token="", **values
        )
        for number in range(1, count + 1)
    ]


def test_a_dry_run_stops_in_time_as_well(db) -> None:
    assert outcomes(many_rows(3), seconds=-1) == [Outcome.LEFT] * 3
    bad = Row(number=9, orcid="", access_token="", refresh_token="", problems=("No iD.",))
    assert outcomes([bad], seconds=-1) == [Outcome.REFUSED], (
        "what is wrong in the file itself is said at no cost"
    )


def test_a_dry_run_asks_the_database_no_more_for_more_rows(db, django_assert_max_num_queries) -> None:
    rows = [replace(row, account=f"u{row.number}") for row in many_rows(60)]
    get_user_model().objects.create_user("u3")
    known = Connection.objects.create(
        environment="local", orcid=rows[4].orcid, client_id="c", authenticated_at=timezone.now()
    )
    Token.objects.create(connection=known, access_token="t-5", answer="{}", scope="openid")
    with django_assert_max_num_queries(12):
        found = imports.run(rows).lines
    assert [line.account for line in found if line.account] == ["u3"]
    assert [line.number for line in found if line.outcome is Outcome.KNOWN] == [5]


def test_an_import_stores_connection_token_and_consent_once(registry, person, user) -> None:
    row = a_row(registry, person, account="ada", name="Ada L.")
    assert outcomes([row], apply=True) == [Outcome.IMPORTED]
    connection = Connection.objects.get()
    assert (connection.orcid, connection.user, connection.name) == (person.orcid, user, person.name), (
        "what ORCID shows goes before what the file says"
    )
    assert connection.authenticated_at == GRANTED
    assert connection.is_connected
    assert connection.scopes == set(FULL.split())
    assert connection.record["orcid-identifier"]["path"] == person.orcid
    token = connection.tokens.get()
    assert (token.access_token, token.refresh_token) == (row.access_token, row.refresh_token)
    assert token.created_at == GRANTED
    consent = Consent.objects.get()
    assert (consent.purpose, consent.given_at, consent.granted) == ("import", GRANTED, row.scope)
    assert row.access_token not in token.answer
    for again in ({"apply": True}, {}):
        assert outcomes([row], **again) == [Outcome.KNOWN]
    assert (Connection.objects.count(), Token.objects.count(), Consent.objects.count()) == (1, 1, 1)


def test_what_a_sign_in_here_said_stays(registry, person, user) -> None:
    before = attach(grant_for(registry, person), user)
    before.refresh_from_db()
    assert outcomes([a_row(registry, person, account="ada", name="Old")], apply=True) == [Outcome.IMPORTED]
    after = Connection.objects.get()
    for name in ("name", "authenticated_at", "amr", "auth_time", "user"):
        assert getattr(after, name) == getattr(before, name)
    assert after.tokens.count() == 2
    assert after.live_tokens()[0].created_at > GRANTED


def test_a_token_of_somebody_else_proves_nothing(registry, new_person) -> None:
    one, other = new_person(), new_person()
    row = a_row(registry, one, orcid=other.orcid)
    line = imports.run([row], apply=True).lines[0]
    assert line.outcome is Outcome.REFUSED
    assert "another iD" in line.words[0]
    assert not Connection.objects.exists()


def test_a_dead_token_is_refused(registry, person) -> None:
    row = a_row(registry, person)
    revoking.revoke_at_orcid(row.access_token)
    line = imports.run([row], apply=True).lines[0]
    assert line.outcome is Outcome.REFUSED
    assert "withdrawn" in line.words[0]
    assert not Connection.objects.exists()


def site_token(registry) -> str:
    """A token of the site itself, which reads anybody's public record."""
    data = {"grant_type": "client_credentials", "scope": "/read-public"}
    data |= {"client_id": registry.client_id, "client_secret": registry.client_secret}
    return requests.post(f"{registry.base_url}/oauth/token", data, timeout=5).json()["access_token"]


@pytest.mark.parametrize("alone", [True, False])
def test_the_sites_own_token_proves_nobodys_id(registry, new_person, alone) -> None:
    one, other = new_person(), new_person()
    rows = [Row(1, one.orcid, site_token(registry), scope=FULL)]
    rows += [] if alone else [a_row(registry, other, 2)]
    report = imports.run(rows, apply=True)
    assert report.lines[0].outcome is Outcome.REFUSED
    assert not Connection.objects.filter(orcid=one.orcid).exists()


def test_a_token_that_userinfo_does_not_name_is_tried_at_another_record(registry, new_person) -> None:
    one, other = new_person(), new_person()
    rows = [a_row(registry, one, 1, "/read-limited"), a_row(registry, other, 2)]
    assert outcomes(rows, apply=True) == [Outcome.IMPORTED, Outcome.IMPORTED]
    third = new_person()
    with pytest.raises(token_proof.Refused):
        token_proof.prove(third.orcid, a_row(registry, third, 1, "/read-limited").access_token, [])


def test_rows_are_matched_by_user_name_and_never_by_mail(registry, new_person, user) -> None:
    rows = [a_row(registry, new_person(), 1, account="nobody", email="ADA@example.edu")]
    report = imports.run(rows, apply=True)
    assert report.lines[0].outcome is Outcome.IMPORTED
    assert "“ada” has this e-mail address" in " ".join(report.lines[0].words)
    assert Connection.objects.get().user is None


@pytest.mark.parametrize("account", ["", "no-such-account"])
def test_an_id_that_an_account_has_is_not_said_to_be_nobodys(registry, person, user, account) -> None:
    attach(grant_for(registry, person), user)
    row = a_row(registry, person, account=account, email=user.email)
    for apply in (False, True):
        [line] = imports.run([row], apply=apply).lines
        said = " ".join(line.words)
        assert "The iD is connected to the account “ada” here, and stays so." in said
        assert "nobody" not in said
        assert "write that user name into the file" not in said
    assert Connection.objects.get().user == user


def test_one_bad_row_stops_no_other(registry, new_person, user) -> None:
    good, taken, gone = new_person(), new_person(), new_person()
    other = get_user_model().objects.create_user("eve", "eve@example.edu", "pw")
    get_user_model().objects.create_user("mal", "mal@example.edu", "pw")
    attach(grant_for(registry, taken), other)
    connections.disconnect(attach(grant_for(registry, gone), None))
    same = a_row(registry, new_person(), 6)
    rows = [
        Row(1, "", problems=("The ORCID iD is missing.",)),
        a_row(registry, taken, 2, account="mal"),
        a_row(registry, gone, 3),
        a_row(registry, new_person(), 4, environment="sandbox"),
        a_row(registry, new_person(), 5, client_id="APP-ANOTHER"),
        same,
        Row(7, same.orcid, same.access_token, scope=FULL),
        a_row(registry, good, 8, account="ada"),
        a_row(registry, good, 9, account="eve"),
        a_row(registry, new_person(), 10, account="ada"),
    ]
    expected = (
        [Outcome.REFUSED] * 5 + [Outcome.IMPORTED, Outcome.REFUSED, Outcome.IMPORTED] + [Outcome.REFUSED] * 2
    )
    report = imports.run(rows, apply=True)
    assert [line.outcome for line in report.lines] == expected
    words = [" ".join(line.words) for line in report.lines]
    for number, part in ((2, "another account"), (3, "disconnected"), (4, "sandbox"), (5, "another client")):
        assert part in words[number - 1]
    for number, part in ((7, "in row 6"), (9, "another account"), (10, "another iD")):
        assert part in words[number - 1]


def test_without_an_answer_a_row_is_left_for_the_next_time(registry, person) -> None:
    row = a_row(registry, person)
    fault(registry, method="GET", path_regex="/record$", status=503, times=0)
    assert outcomes([row], apply=True)[0] is Outcome.LEFT
    requests.delete(f"{registry.base_url}/_faults", timeout=5)
    assert outcomes([row], apply=True) == [Outcome.IMPORTED]


def test_when_the_time_is_over_the_rest_is_left_and_goes_on_the_next_time(registry, new_person) -> None:
    rows = [a_row(registry, new_person(), number) for number in (1, 2)]
    assert outcomes(rows, apply=True, seconds=-1) == [Outcome.LEFT, Outcome.LEFT]
    assert outcomes(rows, apply=True, seconds=60) == [Outcome.IMPORTED, Outcome.IMPORTED]


def test_an_id_whose_owner_is_being_asked_is_left_for_the_next_time(registry, person) -> None:
    connections.park(grant_for(registry, person))
    assert outcomes([a_row(registry, person)], apply=True) == [Outcome.LEFT]
    assert Connection.objects.get().state == Connection.State.DISCONNECTED


def test_items_that_waited_for_the_permission_go_on(registry, person) -> None:
    connection = attach(grant_for(registry, person, "openid"))
    item = OrcidItem.objects.create(
        connection=connection,
        environment="local",
        orcid=person.orcid,
        kind="work",
        key="k",
        message="<x/>",
        desired_hash="h",
        state=OrcidItem.State.NEEDS_ATTENTION,
        action="reconnect",
    )
    assert outcomes([a_row(registry, person)], apply=True) == [Outcome.IMPORTED]
    item.refresh_from_db()
    assert item.state == OrcidItem.State.WAITING


def test_no_token_is_in_report_log_or_history(registry, new_person, caplog, monkeypatch) -> None:
    caplog.set_level(logging.DEBUG)
    rows = [a_row(registry, new_person(), number) for number in (1, 2, 3)]
    secrets = [text for row in rows for text in (row.access_token, row.refresh_token)]
    rows[1] = Row(2, rows[0].orcid, rows[1].access_token, scope=FULL)  # a token of another iD

    def break_off(row: Row, *_: object) -> None:
        raise RuntimeError(f"broke off at {row.access_token}")

    report = imports.run(rows, apply=True)
    monkeypatch.setattr(imports, "_store", break_off)
    broken = imports.run([a_row(registry, new_person(), 4)], apply=True)
    assert broken.lines[0].outcome is Outcome.REFUSED
    calls = "".join(f"{call.path}{call.outcome}" for call in ApiCall.objects.all())
    everything = report.as_csv() + repr(report) + repr(rows) + broken.as_csv() + caplog.text + calls
    assert "broke off" in caplog.text
    assert not [secret for secret in secrets if secret in everything]


def test_the_report_runs_no_formula() -> None:
    line = imports.Line(1, "0000-0002-1825-0097", "=cmd()", Outcome.REFUSED, ("@SUM(1)",))
    text = imports.Report((line,), False).as_csv()
    assert "'=cmd()" in text
    assert "'@SUM(1)" in text


def test_a_row_without_a_date_says_so_in_the_ledger(registry, person) -> None:
    assert outcomes([a_row(registry, person, granted_at=None)], apply=True) == [Outcome.IMPORTED]
    consent = Consent.objects.get()
    assert "did not say when" in consent.text
    assert timezone.now() - consent.given_at < dt.timedelta(minutes=5)
