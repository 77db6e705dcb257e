"""``manage.py check_orcid_setup``: a line a check, and an exit status for scripts."""

import pytest
from django.core.management import call_command

from tests.registry_process import REDIRECT_URI

pytestmark = pytest.mark.django_db


def test_it_ends_with_0_when_nothing_is_wrong(registry, settings, capsys) -> None:
    settings.ORCID_REDIRECT_URI = REDIRECT_URI
    settings.ORCID_ORGANISATION = ""
    call_command("check_orcid_setup")
    shown = capsys.readouterr().out
    assert "OK  Credentials: ORCID knows" in shown
    assert "0 problem(s)" in shown


def test_it_ends_with_1_and_says_what_to_do(registry, settings, capsys) -> None:
    settings.ORCID_CLIENT_SECRET = "wrong"
    with pytest.raises(SystemExit) as end:
        call_command("check_orcid_setup")
    assert end.value.code == 1
    shown = capsys.readouterr().out
    assert "Problem  Credentials" in shown
    assert "Compare ORCID_CLIENT_ID" in shown
