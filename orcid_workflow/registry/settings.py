"""Settings of the registry process. What varies comes from the environment (``__main__`` fills it in)."""

import json
import os
import secrets
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent

# Nothing but sign-ins at the registry depends on this key; a restart signs people out and that is all.
SECRET_KEY = secrets.token_urlsafe(48)
DEBUG = False
# The registry is for this machine alone. Redirects and the id_token issuer follow the Host header, so it is
# limited.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = ["django.contrib.sessions", "orcid_workflow.registry.apps.RegistryConfig"]
MIDDLEWARE = [
    "orcid_workflow.registry.faults.FaultMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
X_FRAME_OPTIONS = "SAMEORIGIN"
ROOT_URLCONF = "orcid_workflow.registry.urls"
WSGI_APPLICATION = "orcid_workflow.registry.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "orcid_workflow.registry.sessions.signed_in_person",
            ]
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("REGISTRY_DB", "registry.sqlite3"),
        # A caller's connection has a thread of its own, and the thread's database connection goes with it.
        "CONN_MAX_AGE": None,
        # The write lock is taken when a transaction starts, so two POSTs of one identifier cannot both pass
        # the duplicate check.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["orcid_workflow.registry.passwords.QuickScrypt"]

# Cookies do not know ports: a site on another port of this host must not share these.
SESSION_COOKIE_NAME = "registry_session"
CSRF_COOKIE_NAME = "registry_csrf"
SESSION_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "registry %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}

# --- The registry ---
REGISTRY_CLIENT_ID = os.environ.get("ORCID_CLIENT_ID", "APP-LOCALETD00000001")
REGISTRY_CLIENT_SECRET = os.environ.get("ORCID_CLIENT_SECRET", "local-secret")
REGISTRY_CLIENT_NAME = os.environ.get("REGISTRY_CLIENT_NAME", "Thesis office")
REGISTRY_REDIRECT_URIS = os.environ.get(
    "ORCID_REDIRECT_URIS", "http://127.0.0.1:*/orcid/callback/ http://localhost:*/orcid/callback/"
).split()
REGISTRY_CLIENT_KIND = os.environ.get("REGISTRY_CLIENT_KIND", "member")
REGISTRY_SWITCHES = json.loads(os.environ.get("REGISTRY_SWITCHES", "{}"))  # see switches.py
REGISTRY_FAULTS = os.environ.get("REGISTRY_FAULTS") == "1"
REGISTRY_SCHEMAS = Path(os.environ.get("ETD_SCHEMAS", PACKAGE.parents[2] / "shared" / "schemas"))
