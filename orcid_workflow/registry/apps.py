"""The registry as an application of a project of its own (``settings.py`` beside this file)."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The one application of the registry's project."""

    name = "orcid_workflow.registry"
    label = "registry"
