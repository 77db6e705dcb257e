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
        ("ORCID_API_KIND", "basic", "orcid_workflow.E006"),
        ("ORCID_BASE_URL", "https://orcid.org", "orcid_workflow.E008"),
        ("ORCID_API_URL", "https://api.sandbox.orcid.org/v3.0", "orcid_workflow.E008"),
        ("ORCID_MODE", "weekly", "orcid_workflow.E007"),
        ("ORCID_SIGN_IN", "staff", "orcid_workflow.E009"),
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


GOOD = {
    ("production", "member"): ("https://orcid.org", "https://api.orcid.org/v3.0"),
    ("production", "public"): ("https://orcid.org", "https://pub.orcid.org/v3.0"),
    ("sandbox", "member"): ("https://sandbox.orcid.org", "https://api.sandbox.orcid.org/v3.0"),
    ("sandbox", "public"): ("https://sandbox.orcid.org", "https://pub.sandbox.orcid.org/v3.0"),
}


@pytest.mark.parametrize("wanted", GOOD)
@pytest.mark.parametrize("given", GOOD)
def test_environment_api_and_addresses_belong_together(settings, wanted, given) -> None:
    settings.ORCID_ENVIRONMENT, settings.ORCID_API_KIND = wanted
    settings.ORCID_BASE_URL, settings.ORCID_API_URL = GOOD[given]
    found = [message for message in check_settings(None) if message.id == "orcid_workflow.E008"]
    assert bool(found) is (wanted != given)
    assert all(setting in str(found) for setting in ("ORCID_ENVIRONMENT", "ORCID_API_KIND") if found)


@pytest.mark.parametrize(
    "address", ["https://orcid.org/v3.0", "https://api.orcid.org", "https://api.orcid.org/v2.1"]
)
def test_the_api_is_neither_the_website_nor_another_version(settings, address: str) -> None:
    """A call to the website gives HTML, one without a version is led elsewhere (orcid.md §1)."""
    settings.ORCID_ENVIRONMENT = "production"
    settings.ORCID_BASE_URL, settings.ORCID_API_URL = "https://orcid.org", address
    found = {message.id for message in check_settings(None)}
    assert found & {"orcid_workflow.E008", "orcid_workflow.E010"}


def test_webhooks_without_a_membership(settings) -> None:
    settings.ORCID_WEBHOOKS = True
    assert "orcid_workflow.W002" not in [message.id for message in check_settings(None)]
    settings.ORCID_API_KIND = "public"
    assert "orcid_workflow.W002" in [message.id for message in check_settings(None)]
