"""Encryption at rest for tokens, with keys that can be changed."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=4)
def _build(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured(
            "ORCID_ENCRYPTION_KEYS is empty. Tokens are stored encrypted: set at least one Fernet key "
            "(cryptography.fernet.Fernet.generate_key())."
        )
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            "ORCID_ENCRYPTION_KEYS holds a key that is not a Fernet key (32 bytes in URL-safe base64)."
        ) from error


def fernet() -> MultiFernet:
    """Return the cipher of the settings: the first key encrypts, every key decrypts.

    Raises ``ImproperlyConfigured`` when there is no key or one is malformed.
    """
    return _build(tuple(getattr(settings, "ORCID_ENCRYPTION_KEYS", None) or ()))


def decrypt(value: str) -> str:
    """Return the clear text of what is stored. Raises ``ImproperlyConfigured`` when no key fits."""
    try:
        return fernet().decrypt(value.encode()).decode()
    except InvalidToken:
        raise ImproperlyConfigured(
            "A stored ORCID token cannot be read with any key in ORCID_ENCRYPTION_KEYS. "
            "Put the key it was written with back at the end of the list."
        ) from None


class EncryptedTextField(models.TextField):
    """A text column that holds ciphertext. Python sees the clear text; nobody can search by it.

    An empty string stays empty, so that "nothing stored" is visible without a key.
    """

    description = "Text, encrypted at rest"

    def get_prep_value(self, value: str | None) -> str | None:
        """Encrypt on the way to the database."""
        value = super().get_prep_value(value)
        return fernet().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        """Decrypt on the way back. Raises ``ImproperlyConfigured`` when no key fits."""
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> type[models.Lookup] | None:
        """Allow only ``isnull``: equal texts have different ciphertexts, so a search would find nothing. Raises
        ``FieldError`` for any other.
        """
        if lookup_name != "isnull":
            raise FieldError("Encrypted fields cannot be searched.")
        return super().get_lookup(lookup_name)
