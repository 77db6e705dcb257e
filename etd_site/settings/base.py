"""What holds in every environment. Secrets have no default here: each of dev, test and production brings its own."""

from pathlib import Path

import environ

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("ETD_VAR_DIR", default=str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "django_filters",
    "django_tasks_db",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    # Ours come last: their ready() undoes things (stock workflow mails) that Wagtail's ready() sets up.
    "orcid_workflow",
    "orcid_workflow.desk",
    "submissions",
    "etd_site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "submissions.outlets.oai.middleware.HarvestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "etd_site.middleware.ContentSecurityPolicyMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "submissions.review.middleware.MoveRefusedMiddleware",
]

ROOT_URLCONF = "etd_site.urls"
WSGI_APPLICATION = "etd_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    }
]
# Our own templates decide how a widget looks, so that every field carries its help and its error for screen readers.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'etd.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # The web process and the worker write to one file: WAL lets readers go on, and taking the write lock at the
    # start of a transaction makes a second writer wait instead of failing halfway.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # PostgreSQL plans the few statements of a harvest once and not at each page, which takes longer than to run them.
    _prepare = env.bool("ETD_DB_PREPARE", default=True)
    DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 5 if _prepare else None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# --- Signing in with the university's account (docs/settings.md) ---------------------------------------
# Over OpenID Connect, when the issuer's address is given.
ETD_OIDC_ISSUER = env.str("ETD_OIDC_ISSUER", default="").rstrip("/")
ETD_OIDC_CLIENT_ID = env.str("ETD_OIDC_CLIENT_ID", default="")
ETD_OIDC_CLIENT_SECRET = env.str("ETD_OIDC_CLIENT_SECRET", default="")
ETD_OIDC_SCOPES = env.str("ETD_OIDC_SCOPES", default="openid profile email")
ETD_OIDC_USERNAME_CLAIM = env.str("ETD_OIDC_USERNAME_CLAIM", default="preferred_username")
ETD_OIDC_ORCID_CLAIM = env.str("ETD_OIDC_ORCID_CLAIM", default="eduperson_orcid")
# Whether the provider vouches for addresses also when it sends no "email_verified".
ETD_OIDC_EMAIL_IS_PROVEN = env.bool("ETD_OIDC_EMAIL_IS_PROVEN", default=False)
ETD_OIDC_LABEL = env.str("ETD_OIDC_LABEL", default="Sign in with your university account")
# By a web server in front: the name of the variable it sets, usually REMOTE_USER.
ETD_REMOTE_USER = env.str("ETD_REMOTE_USER", default="")
ETD_REMOTE_USER_ATTRIBUTES = env.dict(
    "ETD_REMOTE_USER_ATTRIBUTES",
    default={"given": "givenName", "family": "sn", "email": "mail", "orcid": "eduPersonOrcid"},
)
AUTHENTICATION_BACKENDS = ["etd_site.campus.passwords.PasswordBackend"]
if ETD_REMOTE_USER:
    AUTHENTICATION_BACKENDS.insert(0, "etd_site.campus.remote_user.RemoteUserBackend")
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.contrib.auth.middleware.AuthenticationMiddleware") + 1,
        "etd_site.campus.remote_user.RemoteUserMiddleware",
    )
# Whether the sign-in page also takes a user name and password.
ETD_PASSWORD_SIGN_IN = env.bool("ETD_PASSWORD_SIGN_IN", default=True)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "submissions:desk"
LOGOUT_REDIRECT_URL = "/"

X_FRAME_OPTIONS = "SAMEORIGIN"  # the desk shows the PDF beside the case, and Wagtail its previews

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("ETD_TIME_ZONE", default="UTC")  # the university's: "today" is decided in it
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("ETD_MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    # Thesis files are never under a public address: every download passes a view that asks permissions.py.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "public", "base_url": MEDIA_URL},
    },
    "theses": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT / "theses",
            "base_url": None,
            "file_permissions_mode": 0o640,
            "directory_permissions_mode": 0o750,
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # the page editor posts a field for every child row

