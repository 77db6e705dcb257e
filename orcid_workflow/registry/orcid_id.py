"""The ORCID iD: check digit, reading it from what people type, and making new ones.

Form and check digit: ISO 7064 MOD 11-2 over the first fifteen digits, ``X`` for ten.
"""

import re
import secrets

ORCID_PATTERN = re.compile(r"(?:\d{4}-){3}\d{3}[\dX]")
HOST = "orcid.org"


def check_digit(digits: str) -> str:
    """Return the check character for fifteen decimal ``digits``."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    value = (12 - total % 11) % 11
    return "X" if value == 10 else str(value)


def is_valid(orcid: str) -> bool:
    """True for a bare iD of the right form with the right check digit."""
    if not ORCID_PATTERN.fullmatch(orcid):
        return False
    bare = orcid.replace("-", "")
    return check_digit(bare[:15]) == bare[15]


def find(text: str) -> str | None:
    """Return the bare iD that ``text`` is (with or without the URI in front), else None."""
    match = re.fullmatch(rf"(?:https?://[^/\s]+/)?({ORCID_PATTERN.pattern})/?", text.strip(), re.IGNORECASE)
    return match.group(1).upper() if match else None


def uri(orcid: str) -> str:
    """The canonical URI. ORCID's schema allows no other host than orcid.org, so it stands here too."""
    return f"https://{HOST}/{orcid}"


def new() -> str:
    """Return a random valid iD from ORCID's second range (0009-0000-0000-000 to 0009-0010-0000-000)."""
    digits = f"0009{secrets.randbelow(10**8):011d}"
    bare = digits + check_digit(digits)
    return "-".join(bare[i : i + 4] for i in range(0, 16, 4))
