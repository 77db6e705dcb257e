"""System checks: what is wrong with the settings is said when the site starts, not when a person connects."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from . import crypto, scopes
from .defaults import ADDRESSES
from .models.connections import Mode
from .visits import sign_in

ENVIRONMENTS = ("local", "sandbox", "production")
#: Settings that take one of a few words.
_WORDS = {
    "ORCID_API_KIND": (scopes.KINDS, "orcid_workflow.E006"),
    "ORCID_MODE": (tuple(Mode.values), "orcid_workflow.E007"),
    "ORCID_SIGN_IN": (sign_in.KINDS, "orcid_workflow.E009"),
}


@register
def check_settings(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Check keys, environment, addresses and the settings that take one of a few words. ``app_configs``: not looked at,
    the settings are those of the whole site.
    """
    found: list[CheckMessage] = []
    try:
        crypto.fernet()
    except ImproperlyConfigured as error:
        found.append(Error(str(error), id="orcid_workflow.E001"))
    if settings.ORCID_ENVIRONMENT not in ENVIRONMENTS:
        found.append(
            Error(f"ORCID_ENVIRONMENT must be one of {', '.join(ENVIRONMENTS)}.", id="orcid_workflow.E002")
        )
    for name in ("ORCID_BASE_URL", "ORCID_API_URL"):
        address = getattr(settings, name)
        if address.endswith("/"):
            found.append(Error(f"{name} must not end in a slash.", id="orcid_workflow.E003"))
        if settings.ORCID_ENVIRONMENT != "local" and not address.startswith("https://"):
            found.append(Error(f"{name} must begin with https://.", id="orcid_workflow.E004"))
    found += _words()
    found += _hosts()
    if redirect_uri := getattr(settings, "ORCID_REDIRECT_URI", ""):
        address = urlsplit(redirect_uri)
        schemes = ("http", "https") if settings.ORCID_ENVIRONMENT == "local" else ("https",)
        path = reverse("orcid:callback")
        if address.scheme not in schemes or not address.hostname or not address.path.endswith(path):
            found.append(
                Error(
                    f"ORCID_REDIRECT_URI must be a full address that begins with {schemes[-1]}:// and ends in {path}, "
                    "as it is registered at ORCID.",
                    id="orcid_workflow.E005",
                )
            )
    if settings.SESSION_COOKIE_SAMESITE == "Strict":
        found.append(
            Warning(
                "SESSION_COOKIE_SAMESITE is Strict: browsers send no session when ORCID sends a person back, "
                "so that nobody can connect. Use Lax.",
                id="orcid_workflow.W001",
            )
        )
    if scopes.is_public() and getattr(settings, "ORCID_WEBHOOKS", False):
        found.append(
            Warning(
                "ORCID_WEBHOOKS is on, but ORCID_API_KIND is public: webhooks are for members, so none is registered.",
                id="orcid_workflow.W002",
            )
        )
    return found


def _words() -> Iterator[CheckMessage]:
    """Words that mean nothing."""
    for name, (known, code) in _WORDS.items():
        value = getattr(settings, name, known[0])
        if value not in known:
            yield Error(f"{name} is {value!r}; it must be one of {', '.join(known)}.", id=code)


def _hosts() -> Iterator[CheckMessage]:
    """Addresses of another environment, or of the other API: iDs would be of one world and calls go to the other."""
    kind = getattr(settings, "ORCID_API_KIND", scopes.MEMBER)
    if settings.ORCID_ENVIRONMENT != "local":
        addresses = ADDRESSES.get((settings.ORCID_ENVIRONMENT, kind), ())
        for name, address in zip(("ORCID_BASE_URL", "ORCID_API_URL"), addresses, strict=False):
            host, expected = urlsplit(getattr(settings, name)).hostname, urlsplit(address).hostname
            if host != expected:
                yield Error(
                    f"{name} is at {host}, but with ORCID_ENVIRONMENT={settings.ORCID_ENVIRONMENT} and "
                    f"ORCID_API_KIND={kind} it must be at {expected}.",
                    id="orcid_workflow.E008",
                )
    else:
        for name in ("ORCID_BASE_URL", "ORCID_API_URL"):
            if f".{urlsplit(getattr(settings, name)).hostname}".endswith(".orcid.org"):
                yield Error(
                    f"{name} leads to ORCID itself, but ORCID_ENVIRONMENT is local. Set it to sandbox or production.",
                    id="orcid_workflow.E008",
                )
    if settings.ORCID_ENVIRONMENT != "local" and urlsplit(settings.ORCID_API_URL).path != "/v3.0":
        yield Error(
            "ORCID_API_URL must end in /v3.0, the version that is written here.", id="orcid_workflow.E010"
        )
