"""Who may ask, and how often: a key in the header ``Authorization``, and a budget for each key."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from ..models import ApiKey
from . import keys

REALM = 'Bearer realm="theses"'


class BearerKey(BaseAuthentication):
    """``Authorization: Bearer etd_…`` (RFC 6750 §2.1). No cookie, no session, no key in the address."""

    @sensitive_variables("sent", "secret")
    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        """Return nobody and the key. None without the header; ``AuthenticationFailed`` for a key that opens nothing."""
        sent = request.headers.get("Authorization", "")
        if not sent:
            return None
        scheme, _, secret = sent.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise AuthenticationFailed("Send the key in this form: Authorization: Bearer etd_…")
        key = keys.find(secret.strip())
        if key is None:
            raise AuthenticationFailed("This key is not known here. Look whether all of it was copied.")
        if key.revoked_at:
            raise AuthenticationFailed(
                f"The key {key.prefix}… was revoked on {key.revoked_at:%Y-%m-%d}. Ask the office for a new one."
            )
        keys.note_use(key)
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        """What ``WWW-Authenticate`` says (RFC 6750 §3)."""
        return REALM


class BearerKeyScheme(OpenApiAuthenticationExtension):
    """The same for the OpenAPI document."""

    target_class = BearerKey
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict:
        """A security scheme object (OpenAPI 3.1, §4.8.27)."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of the thesis office: it begins with etd_.",
        }


class HasKey(BasePermission):
    """Nothing is answered without a key."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether a key was sent that opens."""
        return isinstance(request.auth, ApiKey)


class PerKey(SimpleRateThrottle):
    """So many requests a minute for each key (``ETD_API_RATE``), counted in Django's cache.

    The cache of a fresh site is the process's own: then each web process counts by itself (docs/api.md).
    """

    scope = "api_key"

    def get_rate(self) -> str:
        """The setting."""
        return settings.ETD_API_RATE

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """One count a key."""
        return self.cache_format % {"scope": self.scope, "ident": request.auth.pk}
