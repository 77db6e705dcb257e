"""System checks: what is wrong with the settings is said when the site starts, not when a person connects."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from . import crypto

ENVIRONMENTS = ("local", "sandbox", "production")


@register
def check_settings(app_configs, **kwargs) -> list[CheckMessage]:
    """Check keys, environment and addresses."""
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
    return found
