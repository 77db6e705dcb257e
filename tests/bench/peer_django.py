"""A site around django-oai-pmh, run by the python of its own environment (see ``peers.py``)."""

import json
import os
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.urls import include, path

_ADDRESS = urlsplit(os.environ["BENCH_DATABASE"])
settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.sites",
        "django.contrib.postgres",
        "django_oai_pmh",
    ],
    SITE_ID=1,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _ADDRESS.path.lstrip("/"),
            "USER": _ADDRESS.username or "",
            "PASSWORD": _ADDRESS.password or "",
            "HOST": _ADDRESS.hostname or parse_qs(_ADDRESS.query).get("host", [""])[0],
            "PORT": _ADDRESS.port or "",
            "CONN_MAX_AGE": 60,
        }
    },
    OAI_PMH={
        "REPOSITORY_NAME": "Bench",
        "BASE_URL": "localhost",
        "NUM_PER_PAGE": int(os.environ["BENCH_PAGE"]),
    },
)
django.setup()
urlpatterns = [path("oai/", include("django_oai_pmh.urls"))]


def fill() -> None:
    """Write the records into its tables, as its own signals and commands would."""
    from django.core.management import call_command
    from django_oai_pmh.models import DCRecord, Header, MetadataFormat, Set

    call_command("migrate", verbosity=0)
    form, _ = MetadataFormat.objects.get_or_create(
        prefix="oai_dc",
        defaults={
            "schema": "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            "namespace": "http://www.openarchives.org/OAI/2.0/oai_dc/",
        },
    )
    with open(os.environ["BENCH_RECORDS"]) as lines:
        records = [json.loads(line) for line in lines]
    headers = Header.objects.bulk_create([Header(identifier=each["identifier"]) for each in records], 500)
    form.identifiers.set(headers)
    DCRecord.objects.bulk_create(
        [DCRecord(header=header, **each["fields"]) for header, each in zip(headers, records, strict=True)],
        500,
    )
    specs = {spec for each in records for spec in each["sets"]}
    sets = {spec: Set.objects.get_or_create(spec=spec, defaults={"name": spec})[0] for spec in specs}
    through = Header.sets.through
    through.objects.bulk_create(
        [
            through(header=header, set=sets[spec])
            for header, each in zip(headers, records, strict=True)
            for spec in each["sets"]
        ],
        500,
    )


if __name__ == "__main__":
    fill()
else:
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
