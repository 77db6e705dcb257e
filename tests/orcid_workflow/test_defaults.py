"""defaults.py: every setting the app reads has a default, and the addresses fit environment and API."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from orcid_workflow.defaults import ADDRESSES, DEFAULTS, lay_under

APP = Path(__file__).resolve().parents[2] / "orcid_workflow"


def test_every_setting_that_is_read_has_a_default() -> None:
    read = {
        name
        for path in APP.rglob("*.py")
        if "registry" not in path.parts
        for name in re.findall(r"settings(?:\.|, \")(ORCID_[A-Z_]+)", path.read_text())
    }
    assert len(read) > 15
    assert read <= DEFAULTS.keys() | {"ORCID_BASE_URL", "ORCID_API_URL", "ORCID_RATE"}


@pytest.mark.parametrize(("environment", "kind"), ADDRESSES)
def test_addresses_fit(environment: str, kind: str) -> None:
    site = SimpleNamespace(ORCID_ENVIRONMENT=environment, ORCID_API_KIND=kind)
    lay_under(site)
    assert ADDRESSES[environment, kind] == (site.ORCID_BASE_URL, site.ORCID_API_URL)
    assert (
        ("sandbox" in site.ORCID_BASE_URL) == ("sandbox" in site.ORCID_API_URL) == (environment == "sandbox")
    )
    if environment != "local":
        assert site.ORCID_API_URL.startswith("https://pub." if kind == "public" else "https://api.")


def test_what_the_site_says_stands() -> None:
    site = SimpleNamespace(
        ORCID_ENVIRONMENT="production", ORCID_API_URL="https://proxy.example/v3.0", ORCID_RATE=1
    )
    lay_under(site)
    assert (site.ORCID_API_URL, site.ORCID_RATE) == ("https://proxy.example/v3.0", 1)
    assert site.ORCID_BASE_URL == "https://orcid.org"


def test_an_environment_that_is_none_is_left_to_the_system_check() -> None:
    site = SimpleNamespace(ORCID_ENVIRONMENT="staging")
    lay_under(site)
    assert site.ORCID_BASE_URL == ""
