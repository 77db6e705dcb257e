"""The places theses go to (``settings.ETD_TARGETS``) and what each kind of place must know how to do."""

import json
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from submissions.metadata import record_json
from submissions.metadata.record import ThesisRecord
from submissions.models import Delivery, Submission
from submissions.models.deliveries import Wish

if TYPE_CHECKING:
    from .calls import Caller
    from .parcel import Parcel

#: Kind in the settings -> class. A path, so that a site without a kind need not import it.
KINDS: dict[str, str] = {
    "datacite": "submissions.outlets.doi.datacite.DataCite",
    "sword2": "submissions.outlets.deposit.sword2.Sword2",
    "dspace": "submissions.outlets.deposit.dspace.DSpace",
    "inveniordm": "submissions.outlets.deposit.inveniordm.InvenioRDM",
}
_IN_JSON = {
    str: "text, in quotation marks",
    bool: "true or false, without quotation marks",
    int: "a whole number, without quotation marks",
    list: "a list, in square brackets",
    dict: "an object, in curly brackets",
}
_WITHOUT_TLS = ("localhost", "127.0.0.1", "::1")


class Target:
    """One place. A kind is a subclass; it says what should be known there, in which words, and how it gets there.

    ``NEEDS``: keys that the settings must have beside ``kind``. ``LABEL``: the name where the settings give none.
    ``CHECKS``: the wishes whose fulfilment is read back. ``WORDS``: what a wish, or its fulfilment, means there.
    """

    kind: ClassVar[str] = ""
    #: Option -> what it must be in JSON. A kind adds its own.
    OPTIONS: ClassVar[dict[str, type]] = {
        **dict.fromkeys(("kind", "address", "label", "user", "secret"), str),
        "imported": bool,
        "also_at": list,
    }
    LABEL: ClassVar[str] = ""
    NEEDS: ClassVar[tuple[str, ...]] = ("address", "user", "secret")
    CHECKS: ClassVar[tuple[Wish, ...]] = (Wish.PUBLIC,)
    WORDS: ClassVar[dict[Wish, str]] = {
        Wish.NOTHING: "nothing",
        Wish.RESERVED: "reserved, not public",
        Wish.PUBLIC: "public",
        Wish.WITHDRAWN: "withdrawn, with a note that it was there",
    }

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        """``name`` is the key in ``ETD_TARGETS``, ``options`` its value."""
        self.name = name
        self.options = options
        self.label: str = options.get("label") or self.LABEL or name
        self.address: str = str(options.get("address") or "").rstrip("/")
        self.user: str = options.get("user") or ""
        self.secret: str = options.get("secret") or ""

    # --- what should be there ------------------------------------------------------------------------------------

    def wish_for(self, submission: Submission, record: ThesisRecord | None) -> Wish:
        """What should be known there now. ``record`` is None while the public cannot see the thesis."""
        if record is not None:
            return Wish.PUBLIC
        return Wish.WITHDRAWN if submission.published_at else Wish.NOTHING

    def why_nothing(self, submission: Submission) -> str:
        """A sentence for staff when this place is left alone for a reason they would not guess; else ""."""
        return ""

    def message(self, parcel: "Parcel") -> bytes:
        """Everything the place should have been told: its SHA-256 is ``desired_hash``. Must be the same for the same
        facts, and reads no file. Here: the wish, the record but for the moment of its last change, and the files.
        """
        record = record_json.to_dict(parcel.record) if parcel.record else {}
        record.pop("modified", None)
        files = [[item.name, item.sha256, str(item.open_from or "")] for item in parcel.files]
        told = {"wish": parcel.wish, "uuid": str(parcel.submission.uuid), "record": record, "files": files}
        return json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")

    # --- how it gets there ---------------------------------------------------------------------------------------

    def bring(self, delivery: Delivery, parcel: "Parcel", call: "Caller") -> None:
        """Go from what is there to ``parcel.wish``. Safe to be run again after being killed anywhere: where
        ``delivery.in_doubt`` names a step, LOOK at the place first. Returns when it is there. Raises what ``call``
        raises, ``NeedsAttention`` and ``NotYet``.
        """
        raise NotImplementedError

    def read_back(self, delivery: Delivery, parcel: "Parcel", call: "Caller") -> list[str]:
        """The round trip: sentences on what did not survive (names, dates, iDs, title, identifiers, checksums)."""
        raise NotImplementedError

    # --- how it is spoken to -------------------------------------------------------------------------------------

    def credentials(self) -> dict[str, Any]:
        """Arguments for ``requests`` that authenticate every call: HTTP Basic, unless a kind says otherwise."""
        return {"auth": (self.user, self.secret)} if self.user else {}

    def url(self, path_or_url: str) -> str:
        """The address of a call: a path below ``address``, or a link that the place gave us.

        Raises ``NeedsAttention`` for a link to another server (key ``also_at`` lists others that may be trusted): the
        password goes with it.
        """
        from .rulings import NeedsAttention

        if not urlsplit(path_or_url).scheme and not path_or_url.startswith("//"):
            return f"{self.address}/{path_or_url.lstrip('/')}"
        url = urljoin(self.address, path_or_url)
        allowed = [_server(self.address), *map(_server, self.options.get("also_at") or [])]
        if _server(url) not in allowed:
            server = urlsplit(url).netloc
            raise NeedsAttention(
                f"{self.label} sent us on to another server ({server}), and we give our password to no other. Set its "
                f"own address right there, or add that server to “also_at” of {self.name} in ETD_TARGETS.",
                "other_server",
            )
        return url

    @classmethod
    def problems(cls, options: dict[str, Any]) -> list[str]:
        """What is wrong with the settings of one place of this kind, in sentences without the secret."""
        found = [f"“{key}” is missing." for key in cls.NEEDS if not options.get(key)]
        found += [
            f"“{key}” must be {_IN_JSON[kind]}."
            for key, kind in cls.OPTIONS.items()
            if options.get(key) is not None and not isinstance(options[key], kind)
        ]
        try:
            address = urlsplit(str(options.get("address") or ""))
            whole = bool(address.hostname) and address.port != 0
        except ValueError:
            return [*found, "“address” must begin with https:// and be the whole address of a server."]
        if options.get("address") and (address.scheme not in ("http", "https") or not whole):
            found.append("“address” must begin with https://.")
        elif address.scheme == "http" and address.hostname not in _WITHOUT_TLS:
            found.append("“address” must begin with https://: over http the password can be read on the way.")
        if address.username or address.password:
            found.append("“address” must not hold a user or password; they have keys of their own.")
        return found


