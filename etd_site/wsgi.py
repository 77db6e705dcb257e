"""The WSGI entry point for a web server (gunicorn, uWSGI)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "etd_site.settings.production")

application = get_wsgi_application()
