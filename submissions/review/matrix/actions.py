"""What the office may do with a delivery: each action once, with when it may be done and what is said of it.

Every act is a line in the history of the case.
"""

import copy
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from wagtail.log_actions import log

from submissions import permissions
from submissions.models import Delivery, Submission
from submissions.outlets.delivery import wishes

from .listing import MatrixView, thesis_url
from .outlets import Outlet, places

SECONDS = 15.0  # a request may take so long before it says how far it came
CHECKED = "deliveries.check"  # an action of Wagtail's log
_SALT = "submissions.matrix.bulk"
State = Delivery.State


@dataclass(frozen=True, slots=True)
class DeliveryAction:
    """Something to do with a delivery. ``against(delivery)`` says why it may not be done, "" when it may; ``help``
    stands under the button. ``at_once``: nothing is left for the background.
    """

    name: str
    label: str
    help: str
    done: str
    do: Callable[[Delivery, object], object]
    against: Callable[[Delivery], str]
    at_once: bool = False


def _no_try(delivery: Delivery) -> str:
    if delivery.state not in (State.WAITING, State.NEEDS_ATTENTION):
        return "nothing waits to be sent"
    return ""


def _no_replay(delivery: Delivery) -> str:
    if delivery.state == State.PAUSED:
        return "it is paused; go on first"
    return "" if delivery.wish else "nothing should be there"


def _no_check(delivery: Delivery) -> str:
    return "" if delivery.state == State.DONE else "only what is delivered can be read back"


def _no_pause(delivery: Delivery) -> str:
    return "it is paused already" if delivery.state == State.PAUSED else ""


def _no_resume(delivery: Delivery) -> str:
    return "" if delivery.state == State.PAUSED else "it is not paused"


def _check(delivery: Delivery, actor: AbstractUser) -> None:
    wishes.check_now(delivery, actor)
    # It changes nothing, so it is no event of the case, but of the site.
    log(delivery, CHECKED, user=actor)


#: By the name in the address, in the order of the buttons.
ACTIONS: dict[str, DeliveryAction] = {
    action.name: action
    for action in (
        DeliveryAction(
            "retry",
            "Try again",
            "Does now what waits, without waiting for the next turn.",
            "put back to work",
            wishes.retry,
            _no_try,
        ),
        DeliveryAction(
            "replay",
            "Send again",
            "Sends everything once more, metadata and files, to the same place there. No second copy is made.",
            "to be sent again",
            wishes.replay,
            _no_replay,
        ),
        DeliveryAction(
            "check",
            "Read back now",
            "Reads the record there and compares it with what was sent.",
            "to be read back",
            _check,
            _no_check,
        ),
        DeliveryAction(
            "pause",
            "Pause",
            "Nothing goes there until somebody presses “Go on”. What is there stays.",
            "paused",
            wishes.pause,
            _no_pause,
            at_once=True,
        ),
        DeliveryAction(
            "resume",
            "Go on",
            "Ends the pause: what should be there is sent.",
            "set going again",
            wishes.resume,
            _no_resume,
        ),
    )
}
#: Those that can be done with many at once.
BULK = tuple(ACTIONS[name] for name in ("retry", "replay", "check"))


def against(action: DeliveryAction, delivery: Delivery, user: object) -> str:
    """Why ``user`` may not do ``action`` with ``delivery``, in words that follow a colon; "" when it may be done."""
    if delivery.target not in settings.ETD_TARGETS:
        return "this place is not in the settings any more"
    allowed = permissions.can_deliver(user, delivery.submission)
    return (
        action.against(delivery) if allowed else allowed.reason[:1].lower() + allowed.reason[1:].rstrip(".")
    )


def label_of(target: str) -> str:
    """The name of a place for people; that in the settings, or the bare name of one that is not there any more."""
    return next((place.label for place in places() if place.key == target), target)


def perform(action: DeliveryAction, key: int, user: AbstractUser) -> str:
    """Do it with the row as it is now; ``wishes`` locks it and writes the history. Returns why not, or ""."""
    delivery = Delivery.objects.select_related("submission__student").get(pk=key)
    if reason := against(action, delivery, user):
        return reason
    action.do(delivery, user)
    return ""


@dataclass(slots=True)
class Tally:
    """What a bulk action has come to. ``after`` is the key of the last row looked at."""

    done: int = 0
    skipped: Counter = field(default_factory=Counter)
    after: int = 0
    finished: bool = True

    @property
    def seen(self) -> int:
        """How many were looked at."""
        return self.done + sum(self.skipped.values())

    def sentences(self, action: DeliveryAction, place: str) -> Iterator[str]:
        """What to say of it."""
        yield f"{place}: {self.done} {'thesis' if self.done == 1 else 'theses'} {action.done}."
        for reason, count in self.skipped.most_common():
            yield f"{count} left as {'it is' if count == 1 else 'they are'}: {reason}."


def apply(
    action: DeliveryAction, rows: QuerySet[Delivery], user: object, tally: Tally, *, seconds: float = SECONDS
) -> Tally:
    """Do ``action`` with each of ``rows`` after ``tally.after``, each in a transaction of its own, and count it in
    ``tally``. Ends after ``seconds``, with what is left for another go.
    """
    started = time.monotonic()
    for key in list(rows.filter(pk__gt=tally.after).order_by("pk").values_list("pk", flat=True)):
        if time.monotonic() - started > seconds:
            tally.finished = False
            return tally
        tally.after = key
        if reason := perform(action, key, user):
            tally.skipped[reason] += 1
        else:
            tally.done += 1
    tally.finished = True
    return tally


