"""Language tags (BCP 47) as the codes that formats want: ISO 639-1, ISO 639-2 (bibliographic) and ISO 639-3."""

from functools import lru_cache

import pycountry

from submissions.metadata.crosswalks.xml import language_tag


@lru_cache(maxsize=1024)
def iso639_1(tag: str) -> str:
    """``fr`` for ``fr-CA``; "" for what is no language of ISO 639-1."""
    found = _language(tag)
    return found.alpha_2 if found else ""


@lru_cache(maxsize=1024)
def iso639_2b(tag: str) -> str:
    """``fre`` for ``fr-CA``; "" for what is no language of ISO 639-1, all of which ISO 639-2 has."""
    found = _language(tag)
    return getattr(found, "bibliographic", found.alpha_3) if found else ""


@lru_cache(maxsize=1024)
def iso639_3(tag: str) -> str:
    """``fra`` for ``fr-CA``; "" as in ``iso639_2b``."""
    found = _language(tag)
    return found.alpha_3 if found else ""


def _language(tag: str):
    primary = language_tag(tag).partition("-")[0].lower()
    return pycountry.languages.get(alpha_2=primary) if len(primary) == 2 else None
