from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The one application of the registry's project."""

    name = "orcid_workflow.registry"
    label = "registry"
