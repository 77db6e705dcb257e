"""The submissions app: a thesis from its first draft to the world."""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """Connects signals and ORCID purposes; turns the stock workflow mails off."""

    name = "submissions"
    verbose_name = "Thesis submissions"

    def ready(self) -> None:
        """Import what registers itself. Done here because models must be loaded first."""
        from . import checks, orcid_purposes, signals, typed_texts  # noqa: F401
        from .api import checks as api_checks  # noqa: F401
        from .outlets.delivery import checks as delivery_checks  # noqa: F401
        from .outlets.oai import checks as oai_checks  # noqa: F401
        from .review import stock_mails

        stock_mails.turn_off()
