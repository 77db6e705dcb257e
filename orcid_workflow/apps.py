"""The app's configuration: system checks and the purpose every site has."""

from django.apps import AppConfig
from django.conf import settings

from .defaults import lay_under

lay_under(settings)  # before any module of the app, or of the site, reads them


class OrcidWorkflowConfig(AppConfig):
    """ORCID for any Django site: sign-in, reading a record, keeping items on it true."""

    name = "orcid_workflow"
    verbose_name = "ORCID"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, the purposes ``account`` and ``sign_in``, and who follows signals."""
        from . import account, checks, leaving, webhooks  # noqa: F401 - importing registers them
        from .visits import sign_in  # noqa: F401 - importing registers them
