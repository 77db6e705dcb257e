"""The configuration of the desk."""

from django.apps import AppConfig


class OrcidDeskConfig(AppConfig):
    """Connections, items, history, import and set-up check for the office."""

    name = "orcid_workflow.desk"
    label = "orcid_desk"
    verbose_name = "ORCID desk"
    default_auto_field = "django.db.models.BigAutoField"
