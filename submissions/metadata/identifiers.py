"""DOIs, handles and their like: the bare form that is stored, and the address where one leads.

``kind`` is ORCID's name of the scheme (``doi``, ``handle``, ``isbn`` …; orcid.md §11).
"""

import re
from urllib.parse import quote, unquote

# What people paste before the bare form. Only an address has its percent signs undone.
_DOI_PREFIX = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|info:doi/|doi:\s*)", re.IGNORECASE)
_HANDLE_PREFIX = re.compile(r"(?:(?:https?://)?hdl\.handle\.net/|info:hdl/|hdl:\s*)", re.IGNORECASE)
# ISO 26324: a prefix of 10. and digits in groups, a suffix of anything that is printed.
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\x00-\x1f\x7f-\x9f]+")
# RFC 3651: a naming authority in groups, a suffix of anything that is printed.
_HANDLE = re.compile(r"[0-9][0-9A-Za-z]*(?:\.[0-9A-Za-z]+)*/[^\s\x00-\x1f\x7f-\x9f]+")
_ISBN_PREFIX = re.compile(r"urn:isbn:|(?:e-?)?isbn(?:-1[03])?:?\s*", re.IGNORECASE)
_ISBN = re.compile(r"\d{9}[\dX]|97[89]\d{10}")
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:[^\s\x00-\x1f\x7f-\x9f]+", re.IGNORECASE)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
# Nothing that is seen: zero-width characters and direction marks come along with what is copied from a PDF.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

#: Where the identifiers of a scheme lead. The others have no one address, or are addresses themselves.
RESOLVERS = {
    "doi": "https://doi.org/",
    "handle": "https://hdl.handle.net/",
    "arxiv": "https://arxiv.org/abs/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmc": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
    "rrid": "https://identifiers.org/",
    "urn": "https://nbn-resolving.org/",
}

#: Schemes whose names people do not write in capitals.
LABELS = {"handle": "Handle", "arxiv": "arXiv", "bibcode": "Bibcode", "uri": "Address"}


def doi(text: str) -> str:
    """Return the bare DOI in small letters (DOIs are compared without regard to case), from any usual form.

    Raises ``ValueError`` with words for the person who typed it.
    """
    value = _bare(text, _DOI_PREFIX)
    if not _DOI.fullmatch(value):
        raise ValueError("A DOI begins with 10. and has a slash in it, such as 10.5555/abc.")
    return value.lower()


def handle(text: str) -> str:
    """Return the bare handle from any usual form. Its letters stay as they are: some servers tell them apart.

    Raises ``ValueError`` with words for the person who typed it.
    """
    value = _bare(text, _HANDLE_PREFIX)
    if _DOI_PREFIX.match(value) or _DOI.fullmatch(value):
        raise ValueError("This is a DOI. Put it in the field for the DOI.")
    if not _HANDLE.fullmatch(value):
        raise ValueError("A handle is a prefix, a slash and a name, such as 20.500.12345/678.")
    return value


def isbn(text: str) -> str:
    """Return the ISBN without what people write before it; hyphens stay where they are. Raises ``ValueError`` when the
    last sign, which is made from the others, does not fit (ISO 2108).
    """
    value = re.sub(r"\s+", "", _DASHES.sub("-", _bare(text, _ISBN_PREFIX))).upper()
    if not is_isbn(value):
        raise ValueError(
            "An ISBN has 10 or 13 digits, and the last one must fit the others. Is one mistyped?"
        )
    return value


def urn(text: str) -> str:
    """Return the URN with its beginning, also from the address of a resolver. Raises ``ValueError`` (RFC 8141)."""
    value = _UNSEEN.sub("", text).strip()
    value = value[value.lower().find("urn:") :] if "://" in value else value
    if not _URN.fullmatch(value):
        raise ValueError("A URN begins with urn: and a namespace, such as urn:nbn:de:101-2019010100.")
    return value


def is_isbn(value: str) -> bool:
    """Whether the check digit of an ISBN is right, with hyphens or without, in capitals or not."""
    letters = value.replace("-", "").upper()
    if not _ISBN.fullmatch(letters):
        return False
    if len(letters) == 10:
        digits = [10 if one == "X" else int(one) for one in letters]
        return sum((10 - place) * digit for place, digit in enumerate(digits)) % 11 == 0
    return sum((3 if place % 2 else 1) * int(one) for place, one in enumerate(letters)) % 10 == 0


def _bare(text: str, prefix: re.Pattern) -> str:
    text = _UNSEEN.sub("", text).strip()
    found = prefix.match(text)
    if not found:
        return text
    rest = text[found.end() :]
    return unquote(rest) if "." in found.group() else rest


_KINDS = {"doi": doi, "handle": handle}


def bare(kind: str, value: str) -> str:
    """Return an identifier as it is compared and exported; "" for a DOI or handle that is none."""
    try:
        return _KINDS.get(kind, str.strip)(value)
    except ValueError:
        return ""


def address(kind: str, value: str) -> str:
    """Return where an identifier leads, or "" when its scheme has no resolver. ``value`` is bare."""
    if kind == "uri":
        return value if value.startswith(("http://", "https://")) else ""
    if kind not in RESOLVERS or not value or (kind == "urn" and not value.lower().startswith("urn:nbn:")):
        return ""
    return RESOLVERS[kind] + quote(value, safe="/:;()+,.~!*'@$&=-_")
