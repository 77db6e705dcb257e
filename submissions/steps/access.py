"""Who may be on a page of the student's side, and what is said to everybody else."""

import functools
import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from ..models import Submission
from .case import Case, NotYourTurn

#: Fields of a form that are not a person's words.
NOT_TYPED = frozenset(
    {"csrfmiddlewaretoken", "go", "back", "remove", "use_orcid", "do", "pick", "shown", "tick"}
)


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only people with an account in. Somebody whose sign-in ended while they typed gets their words back."""

    @never_cache
    @functools.wraps(view)
    def inner(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST" and (words := typed(request)):
            return not_saved(
                request,
                "You were signed out in the meantime.",
                words,
                f"{reverse('login')}?{urlencode(_here(request))}",
            )
        return redirect(f"{reverse('login')}?{urlencode(_here(request))}")

    return inner


def own_case(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the ``Case`` of the address, for the student whose case it is; answer everybody else in words."""

    @signed_in
    @functools.wraps(view)
    def inner(request: HttpRequest, submission: uuid.UUID, *args, **kwargs) -> HttpResponse:
        try:
            case = Case.find(submission, request.user)
        except Submission.DoesNotExist as error:
            raise Http404("There is no such submission.") from error
        if case.submission.student_id != request.user.pk:
            return render(request, "submissions/steps/not_yours.html", {"typed": typed(request)}, status=403)
        try:
            return view(request, case, *args, **kwargs)
        except NotYourTurn as reason:
            fresh = Case.find(submission, request.user)
            if request.method == "POST":
                return not_saved(request, str(reason), typed(request), tasks_url(fresh), case=fresh)
            return render(
                request,
                "submissions/steps/read_only.html",
                {"case": fresh, "submission": fresh.submission, "reason": str(reason)},
            )

    return inner


def tasks_url(case: Case) -> str:
    """Address of the task list."""
    return reverse("submissions:tasks", args=[case.submission.uuid])


def typed(request: HttpRequest) -> list[str]:
    """What a person typed into the form that was sent: longer than a choice, in the order of the page."""
    if request.method != "POST":
        return []
    return [
        value.strip()
        for name, values in request.POST.lists()
        if not name.startswith("initial-")
        and name.split("-")[-1]
        not in NOT_TYPED | {"key", "TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS"}
        for value in values
        if len(value.strip()) > 2
    ]


def not_saved(
    request: HttpRequest, reason: str, words: list[str], way_on: str, case: Case | None = None
) -> HttpResponse:
    """Say that nothing was saved and why, and give the words back for copying."""
    return render(
        request,
        "submissions/steps/not_saved.html",
        {"reason": reason, "typed": words, "way_on": way_on, "case": case},
        status=409 if case else 403,
    )


def _here(request: HttpRequest) -> dict[str, str]:
    return {"next": request.get_full_path()}