def targets() -> dict[str, Target]:
    """The places of the settings whose settings are sound, by name. ``problems`` says what is wrong with the others."""
    return {
        name: _class(options["kind"])(name, options)
        for name, options in _configured().items()
        if not _problems_of(name, options)
    }


def problems() -> dict[str, list[str]]:
    """What is wrong with ``ETD_TARGETS``: name -> sentences. Names without problems are left out."""
    found = {name: _problems_of(name, options) for name, options in _configured().items()}
    return {name: sentences for name, sentences in found.items() if sentences}


def _configured() -> dict[str, Any]:
    configured = getattr(settings, "ETD_TARGETS", None) or {}
    return configured if isinstance(configured, dict) else {"ETD_TARGETS": configured}


def _problems_of(name: str, options: Any) -> list[str]:
    if not isinstance(options, dict):
        return ["It must be an object with the keys kind, address, user and secret."]
    found = (
        [] if len(str(name)) <= Delivery._meta.get_field("target").max_length else ["The name is too long."]
    )
    kind = options.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return [*found, f"“kind” is “{kind or ''}”; it must be one of {', '.join(KINDS)}."]
    return found + _class(kind).problems(options)


def _class(kind: str) -> type[Target]:
    return import_string(KINDS[kind])


def _server(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url if "://" in url else f"https://{url}")
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
