"""The OpenAPI document, made from the views by drf-spectacular; everybody may read it."""

import json
import threading
from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings

from . import schema
from .answers import as_bytes

VERSION = "1"
_ABOUT = """Records of public theses for a repository's own program. Every request needs a key of the thesis office:
`Authorization: Bearer etd_…`. Moments are in UTC. Errors are problem details (RFC 9457)."""
_one_at_a_time = threading.Lock()  # drf-spectacular has one set of settings for the whole process


@lru_cache(maxsize=4)
def document(server: str) -> dict[str, Any]:
    """The document (OpenAPI 3.1) for the API at the address ``server``, which has no slash at its end."""
    wanted = {
        "TITLE": "Theses",
        "DESCRIPTION": _ABOUT,
        "VERSION": VERSION,
        "OAS_VERSION": "3.1.1",
        "SERVERS": [{"url": server}],
        "SCHEMA_PATH_PREFIX": "",
        "APPEND_COMPONENTS": {"schemas": schema.components()},
        "SORT_OPERATION_PARAMETERS": False,
    }
    with _one_at_a_time, patched_settings(wanted):
        generator = SchemaGenerator(urlconf="submissions.api.urls")
        return generator.get_schema(request=None, public=True)


@require_safe
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The document as JSON."""
    return as_bytes(request, json.dumps(_document(), indent=1).encode(), "application/json")


@require_safe
def openapi_yaml(request: HttpRequest) -> HttpResponse:
    """The document as YAML (RFC 9512)."""
    text = yaml.safe_dump(_document(), sort_keys=False, allow_unicode=True)
    return as_bytes(request, text.encode(), "application/yaml")


def _document() -> dict[str, Any]:
    server = settings.ETD_BASE_URL + reverse("api:openapi_json").removesuffix("/openapi.json")
    return json.loads(json.dumps(document(server)))
