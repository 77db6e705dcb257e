"""The ORCID iD itself: reading one, proving its check digit, and its two addresses (orcid.md §20)."""

import re

from django.conf import settings

# Sixteen characters in four blocks; the schema's pattern allows more blocks, the registry never issues them.
_SHAPE = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_PREFIX = re.compile(r"(?:https?://)?(?:www\.|sandbox\.|qa\.)?orcid\.org/", re.IGNORECASE)


def check_digit(digits: str) -> str:
    """Return the last character for the first fifteen digits of an iD (ISO 7064 MOD 11-2), ``0``–``9`` or
    ``X``.
    """
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    remainder = (12 - total % 11) % 11
    return "X" if remainder == 10 else str(remainder)


def normalise(value: str) -> str:
    """Return the bare iD ``0000-0002-1825-0097`` from a path or a URI of orcid.org or its test hosts.

    Sixteen characters without hyphens are taken too. Raises ``ValueError`` with words for a person when it is
    not an iD or its check digit is wrong: the registry itself accepts a wrong check digit in a message
    (orcid.md §12).
    """
    text = _PREFIX.sub("", str(value or "").strip(), count=1).rstrip("/").upper()
    if re.fullmatch(r"\d{15}[\dX]", text):
        text = "-".join(text[i : i + 4] for i in range(0, 16, 4))
    if not _SHAPE.fullmatch(text) or not text.isascii():
        raise ValueError("An ORCID iD has four groups of four characters, for example 0000-0002-1825-0097.")
    if check_digit(text.replace("-", "")[:15]) != text[-1]:
        raise ValueError("This ORCID iD has a mistake in it: its last character does not fit the others.")
    return text


def uri(path: str) -> str:
    """Return the canonical URI. It is on orcid.org in every environment: ORCID's schema knows no other
    host.
    """
    return f"https://orcid.org/{path}"


def record_link(path: str) -> str:
    """Return the address a link leads to: the record at the registry of this environment."""
    return f"{settings.ORCID_BASE_URL}/{path}"
