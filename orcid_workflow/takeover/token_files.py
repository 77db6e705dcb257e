"""Reading a file of token sets from an older system (CSV or JSON) into rows, each with what is wrong with it.

Only the file is looked at here, neither the database nor ORCID (``imports``). Nothing here keeps or shows a token: rows
leave them out of their ``repr``, and no exception carries any of the file.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from .. import ids
from ..api import errors

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5000
#: What a column may be called, the name we use first.
COLUMNS = {
    "orcid": ("orcid", "orcid_id", "orcid_identifier"),
    "access_token": ("access_token", "token"),
    "refresh_token": ("refresh_token",),
    "scope": ("scope", "scopes"),
    "expires_at": ("expires_at", "expires", "expiry"),
    "expires_in": ("expires_in",),
    "name": ("name",),
    "account": ("username", "account", "user"),
    "email": ("email", "e_mail"),
    "granted_at": ("granted_at", "created_at", "date_granted"),
    "environment": ("environment",),
    "client_id": ("client_id",),
}
#: Scopes that a person grants (orcid.md §8) …
PERSON_SCOPES = frozenset(
    [
        "openid",
        "/authenticate",
        "/read-limited",
        "/activities/update",
        "/person/update",
        "/email/read-private",
    ]
)
#: … those that the site has by itself, which say nothing of a person …
CLIENT_SCOPES = frozenset(["/read-public", "/webhook", "/premium-notification"])
#: … and beginnings of those that older tokens carry (API 1.2 and 2.0). They are kept, and nothing here uses them.
_OLD_SCOPES = (
    "/activities/",
    "/affiliations/",
    "/funding/",
    "/orcid-bio/",
    "/orcid-profile/",
    "/orcid-works/",
    "/peer-review/",
    "/person/",
)
_HOSTS = {"sandbox.orcid.org": "sandbox", "qa.orcid.org": "qa"}


class Unreadable(Exception):
    """The file as a whole cannot be read; the words are for the person who chose it."""


class _Wrong(ValueError):
    """One value is wrong; the words are for the person."""


@dataclass(frozen=True, slots=True)
class Row:
    """One token set. Times are UTC; ``number`` counts from 1 without the heading; ``problems`` are sentences.

    ``orcid`` is the bare iD, empty when the file has none: what stands there instead may be a token.
    ``environment`` is empty when neither a column nor the host of the iD says it.
    """

    number: int
    orcid: str
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    scope: str = ""
    expires_at: dt.datetime | None = None
    name: str = ""
    account: str = ""
    email: str = ""
    granted_at: dt.datetime | None = None
    environment: str = ""
    client_id: str = ""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read(data: bytes) -> list[Row]:
    """Read a whole file. Raises ``Unreadable`` when it is no CSV or JSON with the columns that are needed."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Cut it into several.")
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise Unreadable("The file is not text in UTF-8. Export it as “CSV UTF-8”.")
    if not text:
        raise Unreadable("The file is empty.")
    entries = _json(text) if text[0] in "[{" else _csv(text)
    if len(entries) > MAX_ROWS:
        raise Unreadable(f"The file has more than {MAX_ROWS} rows. Cut it into several.")
    if not entries:
        raise Unreadable("The file has a heading and no rows.")
    return [_row(number, entry) for number, entry in enumerate(entries, 1)]


def _json(text: str) -> list[Mapping]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        # {"tokens": [...]}, whatever the name; or one token set by itself.
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else [found]
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise Unreadable("The JSON must be a list of objects, one for each token set.")
    _check_columns({_plain(key) for entry in found for key in entry})
    return found


