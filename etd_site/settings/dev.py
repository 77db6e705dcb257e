"""A workplace and the demo: SQLite, mail in files and secrets made on the first start, all under ``var/``."""

from ..demo.places import known
from .base import *
from .base import DATABASES, ETD_BASE_URL, ETD_TARGETS, VAR_DIR, env
from .local_secrets import load_or_create

DEBUG = env.bool("DEBUG", default=False)
_secrets = load_or_create(VAR_DIR / "secrets.json")
SECRET_KEY = env.str("SECRET_KEY", default=_secrets["SECRET_KEY"])
ORCID_ENCRYPTION_KEYS = env.list("ETD_ENCRYPTION_KEYS", default=_secrets["ETD_ENCRYPTION_KEYS"])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [ETD_BASE_URL]

# Mail goes into files, and /demo/mail/ shows them: the demo needs no mail server.
ETD_DEMO = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
WHITENOISE_USE_FINDERS = True
AUTH_PASSWORD_VALIDATORS = []
# An import beside ``make run`` must wish for the same places as the site does.
ETD_TARGETS = ETD_TARGETS or known.told(VAR_DIR)
ORCID_QUIET_SECONDS = env.int("ORCID_QUIET_SECONDS", default=0)  # a demo shows what happens while one looks

__all__ = ["DATABASES"]
