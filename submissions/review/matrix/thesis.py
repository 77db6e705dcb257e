"""The page of one thesis: what is and what should be at each place, every call, every alarm, and what can be done."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from submissions import permissions
from submissions.metadata.demands import FIELDS, missing
from submissions.models import Delivery, DeliveryCall, Status, Submission, Wish
from submissions.outlets import packages
from submissions.outlets.delivery.targets import Target, targets
from submissions.permissions import can_take_packages

from ..desk import case_url
from ..mending import Lack, record_so_far, where
from .actions import ACTIONS, DeliveryAction, against, label_of
from .cells import Cell, fill, place_cell
from .outlets import PLACE, RECORD, Outlet, places

SHOWN_CALLS = 50  # of each place


@dataclass(slots=True)
class PlaceView:
    """One place on the page. ``missing`` holds what the place demands and the thesis has not; ``refused`` are actions
    with why they are not offered.
    """

    outlet: Outlet
    cell: Cell
    delivery: Delivery | None
    should: str = ""
    is_there: str = ""
    calls: list[DeliveryCall] = field(default_factory=list)
    more_calls: int = 0
    actions: list[DeliveryAction] = field(default_factory=list)
    refused: list[tuple[DeliveryAction, str]] = field(default_factory=list)
    missing: list[Lack] = field(default_factory=list)
    known: bool = True


@require_safe
def thesis_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is known of one thesis outside."""
    submission = get_object_or_404(
        Submission.objects.select_related("page", "student", "degree", "programme", "term"), pk=pk
    )
    if not permissions.is_office(request.user):
        raise PermissionDenied
    fill([submission])
    context = {
        "submission": submission,
        "places": [*_places(request, submission), *_former(submission)],
        "records": [cell for cell in submission.cells.values() if cell.outlet.family == RECORD],
        "taken": submission.packages_taken.all(),
        "package_labels": packages.LABELS,
        "packages": packages.offered(),
        "may_take": submission.page.live and bool(can_take_packages(request.user)),
        "may_act": bool(permissions.can_deliver(request.user, submission)),
        "why_not": permissions.can_deliver(request.user, submission).reason,
        "case_url": case_url(submission),
        "header_title": str(submission),
        "page_title": f"Deliveries of {submission}",
        "header_icon": "upload",
        "breadcrumbs_items": [
            {"url": reverse("deliveries:index"), "label": "Deliveries"},
            {"url": "", "label": str(submission)},
        ],
    }
    return render(request, "submissions/review/matrix_thesis.html", context)


def _places(request: HttpRequest, submission: Submission) -> list[PlaceView]:
    views, lacks = [], _lacks(submission)
    for outlet in places():
        cell = submission.cells[outlet.name]
        view = _view(outlet, cell)
        view.missing = lacks.get(outlet.key, [])
        if view.delivery is not None:
            view.delivery.submission = submission
            for action in ACTIONS.values():
                if reason := against(action, view.delivery, request.user):
                    view.refused.append((action, reason))
                else:
                    view.actions.append(action)
        views.append(view)
    return views


def _lacks(submission: Submission) -> dict[str, list[Lack]]:
    """What each place demands and the record has not, with where it is typed. Before the approval nobody is asked."""
    if submission.status not in (Status.APPROVED, Status.PUBLISHED):
        return {}
    record = record_so_far(submission)
    return {
        name: [
            Lack(lack.sentence, where(lack, submission), FIELDS[lack.field])
            for lack in missing(record, target.kind)
        ]
        for name, target in targets().items()
    }


def _former(submission: Submission) -> list[PlaceView]:
    """Places that are in the settings no more, and that something was delivered to."""
    former = submission.deliveries.exclude(target__in=[place.key for place in places()])
    return [
        _view(outlet, place_cell(outlet, delivery), known=False)
        for delivery in former
        for outlet in [Outlet(delivery.target, label_of(delivery.target), PLACE, delivery.target)]
    ]


def _view(outlet: Outlet, cell: Cell, known: bool = True) -> PlaceView:
    delivery = cell.source
    if delivery is None:
        return PlaceView(outlet, cell, None, known=known)
    words = targets().get(outlet.key, Target).WORDS
    calls = list(delivery.calls.all()[: SHOWN_CALLS + 1])
    return PlaceView(
        outlet,
        cell,
        delivery,
        should=words[Wish(delivery.wish)],
        is_there=words[Wish(delivery.sent_wish)],
        calls=calls[:SHOWN_CALLS],
        more_calls=max(0, len(calls) - SHOWN_CALLS),
        known=known,
    )
