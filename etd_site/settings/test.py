"""Tests: quick passwords, mail in memory, a database that is SQLite or whatever ``DATABASE_URL`` names."""

import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

from .base import *
from .base import DATABASES, STORAGES, TASKS

SECRET_KEY = "only-for-tests-" + "x" * 40
DEBUG = False
ALLOWED_HOSTS = ["*"]
ORCID_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ETD_DEMO = False
ORCID_REDIRECT_URI = ""  # the host of the test client
ORCID_PROBE_SECONDS = 0  # tests that have no registry may still be sent to one
ORCID_QUIET_SECONDS = 0
ORCID_RATE, ORCID_BURST = 1000.0, 1000  # the registry on this machine need not be spared
TASKS["orcid"]["BACKEND"] = "django_tasks.backends.dummy.DummyBackend"  # the rows say what is due
WHITENOISE_AUTOREFRESH = True
ETD_OAI_AGE = 0.0  # what a test has just changed is to be seen
# Django cannot say what a prepared statement was, and tests want to know which queries there were.
DATABASES["default"].setdefault("OPTIONS", {}).pop("prepare_threshold", None)
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="etd-test-"))
STORAGES["default"]["OPTIONS"]["location"] = MEDIA_ROOT / "public"
STORAGES["theses"]["OPTIONS"]["location"] = MEDIA_ROOT / "theses"
