"""Names that harvesters refuse, found when the site starts."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from . import names

_WORKPLACES = ("localhost", "127.0.0.1", "::1")


@register()
def names_hold(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Identifiers need a domain name of letters, and somebody has to be there to write to."""
    found = []
    host = urlsplit(settings.ETD_BASE_URL).hostname or ""
    wanted = settings.ETD_OAI_REPOSITORY_ID or host
    if not names.is_repository_id(wanted) and wanted not in _WORKPLACES:
        found.append(
            Warning(
                f"OAI-PMH identifiers cannot be made of “{wanted}”, so they are made of “{names.NO_DOMAIN}”.",
                hint="Set ETD_OAI_REPOSITORY_ID to a domain name of yours whose parts begin with letters.",
                id="submissions.W001",
            )
        )
    if not names.is_email(names.admin_email()):
        found.append(
            Warning(
                f"Harvesters refuse “{names.admin_email()}” as the address of the repository's administrator.",
                hint="Set ETD_OAI_ADMIN_EMAIL to an address of the form name@example.edu.",
                id="submissions.W002",
            )
        )
    return found
