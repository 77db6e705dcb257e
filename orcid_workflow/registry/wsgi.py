"""WSGI entry point of the registry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "orcid_workflow.registry.settings"
application = get_wsgi_application()
