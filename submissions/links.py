"""Links that are mailed to people without an account: signed, for one row each, ended by the next one that is sent.

The token holds the row's number and its nonce: it cannot be made or changed by anybody else, and says nothing about the
thesis.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

NOT_WHOLE = (
    "This link is not complete, or it was not sent by us. Open it from the mail again: some mail programs cut long "
    "links in two."
)
NEWER = "A newer link was sent, which ended this one. Please use the link in our latest mail."


class BadLink(Exception):
    """The link is not one of ours, or a newer one was sent. ``str()`` is the sentence to show."""


@dataclass(frozen=True, slots=True)
class SignedLink:
    """A kind of link. ``salt`` keeps the kinds apart, ``view`` is the name of the page that takes the token."""

    salt: str
    view: str

    def token(self, pk: int, nonce: str) -> str:
        """The token of row ``pk`` while ``nonce`` (hexadecimal) is its nonce."""
        return signing.dumps([pk, nonce], salt=self.salt)

    def path(self, pk: int, nonce: str) -> str:
        """The address of the page on this site."""
        return reverse(self.view, args=[self.token(pk, nonce)])

    def address(self, pk: int, nonce: str) -> str:
        """The absolute address that is mailed."""
        return settings.ETD_BASE_URL + self.path(pk, nonce)

    def read(self, token: str) -> tuple[int, str]:
        """The number and the nonce in ``token``; whether the nonce is still the row's, the caller looks. Raises
        ``BadLink``.
        """
        try:
            pk, nonce = signing.loads(token, salt=self.salt)
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise BadLink(NOT_WHOLE) from error
        return pk, nonce
