"""The Django project itself as an app: branding, home and guidance pages, and what every page shares."""

from django.apps import AppConfig


class EtdSiteConfig(AppConfig):
    """Configuration of the ``etd_site`` app."""

    name = "etd_site"
    verbose_name = "Site"
    default_auto_field = "django.db.models.BigAutoField"
