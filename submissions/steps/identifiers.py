"""Identifiers as people type and paste them: made bare, checked by their own rules, never looked up anywhere."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_SPACES = re.compile(r"\s+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of identifier. ``shape`` is what a bare one looks like, ``before`` what people paste along in front.

    ``check`` is asked when the shape is right. ``wrong`` says what is not right and how to mend it; ``address`` is
    what leads there when the identifier is put behind it.
    """

    label: str
    shape: re.Pattern[str]
    wrong: str
    before: re.Pattern[str]
    check: Callable[[str], bool] = bool
    address: str = ""

    def tidy(self, text: str) -> str:
        """Return the bare identifier in what was typed or pasted."""
        return self.before.sub("", _DASHES.sub("-", _SPACES.sub("", text)), count=1)

    def is_good(self, value: str) -> bool:
        """Whether a tidy value is one of this kind."""
        return bool(self.shape.fullmatch(value)) and self.check(value)


def _isbn(value: str) -> bool:
    """ISO 2108: the last digit is made from the others, for ten digits and for thirteen."""
    letters = value.replace("-", "").upper()
    if len(letters) == 10:
        return (
            sum((10 - place) * (10 if one == "X" else int(one)) for place, one in enumerate(letters)) % 11
            == 0
        )
    return (
        len(letters) == 13
        and letters[:3] in ("978", "979")
        and "X" not in letters
        and sum((3 if place % 2 else 1) * int(one) for place, one in enumerate(letters)) % 10 == 0
    )


def _issn(value: str) -> bool:
    """ISO 3297: the eighth sign is made from the first seven."""
    letters = value.replace("-", "").upper()
    return sum((8 - place) * (10 if one == "X" else int(one)) for place, one in enumerate(letters)) % 11 == 0


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


#: ORCID's name of the scheme -> how to read it. In this order they are offered, and an ORCID record is searched.
SCHEMES: dict[str, Scheme] = {
    "doi": Scheme(
        "DOI",
        _pattern(r"10\.\d{4,9}(\.\d+)*/\S+"),
        "This is not a whole DOI. It looks like 10.5555/abc123; you can also paste its address.",
        _pattern(r"(https?://)?((dx|www)\.)?doi\.org/|doi:?"),
        address="https://doi.org/",
    ),
    "handle": Scheme(
        "Handle",
        _pattern(r"\d+(\.\d+)*/\S+"),
        "This is not a whole handle. It looks like 20.500.12345/678; you can also paste its address.",
        _pattern(r"(https?://)?hdl\.handle\.net/|hdl:|handle:"),
        address="https://hdl.handle.net/",
    ),
    "isbn": Scheme(
        "ISBN",
        _pattern(r"\d[\d-]{8,15}[\dX]"),
        "This is not an ISBN: it needs 10 or 13 digits, and the last one must fit the others. Is one mistyped?",
        _pattern(r"(isbn)?(-1[03])?:?"),
        _isbn,
    ),
    "issn": Scheme(
        "ISSN",
        _pattern(r"\d{4}-?\d{3}[\dX]"),
        "This is not an ISSN: it looks like 2049-3630, and the last sign must fit the others. Is one mistyped?",
        _pattern(r"e?(issn)?:?"),
        _issn,
    ),
    "arxiv": Scheme(
        "arXiv",
        _pattern(r"(\d{4}\.\d{4,5}|[a-z-]+(\.[a-z]{2})?/\d{7})(v\d+)?"),
        "This is not an arXiv number. It looks like 2301.01234.",
        _pattern(r"(https?://)?(www\.)?arxiv\.org/(abs|pdf)/|arxiv:"),
        address="https://arxiv.org/abs/",
    ),
    "pmid": Scheme(
        "PubMed",
        _pattern(r"[1-9]\d{0,8}"),
        "This is not a PubMed number. It has digits only, for example 12345678.",
        _pattern(r"(https?://)?pubmed\.ncbi\.nlm\.nih\.gov/|pmid:?"),
        address="https://pubmed.ncbi.nlm.nih.gov/",
    ),
    "pmc": Scheme(
        "PubMed Central",
        _pattern(r"PMC\d{1,9}"),
        "This is not a PubMed Central number. It looks like PMC1234567.",
        _pattern(r"(https?://)?(www\.)?ncbi\.nlm\.nih\.gov/pmc/articles/|pmcid:?"),
    ),
    "urn": Scheme(
        "URN",
        _pattern(r"urn:[a-z0-9][a-z0-9-]{1,31}:\S+"),
        "This is not a URN. It looks like urn:nbn:de:101-2019010100.",
        _pattern(r"https?://(nbn-resolving\.(org|de)|resolver\.[^/]+)/"),
    ),
    "ark": Scheme(
        "ARK",
        _pattern(r"ark:/?\w{5,}/\S+"),
        "This is not an ARK. It looks like ark:/12345/abc.",
        _pattern(r"https?://[^/]+/(?=ark:)"),
    ),
}


def read(kind: str, text: str) -> str | None:
    """Return the bare identifier of this kind in a text, or None when it holds none. An unknown kind takes any text."""
    scheme = SCHEMES.get(kind)
    if scheme is None:
        return " ".join(text.split()) or None
    value = scheme.tidy(text)
    return value if scheme.is_good(value) else None


def guess(text: str) -> str:
    """The kind of an identifier whose kind was not said, or "" when it could be anything.

    Numbers alone say nothing, so only kinds that show what they are, by shape or by check digit, are guessed.
    """
    sure = {"doi", "isbn", "issn", "arxiv", "pmc", "urn", "ark"}
    by_name = (
        kind
        for kind, scheme in SCHEMES.items()
        if (kind in sure or scheme.tidy(text) != _SPACES.sub("", text)) and read(kind, text)
    )
    return next(by_name, "")


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
