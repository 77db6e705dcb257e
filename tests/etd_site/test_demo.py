"""The demo university: complete, and the same after it was loaded twice."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from etd_site.demo.people import PEOPLE
from submissions.models import Status, StatusChange, Submission


@pytest.fixture
def demo(db, settings, tmp_path):
    settings.ETD_DEMO = True
    settings.VAR_DIR = tmp_path
    call_command("demo", skip_checks=True)


def test_a_dozen_theses_in_every_status(demo):
    assert Submission.objects.count() == 12
    assert set(Submission.objects.values_list("status", flat=True)) == set(Status.values)


def test_three_people_for_each_role():
    for role in ("student", "member", "staff", "registrar", "manager"):
        assert {person.username for person in PEOPLE} >= {role, f"{role}2", f"{role}3"}


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
