"""Where a harvest stands, all of it in the token: no row, no file, so that it survives a restart.

A position is the key (datestamp, row) of the last record that was sent. Records that change move behind it and are
sent again at the end of the list; nothing is skipped, as it would be with offsets.
"""

import datetime as dt
import time
from dataclasses import dataclass, fields
from operator import attrgetter

from django.core import signing

LIFE = dt.timedelta(days=7)  # harvesters want 23 hours at least (metadata.md §7)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Position:
    """A harvest under way: what it asked for first, its last record, how many were sent, how many there are to send.

    ``since`` and ``until`` are as the harvester wrote them, or empty; ``datestamp`` is in microseconds since 1970, UTC.
    """

    prefix: str
    spec: str
    since: str
    until: str
    datestamp: int
    row: int
    sent: int
    size: int

    @property
    def moment(self) -> dt.datetime:
        """The datestamp of the last record, exactly (UTC)."""
        return at(self.datestamp)


_values = attrgetter(*(field.name for field in fields(Position)))


def microseconds(moment: dt.datetime) -> int:
    """``moment`` as a position keeps it."""
    return (moment - _EPOCH) // _MICROSECOND


def at(datestamp: int) -> dt.datetime:
    """The moment (UTC) that ``microseconds`` was made of."""
    return _EPOCH + datestamp * _MICROSECOND


def write(verb: str, position: Position) -> tuple[str, dt.datetime]:
    """Return the token and when it ends (UTC). It is good for this verb only."""
    ends = dt.datetime.fromtimestamp(int(time.time()), tz=dt.UTC) + LIFE
    return signing.dumps(_values(position), salt=_salt(verb)), ends


def read(verb: str, token: str) -> Position | None:
    """Return the position in a token of ours; None when it is not one, belongs to another verb or has ended."""
    try:
        return Position(*signing.loads(token, salt=_salt(verb), max_age=LIFE))
    except (signing.BadSignature, TypeError):
        return None


def _salt(verb: str) -> str:
    return f"oai.{verb}"
