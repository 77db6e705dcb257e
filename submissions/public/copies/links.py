"""The two links of a request: the author's, to answer it, and the reader's, to fetch the copy.

Signed by Django's signer, each with a salt of its own: nobody can make one, and one does not open what the other does.
"""

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse

from ...models import CopyRequest

ANSWER_SALT = "submissions.copies.answer"
COPY_SALT = "submissions.copies.copy"


class BadLink(Exception):
    """The link is not one of ours. ``str()`` is the sentence to show."""

    def __init__(self) -> None:
        super().__init__(
            "This link is not complete, or it was not sent by us. Open it from the mail again: some mail programs "
            "cut long links in two."
        )


def answer_link(request: CopyRequest) -> str:
    """The absolute address that is mailed to the author."""
    return _link("records:copies:answer", signing.dumps([request.pk, request.nonce.hex], salt=ANSWER_SALT))


def copy_link(request: CopyRequest) -> str:
    """The absolute address that is mailed to the reader when the copy is given."""
    return _link("records:copies:copy", signing.dumps(request.uuid.hex, salt=COPY_SALT))


def to_answer(token: str) -> CopyRequest:
    """The request that an author's link belongs to. Raises ``BadLink``."""
    try:
        pk, nonce = signing.loads(token, salt=ANSWER_SALT)
        return _requests().get(pk=pk, nonce=nonce)
    except (signing.BadSignature, ValueError, TypeError, CopyRequest.DoesNotExist) as error:
        raise BadLink from error


def to_copy(token: str) -> CopyRequest:
    """The request that a reader's link belongs to. Raises ``BadLink``. Whether it still opens anything is another
    question: ask ``permissions.can_use_copy``.
    """
    try:
        return _requests().get(uuid=signing.loads(token, salt=COPY_SALT))
    except (signing.BadSignature, ValueError, TypeError, CopyRequest.DoesNotExist) as error:
        raise BadLink from error


def _requests() -> QuerySet[CopyRequest]:
    return CopyRequest.objects.select_related("submission__page", "submission__student")


def _link(name: str, token: str) -> str:
    return settings.ETD_BASE_URL + reverse(name, args=[token])