def _csv(text: str) -> list[Mapping]:
    heading = text.splitlines()[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error:
        table = None
    if table is None:
        raise Unreadable(
            "The CSV is damaged: a quotation mark is opened and not closed, or the other way round."
        )
    names = [_plain(name) for name in table[0]]
    _check_columns(set(names))
    return [dict(zip(names, cells, strict=False)) for cells in table[1:] if any(map(str.strip, cells))]


def _plain(name: object) -> str:
    return str(name).strip().lower().replace(" ", "_").replace("-", "_")


def _check_columns(present: set[str]) -> None:
    for wanted in ("orcid", "access_token"):
        if not present & set(COLUMNS[wanted]):
            raise Unreadable(
                f"There is no column “{wanted}”. Needed are orcid and access_token; may be there: "
                f"{', '.join(name for name in COLUMNS if name not in ('orcid', 'access_token'))}."
            )


def _row(number: int, entry: Mapping) -> Row:
    """Check one entry. A fault of ours in it becomes a problem of that row, and shows nothing of it."""
    try:
        return _checked(number, {_plain(key): value for key, value in entry.items()})
    except Exception:  # whatever it is, its words may hold a token
        return Row(number, "", problems=("This row could not be understood.",))


def _checked(number: int, entry: dict) -> Row:
    raw = {
        name: next((str(entry[key]).strip() for key in keys if entry.get(key) not in (None, "")), "")
        for name, keys in COLUMNS.items()
    }
    problems: list[str] = []
    notes: list[str] = []

    def take(read_value, default=None):
        try:
            return read_value()
        except _Wrong as wrong:
            problems.append(str(wrong))
            return default

    orcid = take(lambda: _orcid(raw["orcid"]), "")
    granted_at = take(lambda: _granted(raw["granted_at"]))
    if not raw["access_token"]:
        problems.append("The access token is missing.")
    elif len(raw["access_token"]) > 1000 or not raw["access_token"].isascii() or " " in raw["access_token"]:
        problems.append("The access token does not look like one: tokens are short and have no spaces.")
    if raw["refresh_token"] and (not raw["refresh_token"].isascii() or " " in raw["refresh_token"]):
        problems.append("The refresh token does not look like one: tokens have no spaces.")
    return Row(
        number=number,
        orcid=orcid,
        access_token=raw["access_token"],
        refresh_token=raw["refresh_token"],
        scope=take(lambda: _scope(raw["scope"], notes), ""),
        expires_at=take(lambda: _expiry(raw["expires_at"], raw["expires_in"], granted_at)),
        name=raw["name"][:400],
        account=errors.scrub(raw["account"])[:150],
        email=errors.scrub(raw["email"])[:254],
        granted_at=granted_at,
        environment=raw["environment"].lower() or _environment(raw["orcid"]),
        client_id=raw["client_id"],
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _orcid(text: str) -> str:
    if not text:
        raise _Wrong("The ORCID iD is missing.")
    try:
        return ids.normalise(text)
    except ValueError as error:
        raise _Wrong(str(error)) from None


def _environment(orcid: str) -> str:
    host = orcid.split("://", 1)[-1].split("/", 1)[0].lower()
    return _HOSTS.get(host, "")


def _scope(text: str, notes: list[str]) -> str:
    words = list(dict.fromkeys(text.replace(",", " ").split()))
    if not words:
        raise _Wrong("The scope is missing. Without it nobody knows what the person permitted.")
    strange = [
        word
        for word in words
        if word not in PERSON_SCOPES | CLIENT_SCOPES and not word.startswith(_OLD_SCOPES)
    ]
    if strange:
        # A value in the wrong column may be a token, so the words themselves are not repeated.
        raise _Wrong(
            f"{len(strange)} word(s) of the scope are none of ORCID's. Scopes look like /read-limited."
        )
    if not set(words) - CLIENT_SCOPES:
        raise _Wrong("This scope is that of a site, not of a person: such a token proves no iD.")
    old = [word for word in words if word not in PERSON_SCOPES | CLIENT_SCOPES]
    if old:
        notes.append(f"Old scopes are kept but not used: {' '.join(old)}.")
    return " ".join(sorted(words))


def _granted(text: str) -> dt.datetime | None:
    moment = _moment(text, "granted_at")
    if moment and moment > timezone.now() + dt.timedelta(days=1):
        raise _Wrong("The date of the permission (granted_at) lies in the future.")
    return moment


def _expiry(at: str, seconds: str, granted_at: dt.datetime | None) -> dt.datetime | None:
    if at:
        moment = _moment(at, "expires_at")
    elif seconds:
        try:
            moment = (granted_at or timezone.now()) + dt.timedelta(seconds=float(seconds))
        except (ValueError, OverflowError):
            raise _Wrong("expires_in must be a number of seconds.") from None
    else:
        return None
    if moment <= timezone.now():
        raise _Wrong("The token has expired. The person has to connect again.")
    return moment


def _moment(text: str, column: str) -> dt.datetime | None:
    """Read ISO 8601, or seconds (milliseconds) since 1970. Without a zone it is taken for UTC."""
    if not text:
        return None
    try:
        if text.replace(".", "", 1).isdecimal() and len(text) > 8:
            number = float(text)
            return dt.datetime.fromtimestamp(number / 1000 if number > 1e11 else number, dt.UTC)
        moment = dt.datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise _Wrong(f"{column} is no date. Write it like 2024-05-31T14:00:00Z.") from None