def _action(name: str) -> DeliveryAction:
    if name not in ACTIONS:
        raise Http404
    return ACTIONS[name]


@require_POST
def act_view(request: HttpRequest, pk: int, target: str, action: str) -> HttpResponse:
    """Do one of ``ACTIONS`` with one thesis at one place, and come back to its page."""
    delivery = get_object_or_404(Delivery.objects.select_related("submission"), submission=pk, target=target)
    if not permissions.can_deliver(request.user, delivery.submission):
        raise PermissionDenied
    doing = _action(action)
    place = label_of(target)
    if reason := perform(doing, delivery.pk, request.user):
        messages.warning(request, f"{place}: “{doing.label}” was not done: {reason}.")
    else:
        messages.success(request, f"{place}: {doing.done}. {'' if doing.at_once else AFTERWARDS}".strip())
    return redirect(f"{thesis_url(delivery.submission)}#{target}")


AFTERWARDS = "It is done in the background within a minute; load the page again to see what came of it."


@require_POST
def bulk_view(request: HttpRequest) -> HttpResponse:
    """Do an action in one column: with theses ticked or shown, or, after asking once, with all that match the filters.

    What takes longer than a request should is done in several goes: each says how far it came and offers the next.
    """
    if not permissions.in_group(request.user, permissions.STAFF_GROUP, permissions.MANAGER_GROUP):
        raise PermissionDenied
    action = _action(request.POST.get("action", ""))
    if action not in BULK:
        raise Http404
    query = QueryDict(request.POST.get("query", ""))
    back = f"{reverse('deliveries:index')}?{query.urlencode()}"
    place = next((one for one in places() if one.name == request.POST.get("place")), None)
    if place is None:
        messages.warning(request, "Nothing was done: choose the place it is about.")
        return redirect(back)
    everything = request.POST.get("which") == "all"
    rows = _matching(request, query) if everything else _ticked(request)
    if rows is None:
        messages.warning(
            request,
            "The filter could not be read, so nothing was done. Set it again."
            if everything
            else "No thesis was ticked, so nothing was done.",
        )
        return redirect(back)
    deliveries = Delivery.objects.filter(target=place.key, submission__in=rows)
    tally = _so_far(request)
    if not everything or request.POST.get("confirmed"):
        apply(action, deliveries, request.user, tally)
        if tally.finished or not everything:
            _say(request, action, place, tally)
            return redirect(back)
    return render(
        request, "submissions/review/matrix_bulk.html", _question(action, place, query, tally, deliveries)
    )


def _question(
    action: DeliveryAction, place: Outlet, query: QueryDict, tally: Tally, deliveries: QuerySet[Delivery]
) -> dict:
    """What the page that asks once, or says how far it came, shows."""
    back = f"{reverse('deliveries:index')}?{query.urlencode()}"
    heading = f"{action.label}: all that match, at {place.label}"
    return {
        "action": action,
        "place": place,
        "query": query.urlencode(),
        "back": back,
        "left": deliveries.filter(pk__gt=tally.after).count(),
        "sentences": list(tally.sentences(action, place.label)) if tally.seen else [],
        "so_far": signing.dumps([tally.after, tally.done, dict(tally.skipped)], salt=_SALT),
        "header_title": heading,
        "header_icon": "upload",
        "breadcrumbs_items": [{"url": back, "label": "Deliveries"}, {"url": "", "label": heading}],
    }


def _say(request: HttpRequest, action: DeliveryAction, place: Outlet, tally: Tally) -> None:
    tell = messages.success if tally.done else messages.warning
    words = " ".join(tally.sentences(action, place.label))
    tell(request, f"{words} {AFTERWARDS}" if tally.done else words)
    if not tally.finished:
        messages.warning(request, "There was no time for all of them. Tick the rest and do it again.")


def _so_far(request: HttpRequest) -> Tally:
    """What earlier goes came to; it travels in the form, signed."""
    try:
        after, done, skipped = signing.loads(request.POST.get("so_far", ""), salt=_SALT, max_age=86400)
    except signing.BadSignature:
        return Tally()
    return Tally(done=done, skipped=Counter(skipped), after=after)


def _ticked(request: HttpRequest) -> QuerySet[Submission] | None:
    name = "shown" if request.POST.get("which") == "page" else "thesis"
    ticked = [int(pk) for pk in request.POST.getlist(name) if pk.isdecimal() and len(pk) < 19]
    return Submission.objects.filter(pk__in=ticked) if ticked else None


def _matching(request: HttpRequest, query: QueryDict) -> QuerySet[Submission] | None:
    """The theses that the list shows for ``query``, on all its pages. None when a filter in it cannot be read: the list
    would then show everything, which nobody asked for.
    """
    view = MatrixView()
    asked = copy.copy(request)
    asked.GET, asked.method = query, "GET"
    view.setup(asked)
    view.index_results_url_name = "deliveries:index_results"
    if not view.filters.is_valid():
        return None
    return Submission.objects.filter(pk__in=view.get_queryset().order_by().values("pk"))
