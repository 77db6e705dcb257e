"""A web server in front that signs people in (Shibboleth, mod_auth_*) and names them in ``REMOTE_USER``."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import PersistentRemoteUserMiddleware
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest

from .accounts import CannotSignIn, Identity, account_for

PROVIDER = "REMOTE_USER"


class RemoteUserBackend(ModelBackend):
    """Opens the account of whom the web server names, under the rules of ``account_for``."""

    def authenticate(
        self, request: HttpRequest | None, remote_user: str | None = None, **credentials: object
    ) -> AbstractUser | None:
        """Return the account, or None. Why not is left on the request for the sign-in page."""
        if request is None or not remote_user:
            return None
        said = {
            name: request.META.get(variable, "").strip()
            for name, variable in settings.ETD_REMOTE_USER_ATTRIBUTES.items()
        }
        name = remote_user.strip()
        try:
            # Several values come with semicolons between them (Shibboleth); the first one is meant.
            first = {key: value.split(";")[0].strip() for key, value in said.items()}
            return account_for(Identity(PROVIDER, subject=name, username=name, **first))
        except CannotSignIn as refusal:
            request.campus_refusal = str(refusal)
            return None


class RemoteUserMiddleware(PersistentRemoteUserMiddleware):
    """Django's own, listening to the variable that the setting names.

    Persistent: the web server need protect the sign-in page alone. A name that begins with ``HTTP_`` is a header,
    which anybody can send: the web server has to take it off what comes from outside.
    """

    @property
    def header(self) -> str:
        """Name of the variable in ``request.META``."""
        return settings.ETD_REMOTE_USER

    def clean_username(self, username: str, request: HttpRequest) -> str:
        """Return the name as accounts have it."""
        return username.strip()
