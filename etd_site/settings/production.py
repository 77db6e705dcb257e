"""Production: nothing secret has a default, so that a missing variable stops the start and not a student."""

from orcid_workflow.defaults import ADDRESSES

from .base import *
from .base import DATABASES, ORCID_API_KIND, STORAGES, env

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
ETD_BASE_URL = env.str("ETD_BASE_URL").rstrip("/")
WAGTAILADMIN_BASE_URL = ETD_BASE_URL
ORCID_REDIRECT_URI = f"{ETD_BASE_URL}/orcid/callback/"
CSRF_TRUSTED_ORIGINS = [ETD_BASE_URL]
ORCID_ENCRYPTION_KEYS = env.list("ETD_ENCRYPTION_KEYS")
ORCID_ENVIRONMENT = env.str("ORCID_ENVIRONMENT", default="production")
# Nothing crosses from one environment to another, so the addresses follow it.
_sign_in_site, _api = ADDRESSES.get((ORCID_ENVIRONMENT, ORCID_API_KIND), ("", ""))
ORCID_BASE_URL = env.str("ORCID_BASE_URL", default=_sign_in_site).rstrip("/")
ORCID_API_URL = env.str("ORCID_API_URL", default=_api).rstrip("/")
ORCID_CLIENT_ID = env.str("ORCID_CLIENT_ID")
ORCID_CLIENT_SECRET = env.str("ORCID_CLIENT_SECRET")
EMAIL_CONFIG = env.email_url("EMAIL_URL")
vars().update(EMAIL_CONFIG)
ETD_DEMO = False

if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
