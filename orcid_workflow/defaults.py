"""Settings a site need not make: what holds without them. A table, and how it is laid under the site's own settings."""

from typing import Any

#: Where ORCID is (orcid.md §1), by ``ORCID_ENVIRONMENT`` and ``ORCID_API_KIND``: sign-in site and API.
ADDRESSES: dict[tuple[str, str], tuple[str, str]] = {
    ("sandbox", "member"): ("https://sandbox.orcid.org", "https://api.sandbox.orcid.org/v3.0"),
    ("sandbox", "public"): ("https://sandbox.orcid.org", "https://pub.sandbox.orcid.org/v3.0"),
    ("production", "member"): ("https://orcid.org", "https://api.orcid.org/v3.0"),
    ("production", "public"): ("https://orcid.org", "https://pub.orcid.org/v3.0"),
    # The local registry serves both from one address.
    ("local", "member"): ("http://localhost:8001", "http://localhost:8001/v3.0"),
    ("local", "public"): ("http://localhost:8001", "http://localhost:8001/v3.0"),
}

#: Calls a second, by ``ORCID_API_KIND`` (orcid.md §17).
RATES = {"member": 24.0, "public": 12.0}

#: What holds when a site says nothing. Credentials and keys have no default: without them nothing can be meant.
DEFAULTS: dict[str, Any] = {
    "ORCID_ENVIRONMENT": "sandbox",
    "ORCID_API_KIND": "member",
    "ORCID_CLIENT_ID": "",
    "ORCID_CLIENT_SECRET": "",
    "ORCID_ENCRYPTION_KEYS": [],
    "ORCID_REDIRECT_URI": "",
    "ORCID_TIMEOUT_SECONDS": 10.0,
    "ORCID_PROBE_SECONDS": 3.0,
    "ORCID_MODE": "automatic",
    "ORCID_NIGHT_HOUR": 2,
    "ORCID_QUIET_SECONDS": 3600,
    "ORCID_BURST": 40,
    "ORCID_BUDGET_FILE": "",
    "ORCID_CIRCUIT_FAILURES": 3,
    "ORCID_CIRCUIT_SECONDS": 60,
    "ORCID_FORCE_LOGIN": False,
    "ORCID_SIGN_IN": "students",
    "ORCID_WEBHOOKS": False,
    "ORCID_HISTORY_DAYS": 730,
    "ORCID_ORGANISATION": "",
}


def lay_under(settings: Any) -> None:
    """Give ``settings`` (``django.conf.settings``) every value of ``DEFAULTS`` that the site has not set, and the
    addresses that belong to its environment and API.
    """
    for name, value in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
    if not hasattr(settings, "ORCID_RATE"):
        settings.ORCID_RATE = RATES.get(settings.ORCID_API_KIND, min(RATES.values()))
    addresses = ADDRESSES.get((settings.ORCID_ENVIRONMENT, settings.ORCID_API_KIND), ("", ""))
    for name, address in zip(("ORCID_BASE_URL", "ORCID_API_URL"), addresses, strict=True):
        if not hasattr(settings, name):
            setattr(settings, name, address)
