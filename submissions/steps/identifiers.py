"""Identifiers as people type and paste them: made bare, checked by their own rules, never looked up anywhere."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..metadata.identifiers import bare, is_isbn

_SPACES = re.compile(r"\s+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of identifier. ``before`` is what people paste along in front, and what shows the kind.

    ``read`` takes text without spaces and returns the bare identifier, None or "" when there is none. ``wrong`` says
    what is not right and how to mend it.
    """

    label: str
    wrong: str
    before: re.Pattern[str]
    read: Callable[[str], str | None]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _scheme(label: str, shape: str, wrong: str, before: str, check: Callable[[str], bool] = bool) -> Scheme:
    """A scheme whose identifiers have a shape; ``check`` is asked when the shape is right."""
    bare_one, front = _pattern(shape), _pattern(before)

    def read_one(text: str) -> str | None:
        value = front.sub("", _DASHES.sub("-", text), count=1)
        return value if bare_one.fullmatch(value) and check(value) else None

    return Scheme(label, wrong, front, read_one)


def _issn(value: str) -> bool:
    """ISO 3297: the eighth sign is made from the first seven."""
    letters = value.replace("-", "").upper()
    return sum((8 - place) * (10 if one == "X" else int(one)) for place, one in enumerate(letters)) % 11 == 0


#: ORCID's name of the scheme -> how to read it. In this order they are offered, and an ORCID record is searched.
SCHEMES: dict[str, Scheme] = {
    "doi": Scheme(
        "DOI",
        "This is not a whole DOI. It looks like 10.5555/abc123; you can also paste its address.",
        _pattern(r"(https?://)?((dx|www)\.)?doi\.org/|doi:?"),
        partial(bare, "doi"),
    ),
    "handle": Scheme(
        "Handle",
        "This is not a whole handle. It looks like 20.500.12345/678; you can also paste its address.",
        _pattern(r"(https?://)?hdl\.handle\.net/|hdl:"),
        partial(bare, "handle"),
    ),
    "isbn": _scheme(
        "ISBN",
        r"\d[\d-]{8,15}[\dX]",
        "This is not an ISBN: it needs 10 or 13 digits, and the last one must fit the others. Is one mistyped?",
        r"(isbn)?(-1[03])?:?",
        is_isbn,
    ),
    "issn": _scheme(
        "ISSN",
        r"\d{4}-?\d{3}[\dX]",
        "This is not an ISSN: it looks like 2049-3630, and the last sign must fit the others. Is one mistyped?",
        r"(e?issn)?:?",
        _issn,
    ),
    "arxiv": _scheme(
        "arXiv",
        r"(\d{4}\.\d{4,5}|[a-z-]+(\.[a-z]{2})?/\d{7})(v\d+)?",
        "This is not an arXiv number. It looks like 2301.01234.",
        r"(https?://)?(www\.)?arxiv\.org/(abs|pdf)/|arxiv:",
    ),
    "pmid": _scheme(
        "PubMed",
        r"[1-9]\d{0,8}",
        "This is not a PubMed number. It has digits only, for example 12345678.",
        r"(https?://)?pubmed\.ncbi\.nlm\.nih\.gov/|pmid:?",
    ),
    "pmc": _scheme(
        "PubMed Central",
        r"PMC\d{1,9}",
        "This is not a PubMed Central number. It looks like PMC1234567.",
        r"(https?://)?(www\.)?ncbi\.nlm\.nih\.gov/pmc/articles/|pmcid:?",
    ),
    "urn": _scheme(
        "URN",
        r"urn:[a-z0-9][a-z0-9-]{1,31}:\S+",
        "This is not a URN. It looks like urn:nbn:de:101-2019010100.",
        r"https?://(nbn-resolving\.(org|de)|resolver\.[^/]+)/",
    ),
    "ark": _scheme(
        "ARK",
        r"ark:/?\w{5,}/\S+",
        "This is not an ARK. It looks like ark:/12345/abc.",
        r"https?://[^/]+/(?=ark:)",
    ),
}

#: What students and the office choose from: kind and its words.
KINDS: list[tuple[str, str]] = [
    ("", "No identifier"),
    *((kind, scheme.label) for kind, scheme in SCHEMES.items()),
]
#: Kinds that show what they are by shape or check digit. Of the others a number alone says nothing.
_PLAIN = frozenset({"doi", "isbn", "issn", "arxiv", "pmc", "urn", "ark"})


def read(kind: str, text: str) -> str | None:
    """Return the bare identifier of this kind in a text, or None when it holds none. An unknown kind takes any text."""
    if kind not in SCHEMES:
        return " ".join(text.split()) or None
    return SCHEMES[kind].read(_SPACES.sub("", text)) or None


def guess(text: str) -> str:
    """The kind of an identifier whose kind was not said, or "" when it could be anything."""
    together = _SPACES.sub("", text)
    found = (
        kind
        for kind, scheme in SCHEMES.items()
        if (kind in _PLAIN or scheme.before.match(together)) and scheme.read(together)
    )
    return next(found, "")


def same(kind: str, value: str) -> tuple[str, str]:
    """What two spellings of one identifier have in common (orcid.md §11, "how it is compared")."""
    tidy = (read(kind, value) or value).casefold()
    return kind, tidy.replace("-", "") if kind in ("isbn", "issn") else tidy


_ROR = re.compile(r"(?:https?://)?(?:www\.)?ror\.org/(0[a-z0-9]{6}\d{2})/?", re.IGNORECASE)
_FUNDER = re.compile(r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:)?(10\.13039/\d+)/?", re.IGNORECASE)


def funder(text: str) -> str | None:
    """The address that names a funder, at ROR or at the Crossref Funder Registry, or None when it is neither."""
    text = _SPACES.sub("", text)
    if found := _ROR.fullmatch(text):
        return f"https://ror.org/{found[1].lower()}"
    if found := _FUNDER.fullmatch(text):
        return f"https://doi.org/{found[1]}"
    return None
