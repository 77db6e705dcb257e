"""Pages of ``ListRecords`` that were sent once, kept as files, and when they may be sent again.

Kept are the finished bytes of the records of a full page of a list without ``from`` and ``until``: what stands between
``<ListRecords>`` and the ``resumptionToken``. ``responseDate``, ``request`` and the token are made afresh.

Let T be the ``responseDate`` of the answer whose page is to be kept, P the key (datestamp, row) that the page begins
behind, K the key of its last record. It is kept only when K is earlier than T, by the datestamp alone. Then:

1. What becomes visible after the page was read is stamped not earlier than T. That is what ``clock`` promises, with
   transactions that are open meanwhile and with a clock that is set back; to the second, and T is a whole second.
   Everything that shows in the bytes moves the datestamp: contents, deletion, sets. No row is ever deleted.
2. So a record of the page that changes, enters or leaves the list or a set gets a key behind K, for ever: the keys of
   one list between P and K are at any later time some of those that the page was made of, and a record that still has
   its key has its bytes.
3. So the page is what the database would answer if and only if there are still as many keys between P and K. That is
   counted, in the index, at each request, by the statement that looks at the clock (``listing.still_there``). The sums
   of the rows and of their datestamps are compared as well, for a database that was put back from a copy, of which 1
   knows nothing.
4. Nothing has to be counted while the latest datestamp of all is the very one that stood there when the page was
   read, if that one is earlier than T: then nothing at all has changed since, by 1.
5. The page also says that another one follows; so there has to be a record behind K, within the horizon.

The statement sees the list at the moment at which it looks at the clock, not after it, unlike a page that is read. A
change that is committed in between, stamped before the ``responseDate``, is then behind K and is met later in the same
harvest, since a kept page is never the last.

What the bytes depend on besides the rows is what a file's name begins with: the namespace of identifiers, the size of a
page, the database, the code that writes them. So ``tidy`` knows what nobody can ask for any more. When a kept page no
longer holds, the page made in its place ends where it ended, as long as it is half full: or else one changed record
would move the borders of all pages behind it.

A file that cannot be read or written is none: the page is made. What is kept is on the disk as long as a withdrawn
iD or name could be in it: until the page is asked for again, or for ``DAYS``, since ``refresh_records`` tidies daily.
"""

import hashlib
import json
import logging
import os
import random
import re
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path

from django.conf import settings
from django.db import connection

from . import clock, listing, packing
from .database import moment, total
from .names import repository_id
from .pieces import Stored
from .resumption import Position, at, microseconds

