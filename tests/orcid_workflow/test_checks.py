"""checks.py: settings that are wrong are said at start."""

import pytest

from orcid_workflow.checks import check_settings


def test_the_settings_of_this_run_are_good() -> None:
    assert check_settings(None) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ORCID_ENCRYPTION_KEYS", [], "orcid_workflow.E001"),
        ("ORCID_ENCRYPTION_KEYS", ["nonsense"], "orcid_workflow.E001"),
        ("ORCID_ENVIRONMENT", "prod", "orcid_workflow.E002"),
        ("ORCID_API_URL", "http://localhost:8001/v3.0/", "orcid_workflow.E003"),
        ("ORCID_REDIRECT_URI", "/orcid/callback/", "orcid_workflow.E005"),
        ("ORCID_REDIRECT_URI", "etd.example.edu/orcid/callback/", "orcid_workflow.E005"),
        ("ORCID_REDIRECT_URI", "https://etd.example.edu/orcid/", "orcid_workflow.E005"),
        ("SESSION_COOKIE_SAMESITE", "Strict", "orcid_workflow.W001"),
    ],
)
def test_each_fault_has_a_name(settings, name: str, value: object, expected: str) -> None:
    setattr(settings, name, value)
    assert expected in [message.id for message in check_settings(None)]


def test_outside_the_machine_only_https(settings) -> None:
    settings.ORCID_ENVIRONMENT = "sandbox"
    settings.ORCID_BASE_URL = "http://sandbox.orcid.org"
    assert "orcid_workflow.E004" in [message.id for message in check_settings(None)]


def test_the_redirect_uri_needs_https_there_too_and_may_be_left_out(settings) -> None:
    settings.ORCID_ENVIRONMENT = "sandbox"
    settings.ORCID_REDIRECT_URI = "http://etd.example.edu/orcid/callback/"
    assert "orcid_workflow.E005" in [message.id for message in check_settings(None)]
    for good in ("", "https://etd.example.edu/orcid/callback/"):
        settings.ORCID_REDIRECT_URI = good
        assert "orcid_workflow.E005" not in [message.id for message in check_settings(None)]
