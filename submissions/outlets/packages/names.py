"""Names of files inside packages: what people called them, made safe for every file system and every list."""

import re
import unicodedata
from collections.abc import Iterable

from anyascii import anyascii

from submissions.metadata.crosswalks.text import line

#: Separators, what Windows refuses, and % (RFC 8493 §2.1.3 writes it as %25, and readers differ on reading it).
_UNSAFE = re.compile(r'[\\/:*?"<>|%\x00-\x1f]+')
_UNPLAIN = re.compile(r"[^A-Za-z0-9._-]+")
#: Bytes, below the 255 that file systems take, with room for a number.
_LONGEST = 200


def file_names(names: Iterable[str], *, plain: bool = False) -> list[str]:
    """A safe name for each of ``names``, in their order, no two alike even where capitals do not count.

    No path, no leading dot, no control character, NFC. ``plain`` writes ASCII letters, for places that are an address.
    """
    taken: set[str] = set()
    return [_unique(_safe(name, plain) or "file", taken) for name in names]


def person_words(family: str, given: str) -> str:
    """``carberry_josiah``: a person's name for the name of a package, in ASCII."""
    words = [_UNPLAIN.sub("-", anyascii(part)).strip("-._").lower() for part in (family, given)]
    return "_".join(filter(None, words))[:60].strip("-._") or "thesis"


def _safe(name: str, plain: bool) -> str:
    name = _UNSAFE.sub("_", line(unicodedata.normalize("NFC", name)))
    if plain:
        name = _UNPLAIN.sub("_", anyascii(name))
    stem, dot, ending = name.strip(". ").rpartition(".")
    if not dot or len(ending) > 10:
        return _cut(name.strip(". "))
    return f"{_cut(stem)}.{ending}"


def _cut(text: str) -> str:
    return text.encode()[:_LONGEST].decode(errors="ignore").rstrip(". ")


def _unique(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, f"{dot}{ending}") if dot else (name, "")
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{stem}-{number}{ending}"
    taken.add(candidate.casefold())
    return candidate
