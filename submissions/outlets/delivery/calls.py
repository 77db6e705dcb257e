"""Calls to a place, each written down before it is made and completed when its answer is there.

The rule that makes it safe to kill at any instruction: before a step whose repetition would do harm the row says which
step it is (``in_doubt``), after it what came of it; both under the lease, so that no two workers speak for one thesis.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

import requests
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from orcid_workflow.api.history import completed
from orcid_workflow.api.transport import new_session
from orcid_workflow.sending import leases
from submissions.models import Delivery
from submissions.models.deliveries import DeliveryCall

from . import rulings
from .rulings import Answer, LostLease, NoAnswer, Refused, TooLarge
from .targets import Target

_SLOWEST = 250_000  # bytes a second: a lease must not end while a large file is on its way
_MOST_BYTES = 20 * 1024 * 1024  # of an answer; none that we ask for is near it
_OUTCOME = 500
_NOT_SHOWN, _NOTHING = "It is not shown to us.", "Nothing is there."
#: Refusals that tell a step what it asked.
_HOPED_FOR = {401: _NOT_SHOWN, 403: _NOT_SHOWN, 404: _NOTHING, 410: _NOTHING}


class Caller:
    """``call(step, method, path_or_url, …)`` and ``call.keep(…)`` for the work on one delivery. For a ``with``."""

    def __init__(self, target: Target, delivery: Delivery, owner: str) -> None:
        """``owner`` is who has the lease of ``delivery``."""
        self.target, self.delivery, self.owner = target, delivery, owner
        self.session = new_session("thesis-office (Django)")

    def __enter__(self) -> "Caller":
        """Return itself; the session, with the cookies of the place, lives as long as the ``with``."""
        return self

    def __exit__(self, *error: object) -> None:
        self.session.close()

    def __call__(
        self,
        step: str,
        method: str,
        path_or_url: str,
        *,
        doubtful: bool = False,
        ok: tuple[int, ...] = (200, 201, 204),
        size: int = 0,
        **arguments: Any,
    ) -> Answer:
        """Make one call. ``step`` names it in the history and, when ``doubtful``, in ``in_doubt``.

        ``doubtful``: doing it twice would do harm; the caller ends the doubt with ``keep(in_doubt="", …)``. ``size``:
        bytes that are sent, where they are many. ``arguments`` go to ``requests``; redirects are not followed unless
        they say so. Raises ``Refused`` for a status not in ``ok``, ``NoAnswer`` (``TooLarge`` for more than 20 MB),
        ``LostLease`` (nothing was called).
        """
        url = self.target.url(path_or_url)
        before = self.delivery.in_doubt
        lease = leases.LEASE + dt.timedelta(seconds=size / _SLOWEST)
        self._hold(
            self._mine().exclude(state=Delivery.State.PAUSED),
            lease_until=timezone.now() + lease,
            **({"in_doubt": step} if doubtful else {}),
        )
        row = DeliveryCall(
            delivery=self.delivery, step=step[:40], method=method, address=self._scrub(url)[:500]
        )
        with completed(row, "status"):
            try:
                answer = self._send(method, url, arguments)
            except requests.RequestException as error:
                row.outcome = f"No answer arrived ({type(error).__name__})."
                raise NoAnswer(row.outcome) from None
            except TooLarge as error:
                row.outcome = str(error)
                raise
            row.status = answer.status
            if answer.status not in ok:
                answer = replace(answer, content=self._scrub(answer.text).encode())
            row.outcome = _outcome(answer, answer.status in ok)[:_OUTCOME]
        if answer.status in ok:
            return answer
        if doubtful and rulings.ends_doubt(answer.status):
            self.keep(in_doubt=before)
        raise Refused(answer)

    def keep(self, **values: Any) -> None:
        """Write down facts about the place on the delivery (``in_doubt``, ``remote_id``, ``remote_url``, ``remote``).

        ``remote`` replaces what was there. Also when it was paused meanwhile: they are facts. Raises ``LostLease``;
        whoever has the lease then finds out by itself.
        """
        self._hold(self._mine(), **values, updated_at=timezone.now())

    def _mine(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(pk=self.delivery.pk, lease_owner=self.owner)

    def _hold(self, rows: QuerySet[Delivery], **values: Any) -> None:
        if not rows.update(**values):
            raise LostLease
        for name, value in values.items():
            setattr(self.delivery, name, value)

    def _send(self, method: str, url: str, arguments: dict[str, Any]) -> Answer:
        given = self.target.credentials()
        headers = {**given.pop("headers", {}), **(arguments.pop("headers", None) or {})}
        arguments = {"allow_redirects": False, "timeout": _timeout(), **given, **arguments}
        with self.session.request(method, url, headers=headers, stream=True, **arguments) as response:
            content = b""
            for piece in response.iter_content(1 << 16):
                content += piece
                if len(content) > _MOST_BYTES:
                    raise TooLarge("The answer was larger than what we read (20 MB).")
            return Answer(response.status_code, response.headers, content)

    def _scrub(self, text: str) -> str:
        """``text`` without the secret of the place, should it say it back to us."""
        secret = self.target.secret
        return text.replace(secret, "…") if len(secret) > 3 else text


def _outcome(answer: Answer, hoped_for: bool) -> str:
    """What came of a call, in words. A step may hope for a 404: that nothing is there."""
    if hoped_for:
        return _HOPED_FOR.get(answer.status, "Accepted.")
    return answer.words or "Refused, without a word why."


def _timeout() -> tuple[float, float]:
    """Seconds to connect, and to wait for each piece of the answer."""
    seconds = float(getattr(settings, "ETD_TARGET_TIMEOUT_SECONDS", 60))
    return min(seconds, 10.0), seconds
