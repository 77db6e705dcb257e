"""The demo university: complete, and the same after it was loaded twice."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from etd_site.demo.people import CLIENT_SCOPES, PEOPLE
from orcid_workflow.models import Connection
from submissions.models import Status, StatusChange, Submission


@pytest.fixture
def demo(db, settings, tmp_path):
    settings.ETD_DEMO = True
    settings.VAR_DIR = tmp_path
    call_command("demo", skip_checks=True)


def test_a_dozen_theses_in_every_status(demo):
    assert Submission.objects.count() == 12
    assert set(Submission.objects.values_list("status", flat=True)) == set(Status.values)


def test_one_was_public_and_is_withdrawn_so_that_there_is_a_tombstone(demo, client):
    submission = Submission.objects.get(status=Status.WITHDRAWN)
    assert submission.published_at
    answer = client.get(submission.page.url)
    assert answer.status_code == 410
    assert "This thesis was withdrawn on" in answer.content.decode()


def test_three_people_for_each_role():
    for role in ("student", "member", "staff", "registrar", "manager"):
        assert {person.username for person in PEOPLE} >= {role, f"{role}2", f"{role}3"}


def test_committee_members_permitted_nothing_but_to_know_their_id(demo, settings):
    there = {
        one["username"]: one for one in json.loads((settings.VAR_DIR / "registry-people.json").read_text())
    }
    for person in PEOPLE:
        if person.connected:
            connection = Connection.objects.get(orcid=person.orcid)
            token = connection.tokens.get()
            found = {connection.scope, token.scope, there[person.username]["tokens"][0]["scope"]}
            assert found == {"openid" if person.role == "committee member" else CLIENT_SCOPES}


def test_loading_again_changes_nothing(demo, settings):
    def counts():
        people = (settings.VAR_DIR / "registry-people.json").read_text()
        return StatusChange.objects.count(), get_user_model().objects.count(), people

    before = counts()
    call_command("demo", skip_checks=True)
    assert counts() == before


def test_accounts_with_a_known_password_are_refused_elsewhere(db):
    with pytest.raises(CommandError, match="not on this site"):
        call_command("demo", skip_checks=True)
