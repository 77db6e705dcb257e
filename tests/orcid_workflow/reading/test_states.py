"""reading/states.py: what the matter is with a record, told apart, as the registry says it."""

import pytest

from orcid_workflow import connections, profile
from orcid_workflow.models import ApiCall, Connection
from orcid_workflow.profile import State, standing

from ..conftest import attach, calls, fault, grant_for
from ..documents import OWNER, record

RecordState = Connection.RecordState


def _read(registry, connection: Connection, **status: str) -> profile.Profile | None:
    """Set the record's state at the registry, read it, and look at our row afresh."""
    registry.control("status", orcid=connection.orcid, **status)
    facts = profile.refresh(connection)
    connection.refresh_from_db()
    return facts


@pytest.mark.parametrize("status", ["locked", "deactivated", "unclaimed"])
def test_a_closed_record_is_said_and_what_was_read_stays(connection, registry, status) -> None:
    profile.refresh(connection)
    assert standing(connection).state is State.FINE
    before = connection.record
    assert _read(registry, connection, status=status) is None
    assert connection.record_state == status
    assert connection.record == before
    how = standing(connection)
    assert (how.state, how.is_closed) == (State(status), True)
    assert how.person
    assert how.staff
    assert _read(registry, connection, status="active")
    assert connection.record_state == RecordState.OPEN
    assert standing(connection).state is State.FINE


def test_a_merged_record_is_followed_once_and_kept(connection, registry, new_person) -> None:
    other = new_person()
    assert _read(registry, connection, status="deprecated", primary=other.orcid) is None
    assert (connection.record_state, connection.primary_orcid) == (RecordState.DEPRECATED, other.orcid)
    assert connection.record is None
    # Our token is for the old iD: ORCID does not take it for the new one, and we do not go on asking.
    assert [call[2] for call in calls(registry, connection.orcid) if call[1] == "/record"] == [301]
    assert [call[1:] for call in calls(registry, other.orcid)] == [("/record", 401)]
    how = standing(connection)
    assert how.state is State.DEPRECATED
    assert other.orcid in how.person
    assert other.orcid in how.staff
    assert connection.is_connected, "the token is as good as before"


def test_a_chain_of_merged_records_is_not_followed(connection, registry, new_person) -> None:
    second, third = new_person(), new_person()
    registry.control("status", orcid=second.orcid, status="deprecated", primary=third.orcid)
    assert _read(registry, connection, status="deprecated", primary=second.orcid) is None
    assert connection.primary_orcid == second.orcid
    assert calls(registry, third.orcid) == []


def test_an_old_shell_of_a_deactivated_record(connection) -> None:
    shell = {"name": {"given-names": {"value": "Given Names Deactivated"}, "family-name": None}}
    reading = profile.Reading({"orcid-identifier": {"path": connection.orcid}, "person": shell}, None)
    profile.store(connection, reading)
    connection.refresh_from_db()
    assert connection.record_state == RecordState.DEACTIVATED
    assert standing(connection).state is State.DEACTIVATED


def test_hidden_names_are_no_fault(connection, registry, person) -> None:
    facts = _read(registry, connection, name_visibility="private")
    assert facts.display_name == ""
    assert connection.record_state == RecordState.OPEN
    how = standing(connection)
    assert (how.state, how.is_closed) == (State.NAMES_HIDDEN, False)
    assert connection.orcid == person.orcid


def test_a_family_name_may_be_missing(connection, registry) -> None:
    facts = _read(registry, connection, family_name="")
    assert (facts.family, facts.name_state) == ("", profile.NameState.SHOWN)
    assert standing(connection).state is State.FINE


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda data: data["person"].update(name=None), State.NAMES_HIDDEN),
        (lambda data: data["person"].update(name={"given-names": None}), State.NO_NAME),
        (lambda data: data["history"].update(claimed=False), State.UNCLAIMED),
        (
            lambda data: data["history"].update({"deactivation-date": {"value": 1700000000000}}),
            State.DEACTIVATED,
        ),
        (lambda data: data.update({"person": {"name": None}, "activities-summary": None}), State.PRIVATE),
        (lambda data: None, State.FINE),
    ],
)
def test_what_a_stored_record_says(change, state) -> None:
    data = record()
    change(data)
    assert standing(Connection(orcid=OWNER, record=data)).state is state


def test_without_a_reading_nothing_is_said_of_the_record() -> None:
    assert standing(Connection(orcid=OWNER)).state is State.UNREAD


def test_every_state_has_words_for_both() -> None:
    from orcid_workflow.reading.states import _WORDS

    assert set(_WORDS) == set(State)
    assert {state for state, words in _WORDS.items() if not all(words)} == {State.FINE}
    assert {choice.value for choice in RecordState} <= {state.value for state in State} | {"open"}


def test_who_disconnected_while_we_read_is_not_kept(connection, registry) -> None:
    reading = profile.fetch(connection.orcid, connection.live_tokens()[0].access_token)
    connections.disconnect(Connection.objects.get(pk=connection.pk))
    profile.store(connection, reading)
    connection.refresh_from_db()
    assert connection.record is None


def test_text_that_no_database_takes_is_kept_without_it(connection) -> None:
    data = record()
    data["person"]["biography"]["content"] = "a\x00b\ud800c"
    data["person"]["\x00"] = float("nan")
    profile.store(connection, profile.Reading(data, None))
    connection.refresh_from_db()
    assert connection.record["person"]["biography"]["content"] == "abc"
    assert profile.parse(connection.record).biography == "abc"


def test_a_record_without_an_answer_keeps_its_state(connection, registry) -> None:
    _read(registry, connection, status="locked")
    fault(registry, method="GET", path_regex="/record", status=500)
    profile.refresh(connection)
    connection.refresh_from_db()
    assert connection.record_state == RecordState.LOCKED


def test_the_redirect_is_never_followed_to_another_host(connection, registry, person) -> None:
    """A token is sent to the API of the settings and nowhere else: the calls in the history name paths there."""
    _read(registry, connection, status="deprecated", primary=OWNER)
    paths = set(ApiCall.objects.filter(method="GET").values_list("path", flat=True))
    assert paths == {f"/{connection.orcid}/record", f"/{OWNER}/record"}


@pytest.mark.django_db
def test_a_new_sign_in_reads_again(registry, person, user) -> None:
    connection = attach(grant_for(registry, person), user)
    assert standing(connection).state is State.UNREAD
    profile.store(connection, profile.fetch(person.orcid, connection.live_tokens()[0].access_token))
    assert standing(connection).state is State.FINE
