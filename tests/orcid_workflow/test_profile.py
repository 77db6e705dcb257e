"""profile.py: a record is read, kept, and read again."""

import requests

from orcid_workflow import profile
from orcid_workflow.models import ApiCall

from .conftest import fault


def test_refresh_reads_and_stores(connection, person) -> None:
    facts = profile.refresh(connection)
    assert facts.display_name == person.name
    assert [fact.value for fact in facts.emails] == [
        f"p{person.name.split('Given')[1].split()[0]}@example.edu"
    ]
    assert [fact.value for fact in facts.countries] == ["CA"]
    assert facts.current_educations[0].organisation == "University of the North Shore"
    connection.refresh_from_db()
    assert profile.parse(connection.record) == facts
    assert connection.record_read_at
    call = ApiCall.objects.get(connection=connection, method="GET")
    assert (call.path, call.status) == (f"/{connection.orcid}/record", 200)


def test_a_name_that_was_hidden_or_changed_is_forgotten(connection, browser) -> None:
    profile.refresh(connection)
    assert connection.name in browser.get("/orcid/").content.decode()
    before, record = connection.name, connection.record
    changed = record | {"person": record["person"] | {"name": {"given-names": {"value": "Zoë"}}}}
    hidden = record | {
        "person": record["person"] | {"name": None}
    }  # what ORCID sends for "only me" (orcid.md §9)
    unread = {key: value for key, value in record.items() if key != "person"}
    for reading, name in ((changed, "Zoë"), (unread, "Zoë"), (hidden, "")):
        profile.store(connection, profile.Reading(reading, None))
        assert connection.name == name
        connection.refresh_from_db()
        assert connection.name == name
    page = browser.get("/orcid/").content.decode()
    assert before not in page
    assert "ORCID shows no name" in page


def test_without_an_answer_the_old_reading_stays(connection, registry) -> None:
    profile.refresh(connection)
    before = connection.record_read_at
    fault(registry, method="GET", path_regex="/record", status=500)
    assert profile.refresh(connection) is None
    connection.refresh_from_db()
    assert connection.record_read_at == before
    assert connection.record


def test_a_busy_registry_is_asked_again(connection, registry) -> None:
    fault(registry, method="GET", path_regex="/record", status=503)
    assert profile.refresh(connection)
    assert requests.get(f"{registry.base_url}/_faults", timeout=5).json()["faults"] == []
