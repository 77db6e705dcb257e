"""What an answer of a place means: one table from status to what is done and what is said to staff.

HTTP (RFC 9110), and where a protocol gives a status a meaning of its own: SWORD 2.0 §12, metadata.md §8 and §10.
"""

import datetime as dt
import json
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags

_WORDS = 300
_LONGEST_WAIT = dt.timedelta(days=1)  # whatever Retry-After says: somebody may have mistyped it there


@dataclass(frozen=True, slots=True)
class Ruling:
    """``again``: it is tried again by itself. ``everybody``: it says something about the place, not about this thesis.
    ``most``: attempts after which staff are asked all the same (0: never). ``staff``: a sentence; ``{label}`` is the
    place's name.
    """

    again: bool
    staff: str
    everybody: bool = False
    most: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that arrived. ``headers`` are found whatever their case."""

    status: int
    headers: Any
    content: bytes = b""

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")

    @property
    def data(self) -> Any:
        """The body as JSON; None when it is none."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None

    @property
    def words(self) -> str:
        """What the place says is wrong, short, in its own words; "" when it says nothing that can be read."""
        said = _said(self.data) if self.data is not None else strip_tags(self.text)
        return re.sub(r"\s+", " ", said).strip()[:_WORDS]


class Refused(Exception):
    """An answer whose status was not among those hoped for."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"status {answer.status}")
        self.answer = answer


class NoAnswer(Exception):
    """Nothing came back: what was asked for may or may not have been done."""


class TooLarge(NoAnswer):
    """More came back than we read."""


class LostLease(Exception):
    """Somebody else works on this delivery now, or it was paused: nothing more may be called or written."""


class NeedsAttention(Exception):
    """It cannot go there until somebody does something; the sentence for staff says what."""

    def __init__(self, sentence: str, code: str = "attention") -> None:
        super().__init__(sentence)
        self.sentence, self.code = sentence, code


class NotYet(Exception):
    """Nothing is wrong, but the place is not done (a review there, a queue): look again ``after``."""

    def __init__(self, sentence: str, after: dt.timedelta = dt.timedelta(minutes=10)) -> None:
        super().__init__(sentence)
        self.sentence, self.after = sentence, after


_BUSY = "{label} is out of order or busy. We go on by ourselves when it is back; nothing is lost."
_OURS = (
    "{label} did not understand what we sent. Look at the call; if it goes on, tell whoever runs this site."
)

_TABLE: dict[int | None, Ruling] = {
    None: Ruling(True, "{label} did not answer. We try again by ourselves; nothing is lost.", everybody=True),
    400: Ruling(False, "{label} did not accept the record. Mend what it names, then try again."),
    401: Ruling(
        False,
        "{label} does not know our user name and password, or token. Check them in ETD_TARGETS, then try again.",
        everybody=True,
    ),
    402: Ruling(False, "{label} wants to be paid first."),
    403: Ruling(
        False, "Our account at {label} may not do this. Have it given the right there, then try again."
    ),
    404: Ruling(
        False, "{label} has nothing at this address. Check the address and the collection in ETD_TARGETS."
    ),
    405: Ruling(False, _OURS),
    406: Ruling(False, _OURS),
    408: Ruling(True, _BUSY),
    409: Ruling(
        True, "{label} was changing the same record at this moment. We try again by ourselves.", most=6
    ),
    410: Ruling(False, "{label} no longer has what we asked for. If it should be there, press “Send again”."),
    411: Ruling(False, _OURS),
    412: Ruling(
        True, "{label} says that the file was damaged on its way. We send it again by ourselves.", most=4
    ),
    413: Ruling(False, "The file is larger than {label} takes. Have its limit raised there, then try again."),
    415: Ruling(
        False, "{label} does not take this packaging or media type. Check its settings, then try again."
    ),
    422: Ruling(False, "{label} did not accept the record. Mend what it names, then try again."),
    423: Ruling(True, "The record is locked at {label}. We try again by ourselves.", most=10),
    425: Ruling(True, _BUSY),
    429: Ruling(True, "{label} asked us to slow down. We go on by ourselves.", everybody=True),
    # A fault of its own about one record often stays, and is seen by nobody there.
    500: Ruling(
        True, "{label} reported a fault of its own. We try again by ourselves.", everybody=True, most=12
    ),
    502: Ruling(True, _BUSY, everybody=True),
    503: Ruling(True, _BUSY, everybody=True),
    504: Ruling(True, _BUSY, everybody=True),
    507: Ruling(True, "{label} has no room left. We try again by ourselves.", everybody=True),
}
_MOVED = Ruling(
    False, "{label} has moved to another address. Set the new one in ETD_TARGETS.", everybody=True
)
_UNKNOWN = Ruling(False, "{label} gave an answer that is not in our table. Look at the call.")
OUR_FAULT = Ruling(
    True, "Something went wrong here, not at {label}. We try again by ourselves; the worker's log says where."
)


def decide(status: int | None) -> Ruling:
    """The ruling for a status that was not hoped for; None: no answer arrived."""
    if status in _TABLE:
        return _TABLE[status]
    if 300 <= status < 400:
        return _MOVED
    return _TABLE[502] if status >= 500 else _UNKNOWN


def ends_doubt(status: int) -> bool:
    """Whether a refusal says for sure that nothing was done."""
    return 400 <= status < 500 and status != 408


def sentence(ruling: Ruling, label: str, words: str = "") -> str:
    """What staff read: the ruling about the place ``label``, and what the place said itself."""
    said = f" It said: “{words}”" if words else ""
    return ruling.staff.format(label=label) + said


def wait(answer: Answer, now: dt.datetime | None = None) -> dt.timedelta | None:
    """How long ``Retry-After`` asks us to wait (RFC 9110 §10.2.3: seconds or a date), at most a day; None without."""
    value = (answer.headers.get("Retry-After") or "").strip()
    if value.isdigit():
        # More digits than a timedelta holds are a mistake, and as good as "very long".
        asked = dt.timedelta(seconds=min(int(value[:9]), 10**8))
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        asked = moment - (now or timezone.now())
    return max(dt.timedelta(), min(asked, _LONGEST_WAIT))


def _said(data: Any) -> str:
    """The texts of an error in JSON, in whichever of the usual forms: JSON:API, Spring (DSpace), InvenioRDM."""
    if isinstance(data, str):
        return data
    if isinstance(data, list):
        return " ".join(filter(None, map(_said, data)))
    if isinstance(data, dict):
        keys = ("message", "title", "detail", "error", "field", "source", "messages", "errors")
        return " ".join(filter(None, (_said(data[key]) for key in keys if key in data)))
    return ""
