"""What this repository and its items are called (``oai-identifier`` guidelines, schema of 2007-06-07)."""

import functools
import re
import uuid as uuids
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_script_prefix, reverse

# Labels begin with a letter and there is a dot: localhost, 127.0.0.1 and 3d.example.edu cannot be names.
_DOMAIN = re.compile(r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+")
# OAI-PMH.xsd, emailType; and nobody reads the mail of localhost.
_EMAIL = re.compile(r"[^\s@]+@(?!localhost)([^\s@.]+\.)+[^\s@.]+")
NO_DOMAIN = "localhost.localdomain"


def base_url() -> str:
    """The address of the service, as harvesters ask for it: no slash at the end."""
    return settings.ETD_BASE_URL + path()


def path() -> str:
    """The path of the service."""
    return _path(get_script_prefix())


@functools.cache
def _path(prefix: str) -> str:
    return reverse("oai")  # begins with the prefix; asked for twice at each page


def repository_id() -> str:
    """The namespace of identifiers: ``ETD_OAI_REPOSITORY_ID``, else the host of ``ETD_BASE_URL`` where that can be one.

    On a workplace it is ``localhost.localdomain``.
    """
    named = settings.ETD_OAI_REPOSITORY_ID or urlsplit(settings.ETD_BASE_URL).hostname or ""
    return named if is_repository_id(named) else NO_DOMAIN


def is_repository_id(text: str) -> bool:
    """Whether the schema of oai-identifier takes ``text``."""
    return _DOMAIN.fullmatch(text) is not None


def admin_email() -> str:
    """Who to write to: ``ETD_OAI_ADMIN_EMAIL``, else the address that mail is sent from."""
    return settings.ETD_OAI_ADMIN_EMAIL or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def is_email(text: str) -> bool:
    """Whether harvesters and their validators take ``text``."""
    return _EMAIL.fullmatch(text) is not None


def identifier(uuid: uuids.UUID | str) -> str:
    """The identifier of the thesis with this uuid; never reused, never changed."""
    return f"oai:{repository_id()}:{uuid}"


def uuid_of(text: str) -> uuids.UUID | None:
    """The uuid in an identifier of ours; None for any other text, also for one of ours in capitals."""
    try:
        uuid = uuids.UUID(text.rpartition(":")[2])
    except ValueError:
        return None
    return uuid if identifier(uuid) == text else None