# Tasks of Wagtail (search and reference index) run at once. What goes to ORCID has an alias of its own: which backend
# carries it is a setting. What is to be done stands in rows (orcid_workflow.sync), so that a lost task loses nothing.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "orcid": {
        "BACKEND": env.str("ORCID_TASKS_BACKEND", default="django_tasks_db.DatabaseBackend"),
        "QUEUES": ["orcid"],
    },
}

# --- Wagtail --------------------------------------------------------------------------------------
ETD_BASE_URL = env.str("ETD_BASE_URL", default="http://localhost:8000").rstrip("/")
WAGTAIL_SITE_NAME = "Thesis office"
WAGTAILADMIN_BASE_URL = ETD_BASE_URL
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_FINISH_WORKFLOW_ACTION = "submissions.review.finish.finish_workflow"
# An account's address says whose committee seats it may take, so only an administrator changes it.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_AUTOSAVE_INTERVAL = 0  # autosave would fill a thesis' history with half sentences
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # pages of the admin call no third party
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"

# --- The thesis office ----------------------------------------------------------------------------
# Where submissions asks which university this is: a callable that takes a wagtail Site and returns an Organisation.
ETD_INSTITUTION = "etd_site.institution.institution"
# Where staff mend what is missing of it: app and model of a Wagtail setting.
ETD_INSTITUTION_ADMIN = "etd_site.BrandingSettings"
ETD_MAX_UPLOAD_BYTES = env.int("ETD_MAX_UPLOAD_BYTES", default=200 * 1024 * 1024)
ETD_INVITATION_DAYS = env.int("ETD_INVITATION_DAYS", default=30)
# A thesis office may let students submit without an iD, for instance while ORCID is down on deadline day.
ETD_ORCID_REQUIRED = env.bool("ETD_ORCID_REQUIRED", default=True)
# Off: no new degree is written to ORCID records; those that are there are kept true.
ETD_ORCID_EDUCATION = env.bool("ETD_ORCID_EDUCATION", default=True)
# OAI-PMH: the namespace of identifiers (empty: the host of ETD_BASE_URL), who harvesters write to (empty: the sender
# of mails), records in one answer.
ETD_OAI_REPOSITORY_ID = env.str("ETD_OAI_REPOSITORY_ID", default="")
ETD_OAI_ADMIN_EMAIL = env.str("ETD_OAI_ADMIN_EMAIL", default="")
ETD_OAI_PAGE_SIZE = env.int("ETD_OAI_PAGE_SIZE", default=100)
# Finished pages of whole harvests are kept in this folder ("" keeps none), up to so many megabytes.
ETD_OAI_KEEP = env.str("ETD_OAI_KEEP", default=str(VAR_DIR / "oai"))
ETD_OAI_KEEP_MB = env.int("ETD_OAI_KEEP_MB", default=2000)
# For so many seconds kept pages are sent on the word of the last answer, without asking the database (0: never).
ETD_OAI_AGE = env.float("ETD_OAI_AGE", default=1.0)
# The ingest API: theses on a page unless a client asks otherwise, and requests of one key ("120/min").
ETD_API_PAGE_SIZE = env.int("ETD_API_PAGE_SIZE", default=100)
ETD_API_RATE = env.str("ETD_API_RATE", default="120/min")
REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
# The school at ProQuest, as JSON: code, prefix, and categories (programme -> [[code, words], ...]).
ETD_PROQUEST = env.json("ETD_PROQUEST", default={})
# Places that theses are delivered to, as JSON: name -> kind, address, user, secret and more (docs/deliveries.md).
ETD_TARGETS = env.json("ETD_TARGETS", default={})
ETD_TARGET_TIMEOUT_SECONDS = env.float("ETD_TARGET_TIMEOUT_SECONDS", default=60.0)
# A place that is out of order is asked again after so long, by one thesis and not by all.
ETD_TARGET_REST_SECONDS = env.float("ETD_TARGET_REST_SECONDS", default=60.0)
ETD_DELIVERY_HISTORY_DAYS = env.int("ETD_DELIVERY_HISTORY_DAYS", default=730)  # 0 keeps every call for ever
# iDs that came with an import and that nobody confirmed by signing in: "omit" or "mark" where a format can say so.
ETD_UNCONFIRMED_IDS = env.str("ETD_UNCONFIRMED_IDS", default="omit")
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # seconds; a silent mail server must not hold a person's page
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Thesis office <thesis-office@example.edu>")

