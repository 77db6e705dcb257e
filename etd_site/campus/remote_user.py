"""A web server in front that signs people in (Shibboleth, mod_auth_*) and names them in ``REMOTE_USER``."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse

from .accounts import CannotSignIn, Identity, account_for

PROVIDER = "REMOTE_USER"
_KEY = "campus_remote_user"


class RemoteUserBackend(ModelBackend):
    """Opens the account of whom the web server names, under the rules of ``account_for``."""

    def authenticate(
        self, request: HttpRequest | None, remote_user: str | None = None, **credentials: object
    ) -> AbstractUser | None:
        """Return the account, or None. Why not is left on the request for the sign-in page."""
        if request is None or not remote_user:
            return None
        said = {
            # Several values come with semicolons between them (Shibboleth); the first one is meant.
            name: request.META.get(variable, "").split(";")[0].strip()
            for name, variable in settings.ETD_REMOTE_USER_ATTRIBUTES.items()
        }
        subject = said.pop("subject", "") or remote_user
        try:
            return account_for(Identity(PROVIDER, subject=subject, username=remote_user, **said))
        except CannotSignIn as refusal:
            request.campus_refusal = str(refusal)
            return None


class RemoteUserMiddleware:
    """Signs in whom the web server names, in the variable of the setting, and nobody else for as long as it names them.

    A request without a name changes nothing: the web server need protect the sign-in page alone. A variable that begins
    with ``HTTP_`` is a header, which anybody can send: the web server has to take it off what comes from outside.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign in, or out, before the page is made."""
        name = request.META.get(settings.ETD_REMOTE_USER, "").strip()
        if name and not (request.user.is_authenticated and request.session.get(_KEY) == name):
            if request.user.is_authenticated:
                auth.logout(request)  # somebody else: never their pages, also when the new one is refused
            if user := auth.authenticate(request, remote_user=name):
                auth.login(request, user)
                request.session[_KEY] = name
        return self.get_response(request)
