"""The reader's and the author's pages. An address with a token is a key: nothing keeps it or tells it."""

import contextlib
import functools
import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ... import permissions
from ...committee.views import HEADERS
from ...files.views import send_file
from ...models import CopyRequest, Status, Submission
from ...visibility import is_public
from . import links, service
from .forms import CopyRequestForm

TEMPLATES = "submissions/public/copies/"


def _private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No cache keeps the answer, no search engine lists it; a link that is no good gets a page that says why."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """The answer of ``view``, or the page about the link, with the headers of private pages."""
        try:
            response = view(request, *args, **kwargs)
        except links.BadLink as bad:
            response = _say(request, "This link does not work", str(bad), status=404)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return inner


@require_http_methods(["GET", "HEAD", "POST"])
@_private
def ask(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """The form on a page of its own, and what the form on the page of the thesis is sent to."""
    case = service.public_submission(submission)
    if case is None or not (case.status == Status.WITHDRAWN or is_public(case)):
        raise Http404
    if not permissions.can_ask_for_copy(case):
        return redirect(
            case.page.url
        )  # which says that it was withdrawn, offers the file itself, or has none
    if request.method != "POST":
        return _form(request, case, CopyRequestForm(case.uuid))
    form = CopyRequestForm(case.uuid, request.POST)
    if form.by_a_program:
        return redirect("records:copies:sent", case.uuid)  # it learns nothing
    if form.is_valid():
        typed = form.cleaned_data
        try:
            service.ask(case, name=typed["name"], email=typed["email"], message=typed["message"])
            return redirect("records:copies:sent", case.uuid)
        except service.NotPossible as refused:
            form.add_error(None, str(refused))
    return _form(request, case, form, status=422)


@require_safe
@_private
def sent(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """What happens next: the same words whatever came of it."""
    case = service.public_submission(submission)
    if case is None or not is_public(case):
        raise Http404
    return render(request, TEMPLATES + "sent.html", {"page": case.page})


@require_http_methods(["GET", "HEAD", "POST"])
@_private
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The author looks at a request and gives the copy or refuses it. Opening the page changes nothing."""
    asked = links.to_answer(token)
    if request.method == "POST" and request.POST.get("answer") in ("give", "refuse"):
        author = asked.submission.page.author_name
        with contextlib.suppress(service.NotPossible):  # the page says so
            service.answer(asked, give=request.POST["answer"] == "give", by=author)
        return redirect("records:copies:answer", token)
    context = {
        "asked": asked,
        "page": asked.submission.page,
        "possible": permissions.can_ask_for_copy(asked.submission),
        "waiting": asked.answer == CopyRequest.Answer.WAITING,
        "given": asked.answer == CopyRequest.Answer.GIVEN,
    }
    return render(request, TEMPLATES + "answer.html", context)


@require_safe
@_private
def copy(request: HttpRequest, token: str) -> HttpResponse:
    """The reader's page: the files, while the link works; otherwise where they are, or why not."""
    asked = links.to_copy(token)
    if (instead := _instead(request, asked)) is not None:
        return instead
    files = asked.submission.page.files.all()
    return render(
        request,
        TEMPLATES + "copy.html",
        {"asked": asked, "page": asked.submission.page, "files": files, "token": token},
    )


@require_safe
@_private
def file(request: HttpRequest, token: str, key: uuid.UUID) -> HttpResponse:
    """One of the files."""
    asked = links.to_copy(token)
    if (instead := _instead(request, asked)) is not None:
        return instead
    item = asked.submission.page.files.filter(key=key).first()
    if item is None:
        return redirect("records:copies:copy", token)  # it was replaced; the page has the new one
    response = send_file(item)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _instead(request: HttpRequest, asked: CopyRequest) -> HttpResponse | None:
    """What the reader gets when the link gives no file any more; None while it does."""
    case = asked.submission
    if answer := permissions.can_use_copy(asked):
        return None
    if is_public(case) and not permissions.is_embargoed(case):
        return redirect(case.page.url)
    again = case if permissions.can_ask_for_copy(case) else None
    status = 410 if case.status == Status.WITHDRAWN else 403
    return _say(request, "This copy cannot be fetched", answer.reason, again=again, status=status)


def _form(request: HttpRequest, case: Submission, form: CopyRequestForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "page": case.page, "case": case}
    return render(request, TEMPLATES + "ask.html", context, status=status)


def _say(
    request: HttpRequest, title: str, reason: str, *, again: Submission | None = None, status: int
) -> HttpResponse:
    context = {"title": title, "reason": reason, "again": again}
    return render(request, TEMPLATES + "ended.html", context, status=status)