# --- ORCID (see docs/settings.md) --------------------------------------------------------------------
ORCID_ENVIRONMENT = env.str("ORCID_ENVIRONMENT", default="local")
ORCID_BASE_URL = env.str("ORCID_BASE_URL", default="http://localhost:8001").rstrip("/")
ORCID_API_URL = env.str("ORCID_API_URL", default=f"{ORCID_BASE_URL}/v3.0").rstrip("/")
ORCID_CLIENT_ID = env.str("ORCID_CLIENT_ID", default="APP-LOCALETD00000001")
ORCID_CLIENT_SECRET = env.str("ORCID_CLIENT_SECRET", default="local-secret")
ORCID_REDIRECT_URI = (
    f"{ETD_BASE_URL}/orcid/callback/"  # as it is registered at ORCID, whatever host a person came by
)
ORCID_PROBE_SECONDS = env.float("ORCID_PROBE_SECONDS", default=3.0)
ORCID_TIMEOUT_SECONDS = env.float("ORCID_TIMEOUT_SECONDS", default=10.0)
# "member" writes to records; "public" is for a university without membership: iDs and public data only.
ORCID_API_KIND = env.str("ORCID_API_KIND", default="member")
# When things are sent: "automatic" at once, "nightly" after ORCID_NIGHT_HOUR, "manual" after the person looked at it.
ORCID_MODE = env.str("ORCID_MODE", default="automatic")
ORCID_NIGHT_HOUR = env.int("ORCID_NIGHT_HOUR", default=2)  # in the university's time zone
# Every write is a notice in the person's inbox at ORCID, so that changes within this time are sent together.
ORCID_QUIET_SECONDS = env.int("ORCID_QUIET_SECONDS", default=3600)
# One budget for all processes (orcid.md §17).
ORCID_RATE = env.float("ORCID_RATE", default=12.0 if ORCID_API_KIND == "public" else 24.0)  # calls a second
ORCID_BURST = env.int("ORCID_BURST", default=40)
# Machines that people share: ask everybody to sign in at ORCID, also those who are still signed in there.
ORCID_FORCE_LOGIN = env.bool("ORCID_FORCE_LOGIN", default=False)
# Who may sign in here with ORCID: "students" (accounts without any permission), "all" or "off".
ORCID_SIGN_IN = env.str("ORCID_SIGN_IN", default="students")
ORCID_WEBHOOKS = env.bool("ORCID_WEBHOOKS", default=False)  # premium members only
ORCID_HISTORY_DAYS = env.int("ORCID_HISTORY_DAYS", default=730)  # 0 keeps every call for ever
# Which organisation the set-up check asks ORCID about: a function without arguments.
ORCID_ORGANISATION = "etd_site.institution.orcid_organisation"
# Fernet keys, the first one encrypts and every one decrypts, so that a key can be changed without losing tokens.
ORCID_ENCRYPTION_KEYS = env.list("ETD_ENCRYPTION_KEYS", default=[])

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"links": {"()": "submissions.committee.logs.HideLinks"}},
    "handlers": {
        "console": (
            console := {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["links"]}
        ),
        "warnings": {**console, "level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # These say something at every saved row or opened file.
        **{name: {"level": "WARNING"} for name in ("wagtail", "modelsearch", "pikepdf")},
        # These of a harvest say something at every page; what is left of it is in the words of the import.
        "httpx2": {"level": "WARNING"},
        "oaipmh_scythe": {"level": "ERROR"},
        # This one two things at every task, and its worker sets the level of the logger itself.
        "django_tasks": {"handlers": ["warnings"], "propagate": False},
        # The development server has a handler of its own, which would show the links.
        "django.server": {"level": "INFO", "handlers": [], "propagate": True},
    },
}
