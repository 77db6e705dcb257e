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
