"""What may be asked for and done with each of ORCID's two APIs. The one place that knows ``ORCID_API_KIND``.

A university without ORCID membership uses the Public API: it may confirm iDs and read what a record shows to
everyone, and write nothing (orcid.md §8, §9).
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings

MEMBER, PUBLIC = "member", "public"
KINDS = (MEMBER, PUBLIC)
READ = "/read-limited"
WRITE = "/activities/update"
_CONFIRMS = ("openid", "/authenticate")  # either stands for the iD, and for reading what is public


class Words(NamedTuple):
    """What a scope lets this site do, said to the person ("This site may …") and to the office."""

    person: str
    office: str


#: The scopes that a person grants (orcid.md §8), in the order of what they give.
WORDS: dict[str, Words] = {
    "openid": Words("confirm your ORCID iD", "know that the iD is theirs"),
    "/authenticate": Words("confirm your ORCID iD", "know that the iD is theirs"),
    "/read-public": Words(
        "read what your record shows to everyone", "read what the record shows to everyone"
    ),
    READ: Words(
        "read what your record shows to everyone and to trusted organisations",
        "read what the record shows to everyone and to trusted organisations",
    ),
    WRITE: Words(
        "add works and affiliations to your record, and keep or remove what we added",
        "add works and affiliations, and change or remove what it added",
    ),
    "/person/update": Words(
        "add to your name, keywords, links and country on your record",
        "add names, keywords, links and countries",
    ),
    "/email/read-private": Words("read the e-mail addresses on your record", "read e-mail addresses"),
}

#: What a page says instead of what would be read and written, and what it cannot do, with the Public API.
PUBLIC_READS = (
    "Your iD and your name, as your record shows them to everyone",
    "What your record shows to everyone, to fill in forms for you. What only trusted organisations may see stays "
    "hidden from us",
)
PUBLIC_WRITES = (
    "Nothing. This site is not a member of ORCID, so it cannot add your work to your record, or correct it there. "
    "You can add it at ORCID yourself",
)


def is_public() -> bool:
    """Whether this site has no membership (``settings.ORCID_API_KIND`` is ``public``)."""
    return getattr(settings, "ORCID_API_KIND", MEMBER) == PUBLIC


def to_ask(wished: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes to ask ORCID for when a purpose wishes for ``wished``."""
    return ("openid",) if is_public() else tuple(wished)


def for_reading() -> tuple[str, ...]:
    """Return the scopes any of which lets a token read a record."""
    return (*_CONFIRMS, READ, WRITE) if is_public() else (READ, WRITE)


def may_read(granted: Iterable[str]) -> bool:
    """Whether ``granted`` let us read a record to prefill from it."""
    return bool(set(granted) & ({READ, *_CONFIRMS} if is_public() else {READ}))


def may_write(granted: Iterable[str]) -> bool:
    """Whether ``granted`` let us write. Never with the Public API, whatever an older token says."""
    return not is_public() and WRITE in set(granted)
