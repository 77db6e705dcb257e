"""Why a person is sent to ORCID: a host site registers one purpose for each kind of visit."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.text import capfirst

from . import scopes as apis
from .models import Connection


def words_for(scope: str) -> str:
    """Return what a scope lets us do, to follow "This site may …"; one that ORCID does not have any more as it is."""
    known = apis.WORDS.get(scope)
    return known.person if known else scope


class ConnectionRefused(Exception):
    """Raised by ``Purpose.on_connected`` to undo everything and show a page with these words and one way
    on.
    """

    def __init__(self, title: str, message: str, action_label: str = "", action_url: str = "") -> None:
        super().__init__(message)
        self.title, self.message = title, message
        self.action_label, self.action_url = action_label, action_url


class AnotherIdStands(Exception):
    """Raised by ``Purpose.on_connected`` when the iD of ``standing`` (a Connection) is in the place of the new one.

    The person is asked which of the two it is. Who chooses the new one comes to ``on_connected`` once more, with the
    standing iD as ``context["instead_of"]``. ``means`` are sentences that say what the choice would bring.
    """

    def __init__(self, standing: Connection, means: tuple[str, ...] = ()) -> None:
        super().__init__(standing.orcid)
        self.standing, self.means = standing, means


class IsThisYours(Exception):
    """Raised by ``Purpose.on_connected`` when the name at ORCID is not the one that was expected: perhaps somebody else
    was signed in there. The person is asked before anything is stored.

    ``words`` are sentences that name both. Who says yes comes to ``on_connected`` once more, with the iD as
    ``context["is_mine"]``; who says no is led to ORCID again, which asks who they are.
    """

    def __init__(self, *words: str) -> None:
        super().__init__(*words)
        self.words = words


def _no_address(request: HttpRequest, context: dict) -> str:
    return ""


def _no_hints(request: HttpRequest, context: dict) -> dict[str, str]:
    return {}


def _no_places(connection: Connection) -> list[str]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One kind of visit to ORCID.

    ``scopes`` are asked for, in ORCID's words. ``on_connected(request, connection, context)`` runs in the
    transaction that stores the connection and returns the address to go to; it may raise
    ``ConnectionRefused``, ``AnotherIdStands`` or ``IsThisYours``. ``context`` is what ``oauth.begin`` was given (JSON).
    ``failure_url(context)`` is where "Go back" leads from a page that says that it did not work. ``requires_user``:
    only for somebody signed in here, and the iD becomes theirs; without it the iD is confirmed and stored with no
    account. ``open_to_all``: may be begun at ``/orcid/connect/`` with no context. ``why`` is a sentence, ``reads`` and
    ``writes`` are short lines for the page before; ``without`` says what cannot be done for somebody who says no.

    ``prefill(request, context)`` gives what ORCID's sign-in page is filled in with, of ``given_names``,
    ``family_names``, ``email``, ``orcid`` and ``prompt`` (orcid.md §2). ``receipt_to(request, context)`` gives the
    address that the receipt of the consent is mailed to, or "". ``stays(connection)`` gives sentences about where the
    iD stands and stays when its owner disconnects; ``kept_off(connection)`` sentences about what would belong on the
    record, and is kept off it by the office, with whom to ask. ``identify(request, grant, context)``, when it is set,
    stands in for all storing: it takes the checked ``connections.Grant`` and returns an ``outcomes.Outcome`` (signing
    in).
    """

    name: str
    scopes: tuple[str, ...]
    requires_user: bool
    on_connected: Callable[[HttpRequest, Connection, dict], str]
    failure_url: Callable[[dict], str]
    open_to_all: bool = False
    why: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    without: str = "Without it we cannot show your iD or write to your record."
    prefill: Callable[[HttpRequest, dict], dict[str, str]] = _no_hints
    receipt_to: Callable[[HttpRequest, dict], str] = _no_address
    stays: Callable[[Connection], list[str]] = _no_places
    kept_off: Callable[[Connection], list[str]] = _no_places
    identify: Callable[..., object] | None = None
    reads_public_record: bool = False  # set by ``effective``

    @property
    def reads_record(self) -> bool:
        """Whether the record is read to prefill from it, and not only iD and name."""
        return apis.READ in self.scopes or self.reads_public_record

    @property
    def sections(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is shown before the visit: (heading, lines)."""
        return (
            ("Why we ask", (self.why,) if self.why else ()),
            ("What we read", tuple(capfirst(line) for line in self.reads)),
            ("What we write", tuple(capfirst(line) for line in self.writes) or ("Nothing.",)),
        )

    @property
    def text(self) -> str:
        """The same as one text, for the consent ledger."""
        return "\n\n".join("\n".join((heading, *lines)) for heading, lines in self.sections if lines)


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> Purpose:
    """Make a purpose known, usually in ``AppConfig.ready``. One with the same name is replaced."""
    _purposes[purpose.name] = purpose
    return purpose


def get_purpose(name: str) -> Purpose:
    """Return a registered purpose as it is with the API that this site has: scopes to ask for, and what the person is
    told. Raises ``KeyError``.
    """
    return effective(_purposes[name])


def all_purposes() -> list[Purpose]:
    """Return every registered purpose, as ``get_purpose`` does."""
    return [effective(purpose) for purpose in _purposes.values()]


def places(connection: Connection) -> list[str]:
    """Return where an iD stands and stays when its owner disconnects, in the words of all purposes."""
    return [sentence for purpose in all_purposes() for sentence in purpose.stays(connection)]


def kept_off(connection: Connection) -> list[str]:
    """Return what the office keeps off the record of an iD, in the words of all purposes."""
    return [sentence for purpose in all_purposes() for sentence in purpose.kept_off(connection)]


def effective(purpose: Purpose) -> Purpose:
    """Return ``purpose`` without what the Public API cannot do; the same purpose when nothing is to be left out."""
    scopes = apis.to_ask(purpose.scopes)
    if not apis.is_public() or scopes == purpose.scopes:
        return purpose
    reads = apis.READ in purpose.scopes
    return replace(
        purpose,
        scopes=scopes,
        reads=apis.PUBLIC_READS if reads else purpose.reads,
        writes=apis.PUBLIC_WRITES if purpose.writes else (),
        reads_public_record=reads,
    )
