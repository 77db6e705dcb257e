"""in_words.py: what happened, when something is sent, and what the matter is, in sentences."""

import datetime as dt

import pytest
from django.utils import timezone

from orcid_workflow.models import ApiCall, Connection, OrcidItem
from orcid_workflow.pages.in_words import call_in_words, modes, permissions, record_in_words, sent_when

from ..conftest import attach, grant_for

ID = "0000-0002-1825-0097"
KELP = OrcidItem(title="On Kelp")


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "item", "sentence"),
    [
        ("GET", f"/{ID}/record", 200, "", None, "We read your record."),
        ("GET", f"/{ID}/record", None, "", None, "We tried to read your record: no answer arrived."),
        ("GET", f"/{ID}/works", 200, "", None, "We read the list of works on your record."),
        ("GET", f"/{ID}/works/1,2", 200, "", None, "We read works on your record in full."),
        ("GET", f"/{ID}/educations", 200, "", None, "We read your education."),
        ("GET", f"/{ID}/person?x=1", 200, "", None, "We read a part of your record."),
        ("POST", f"/{ID}/work", 201, "", KELP, "We added “On Kelp” to your record."),
        ("POST", f"/{ID}/education", 201, "", None, "We added an entry to your record."),
        ("PUT", f"/{ID}/work/12", 200, "", KELP, "We corrected “On Kelp” on your record."),
        ("DELETE", f"/{ID}/work/12", 204, "", KELP, "We took “On Kelp” off your record."),
        (
            "PUT",
            f"/{ID}/work/12",
            404,
            "9016",
            KELP,
            "We tried to correct “On Kelp” on your record: it was no longer there.",
        ),
        (
            "POST",
            f"/{ID}/work",
            409,
            "9021",
            KELP,
            "We tried to add “On Kelp” to your record: it was there already.",
        ),
        (
            "POST",
            f"/{ID}/work",
            409,
            "9044",
            KELP,
            "We tried to add “On Kelp” to your record: the record is deactivated.",
        ),
        (
            "POST",
            f"/{ID}/work",
            401,
            "invalid_token",
            KELP,
            "We tried to add “On Kelp” to your record: ORCID did not accept our permission.",
        ),
        ("POST", f"/{ID}/work", 503, "", KELP, "We tried to add “On Kelp” to your record: ORCID was busy."),
        (
            "POST",
            f"/{ID}/work",
            500,
            "9008",
            KELP,
            "We tried to add “On Kelp” to your record: ORCID had a fault of its own.",
        ),
        (
            "POST",
            f"/{ID}/work",
            400,
            "9001",
            KELP,
            "We tried to add “On Kelp” to your record: ORCID did not accept it.",
        ),
        ("POST", "/oauth/revoke", 200, "", None, "We gave a permission back to ORCID."),
        (
            "PUT",
            f"/{ID}/webhook/https%3A%2F%2Fx.example%2Forcid%2Fhook%2Fk%2F",
            201,
            "",
            None,
            "We asked ORCID to tell us when your record changes.",
        ),
        ("BREW", "/coffee", 200, "", None, "We called ORCID."),
    ],
)
def test_calls(method: str, path: str, status: int | None, code: str, item, sentence: str) -> None:
    call = ApiCall(method=method, path=path, status=status, error_code=code, item=item, outcome="SECRET")
    assert call_in_words(call) == sentence


def test_a_title_with_braces_is_only_a_title() -> None:
    call = ApiCall(method="POST", path=f"/{ID}/work", status=201, item=OrcidItem(title="{what} {0} {"))
    assert call_in_words(call) == "We added “{what} {0} {” to your record."


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("locked", "locked"),
        ("deactivated", "deactivated"),
        ("deprecated", "merged"),
        ("unclaimed", "not yet claimed"),
    ],
)
def test_what_is_the_matter_with_a_record(state: str, words: str) -> None:
    assert words in record_in_words(Connection(record_state=state)).title


def test_nothing_is_the_matter_with_an_open_record() -> None:
    assert record_in_words(Connection(record_state="open")) is None


def a_waiting_item(**values) -> OrcidItem:
    connection = Connection(scope=values.pop("scope", "/activities/update"))
    return OrcidItem(connection=connection, state="waiting", **{"desired_hash": "h"} | values)


@pytest.mark.django_db
def test_when_something_is_sent(settings) -> None:
    settings.TIME_ZONE = "UTC"
    moment = dt.datetime(2026, 5, 7, 2, 0, tzinfo=dt.UTC)
    now = moment - dt.timedelta(hours=5)
    assert sent_when(a_waiting_item(next_try_at=moment), now) == "It is sent after 7 May 2026, 02:00 UTC."
    assert sent_when(a_waiting_item(next_try_at=moment, desired_hash=""), now).startswith(
        "It is taken off after"
    )
    assert sent_when(a_waiting_item(next_try_at=moment), moment) == "It is sent within the next minutes."
    assert "given us permission" in sent_when(a_waiting_item(scope="openid"))
    assert sent_when(a_waiting_item(next_try_at=moment, reason="It is sent at night: …"), now) == ""
    assert sent_when(a_waiting_item(next_try_at=moment, reason="ORCID was busy.", action="retry"), now)
    assert sent_when(OrcidItem(state="sent")) == ""


def test_the_mode_is_the_persons_own_or_else_the_sites(settings) -> None:
    settings.ORCID_MODE, settings.ORCID_NIGHT_HOUR, settings.ORCID_QUIET_SECONDS = "nightly", 3, 3600
    assert [one.value for one in modes(Connection()) if one.chosen] == ["nightly"]
    shown = list(modes(Connection(mode="manual")))
    assert [one.value for one in shown if one.chosen] == ["manual"]
    assert "within an hour" in shown[0].help
    assert "after 03:00" in shown[1].help


def test_a_permission_counts_from_the_oldest_sign_in_that_still_gives_it(registry, person, user) -> None:
    row = attach(grant_for(registry, person, "openid"), user)
    attach(grant_for(registry, person, "openid /activities/update"), user)
    old, new = row.tokens.order_by("pk")
    old.created_at = timezone.now() - dt.timedelta(days=9)
    old.save(update_fields=["created_at"])
    found = {one.words: one.since for one in permissions(row)}
    assert found["confirm your ORCID iD"] == old.created_at
    assert (
        found["add works and affiliations to your record, and keep or remove what we added"] == new.created_at
    )
    old.revoked_at = timezone.now()
    old.save(update_fields=["revoked_at"])
    assert {one.since for one in permissions(row)} == {new.created_at}
