"""settings/production.py: what has to be said, and what follows from it."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

NEEDED = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "etd.example.edu",
    "ETD_BASE_URL": "https://etd.example.edu",
    "ETD_ENCRYPTION_KEYS": "a-key",
    "ORCID_CLIENT_ID": "APP-0123456789ABCDEF",
    "ORCID_CLIENT_SECRET": "a-secret",
    "EMAIL_URL": "smtp://mail.example.edu",
}
SHOW = (
    "from etd_site.settings import production as s;"
    "print(s.ORCID_ENVIRONMENT, s.ORCID_BASE_URL, s.ORCID_API_URL, s.ORCID_REDIRECT_URI)"
)


def read(values: dict[str, str]) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=kept | values, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "production https://orcid.org https://api.orcid.org/v3.0"),
        ({"ORCID_API_KIND": "public"}, "production https://orcid.org https://pub.orcid.org/v3.0"),
        (
            {"ORCID_ENVIRONMENT": "sandbox"},
            "sandbox https://sandbox.orcid.org https://api.sandbox.orcid.org/v3.0",
        ),
        (
            {"ORCID_API_URL": "https://proxy.example/v3.0"},
            "production https://orcid.org https://proxy.example/v3.0",
        ),
    ],
)
def test_the_addresses_of_orcid_follow_the_environment(more: dict[str, str], expected: str) -> None:
    done = read(NEEDED | more)
    assert done.stdout.strip() == f"{expected} https://etd.example.edu/orcid/callback/", done.stderr


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_stops_the_start_by_its_name(name: str) -> None:
    done = read({key: value for key, value in NEEDED.items() if key != name})
    assert done.returncode != 0
    assert name in done.stderr