DAYS = 30
#: Besides the daily command, a process looks what has to go at one in so many pages that it keeps.
TIDY_EACH = 200
#: What a page says of itself, at the beginning of its file, is shorter than this (bytes).
_LINE = 1000
_CODE = hashlib.sha256(
    b"".join(
        Path(__file__).with_name(f"{name}.py").read_bytes()
        for name in ("answer", "database", "keep", "listing", "names", "packing", "pieces", "sets")
    )
).hexdigest()
#: Names of pages, whole or half written, and those that earlier code gave. Anything else in the folder is not ours.
_NAME = re.compile(r"[0-9a-f]{16}-\w+|[0-9a-f]{64}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that was found: ``body`` may be sent if ``ask`` says so. ``count`` and the sums are of its rows and their
    datestamps. ``latest`` is the datestamp meant in 4, in microseconds since 1970; None where that one was too late.
    """

    position: Position
    body: Stored | packing.Packed
    count: int
    rows: int
    stamps: int
    datestamp: int
    row: int
    latest: int | None

    @property
    def onward(self) -> Position:
        """Where the next page begins; its size is that of ``position``."""
        sent = self.position.sent + self.count
        return replace(self.position, datestamp=self.datestamp, row=self.row, sent=sent)

    def close(self) -> None:
        """Close the file. Whoever sends the body does so when it is sent."""
        (self.body if isinstance(self.body, Stored) else self.body.deflated).close()

    def ask(self) -> tuple[clock.Moment, bool]:
        """What an answer may speak of, and whether the page is what the database would answer then.

        The database is not asked again while nothing had changed less than ``ETD_OAI_AGE`` seconds ago.
        """
        now = clock.lately()
        if now and self._unchanged(now):
            return now, True
        latest = None if self.latest is None else at(self.latest)
        now, answered = clock.tick_and_read(*listing.still_there(self.position, self.onward, latest))
        return now, self._unchanged(now) or self._holds(answered, now)

    def _unchanged(self, now: clock.Moment) -> bool:
        return self.latest is not None and self.latest == microseconds(now.latest)

    def _holds(self, answered: tuple, now: clock.Moment) -> bool:
        if not answered:
            return False
        there, following = answered
        return (
            there == f"{self.count} {self.rows} {self.stamps}"
            and bool(following)
            and moment(following) <= now.horizon
        )

    def page(self, now: clock.Moment) -> listing.Page:
        """The page without its rows. The first one of a list counts it."""
        sent = self.onward.sent
        size = self.position.size if self.position.sent else listing.size(self.position, now.horizon)
        size = max(size, sent + 1)
        return listing.Page([], self.position.sent, size, replace(self.onward, size=size))


def find(position: Position, packed: bool) -> Kept | None:
    """The page behind ``position`` that was kept last, deflated if ``packed``. It may hold no longer."""
    if not _wanted(position):
        return None
    try:
        file = FileIO(_path(position, packed))
    except OSError:
        return None
    try:
        line = os.pread(file.fileno(), _LINE, 0).partition(b"\n")[0]
        about = json.loads(line)
        # A machine that went down while it wrote leaves files that are too short.
        if os.fstat(file.fileno()).st_size != len(line) + 1 + about["stored"]:
            raise ValueError("not whole")
        stored = Stored(file, len(line) + 1, about["stored"])
        return Kept(position, packing.Packed(stored, *about["packed"]) if packed else stored, *about["page"])
    except (OSError, ValueError, KeyError, TypeError):
        file.close()
        return None


def keep(position: Position, page: listing.Page, now: clock.Moment, records: bytes, packed: bool) -> object:
    """Keep ``records``, the bytes of ``page``, if they may be. Returns what is to be sent in their place."""
    last = page.rows and moment(listing.Row(*page.rows[-1]).stamp)
    if not _wanted(position) or page.onward is None or not last or last >= now.response_date:
        return records
    body = packing.pack(records) if packed else records
    rows = sum(row[0] for row in page.rows)
    stamps = total(row[1] for row in page.rows)
    latest = microseconds(now.latest) if now.latest < now.response_date else None
    about: dict[str, object] = {
        "page": [len(page.rows), rows, stamps, page.onward.datestamp, page.onward.row, latest]
    }
    if packed:
        about |= {"packed": [body.crc, body.shift, body.length], "stored": len(body.deflated)}
    else:
        about["stored"] = len(body)
    try:
        _write(
            _path(position, packed), (json.dumps(about).encode(), b"\n", body.deflated if packed else body)
        )
    except OSError as error:
        _log.warning("A page for harvesters could not be kept: %s", error)
    return body


def tidy() -> None:
    """Remove the pages of other code or settings, what is older than ``DAYS``, and the oldest until a tenth of
    ``ETD_OAI_KEEP_MB`` is free. A folder that is not there, or may not be changed, stays as it is.
    """
    try:
        if settings.ETD_OAI_KEEP:
            _tidy(settings.ETD_OAI_KEEP_MB * 1_000_000 * 9 // 10)
    except FileNotFoundError:
        return
    except OSError as error:
        _log.warning("The kept pages for harvesters could not be tidied: %s", error)


def _tidy(limit: float) -> None:
    files, ours = [], _ours()
    for entry in os.scandir(settings.ETD_OAI_KEEP):
        if not _NAME.fullmatch(entry.name):
            continue
        try:
            about = entry.stat()
        except FileNotFoundError:  # by another process
            continue
        made = about.st_mtime if entry.name.startswith(ours) else 0
        files.append((made, about.st_size, entry.path))
    whole = sum(size for _, size, _ in files)
    oldest = time.time() - DAYS * 86_400
    for made, size, path in sorted(files):
        if whole <= limit and made >= oldest:
            return
        Path(path).unlink(missing_ok=True)
        whole -= size


def _wanted(position: Position) -> bool:
    # Visits that ask for what is new since the last one, all at different times, would only push the others out.
    return bool(settings.ETD_OAI_KEEP) and not position.since and not position.until


def _ours() -> str:
    """What the names of pages of this code and these settings begin with."""
    database = connection.settings_dict
    names = (str(database[name]) for name in ("ENGINE", "HOST", "PORT", "NAME"))
    return _digest(_CODE, *names, repository_id(), settings.ETD_OAI_PAGE_SIZE)[:16] + "-"


def _path(position: Position, packed: bool) -> str:
    begins = (position.datestamp, position.row) if position.sent else ()
    name = _digest(position.prefix, position.spec, *begins, packed)
    return f"{settings.ETD_OAI_KEEP}/{_ours()}{name}"


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _write(path: str, parts: Iterable[bytes]) -> None:
    """Write under another name first: nobody reads half a page. Raises ``OSError``."""
    folder = Path(settings.ETD_OAI_KEEP)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    if random.randrange(TIDY_EACH) == 0:  # noqa: S311 - chance, not secrecy
        tidy()
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=_ours())
    try:
        with open(descriptor, "wb") as file:
            file.writelines(parts)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
