"""Signing in with a user name and password, for as long as the setting allows it."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest


class PasswordBackend(ModelBackend):
    """Django's own, switched off by ``ETD_PASSWORD_SIGN_IN``: at every sign-in page, also that of the admin."""

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> AbstractUser | None:
        """Return the account whose name and password these are; None when passwords open nothing here."""
        return super().authenticate(request, **credentials) if settings.ETD_PASSWORD_SIGN_IN else None
