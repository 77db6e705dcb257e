"""Names and sizes that harvesters refuse, found when the site starts."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from . import names

#: OpenAIRE asks for pages of 100 to 500 records; validators throw answers of more than 100 MB away (metadata.md §7).
LONGEST_PAGE = 500
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


@register()
def pages_hold(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A page has records, and not so many that harvesters throw it away."""
    size = settings.ETD_OAI_PAGE_SIZE
    if size < 1:
        return [
            Error(
                f"ETD_OAI_PAGE_SIZE is {size}, so that no answer to a harvester would hold a record.",
                hint="Take 100.",
                id="submissions.E003",
            )
        ]
    if size > LONGEST_PAGE:
        return [
            Warning(
                f"ETD_OAI_PAGE_SIZE is {size}. Harvesters ask for {LONGEST_PAGE} records at the most in one answer.",
                hint="Take 100.",
                id="submissions.W003",
            )
        ]
    return []
