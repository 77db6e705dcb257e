"""The control page: what the JSON controls do, for people who show or try something; only with ``--faults``.

Every form posts back to its page with ``what``, the name of what is to be done.
"""

from collections.abc import Callable

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from .. import errors, faults, limiter, records, steering, switches, webhooks
from ..models import VISIBILITIES, Client, Person

_PEOPLE_SHOWN = 50
_CALLS_SHOWN = 50
_STATUS_WORDS = {
    "up": "up",
    "down": "says that it is down",
    "error": "answers 500",
}


class FaultForm(forms.Form):
    """A fault to be put in line."""

    goes_wrong = forms.ChoiceField(
        label="What goes wrong",
        choices=[
            ("drop_before", "The connection is cut, nothing is done"),
            ("drop_after", "The connection is cut after the work was done"),
            ("delay", "Silence, then the work is done"),
            ("delay_after", "The work is done, then silence"),
            *((f"status {status}", f"Answer {status}, nothing is done") for status in (500, 502, 503, 429)),
            *((f"error {code}", f"Error {code}: {row.user}") for code, row in errors.TABLE.items()),
        ],
    )
    method = forms.ChoiceField(
        required=False,
        choices=[("", "any method"), *((name, name) for name in ("GET", "POST", "PUT", "DELETE"))],
    )
    path_regex = forms.CharField(
        label="Address matches",
        required=False,
        help_text="A regular expression, such as /work$; empty for all.",
    )
    skip = forms.IntegerField(label="Calls to let pass first", min_value=0, initial=0)
    times = forms.IntegerField(
        label="Then how many times", min_value=0, initial=1, help_text="0: until the faults are cleared."
    )
    seconds = forms.FloatField(label="Seconds of silence", min_value=0, initial=15)

    def fault(self) -> dict:
        """The fault as ``faults.add`` takes it."""
        data = dict(self.cleaned_data)
        what, _space, number = data.pop("goes_wrong").partition(" ")
        return data | ({what: int(number)} if number else {"action": what})


class PersonForm(forms.Form):
    """The state of a record."""

    status = forms.ChoiceField(label="The record is", choices=Person.Status.choices)
    primary = forms.CharField(
        label="iD that replaced it", required=False, help_text="For a deprecated record.", max_length=19
    )
    name_visibility = forms.ChoiceField(label="The name is seen by", choices=VISIBILITIES)
    visibility_default = forms.ChoiceField(label="New items are seen by", choices=VISIBILITIES)


class ClientForm(forms.Form):
    """The kind, state and permissions of a client."""

    kind = forms.ChoiceField(choices=Client.Kind.choices)
    status = forms.ChoiceField(choices=Client.Status.choices)
    webhooks = forms.BooleanField(label="Has webhooks", required=False)


class SwitchForm(forms.Form):
    """The switches that are numbers, and the status that the service reports."""

    api_status = forms.ChoiceField(label="The API's status page", choices=list(_STATUS_WORDS.items()))
    rate = forms.FloatField(label="Calls a second for a member client", min_value=0, help_text="0: no limit.")
    burst = forms.IntegerField(label="Calls that may wait", min_value=0)
    code_seconds = forms.FloatField(label="Seconds that a code is good", min_value=0)
    webhook_seconds = forms.FloatField(label="Seconds until a webhook is called", min_value=0)


def _add_fault(post: QueryDict) -> None:
    form = FaultForm(post)
    if not form.is_valid():
        raise ValueError("A fault needs numbers from 0 up.")
    faults.add(form.fault())


def _set_switches(post: QueryDict) -> None:
    form = SwitchForm(post)
    if not form.is_valid():
        raise ValueError("The switches need numbers from 0 up.")
    switches.change(form.cleaned_data)


def _set_client(post: QueryDict) -> None:
    form = ClientForm(post)
    if not form.is_valid():
        raise ValueError("Choose one of the kinds and states.")
    steering.set_client(post.get("client_id", ""), **form.cleaned_data)


_PANEL: dict[str, Callable[[QueryDict], object]] = {
    "switches": _set_switches,
    "put back": lambda _post: (switches.reset(), limiter.reset()),
    "fault": _add_fault,
    "clear faults": lambda _post: faults.clear(),
    "client": _set_client,
    "deliver": lambda _post: webhooks.deliver(at_once=True),
    "forget calls": lambda _post: faults.forget(),
}


def _set_person(orcid: str, post: QueryDict) -> None:
    form = PersonForm(post)
    if not form.is_valid():
        raise ValueError("Choose one of the states; an iD has 19 characters.")
    steering.set_person(orcid, **form.cleaned_data)


_PERSON: dict[str, Callable[[str, QueryDict], object]] = {
    "person": _set_person,
    "remove": lambda _orcid, post: steering.remove_item(int(post["put_code"])),
    "visibility": lambda _orcid, post: steering.set_visibility(int(post["put_code"]), post["visibility"]),
    "end trust": lambda orcid, post: steering.end_trust(orcid, post["client_id"]),
}


@require_http_methods(["GET", "POST"])
def panel(request: HttpRequest) -> HttpResponse:
    """``/_control``: service, faults, clients, people, webhooks and the log."""
    problem = ""
    if request.method == "POST":
        problem = _do(_PANEL.get(request.POST.get("what", "")), request.POST)
        if not problem:
            return redirect("panel")
    query = request.GET.get("q", "").strip()
    who = Q(orcid__contains=query) | Q(given_names__icontains=query) | Q(family_name__icontains=query)
    context = {
        "problem": problem,
        "switches": SwitchForm(initial=switches.values(), auto_id="switch-%s"),
        "limit": limiter.counts(),
        "faults": faults.pending(),
        "fault": FaultForm(request.POST if problem and request.POST.get("what") == "fault" else None),
        "clients": [
            (client, ClientForm(initial=vars(client), auto_id=f"{client.pk}-%s"))
            for client in Client.objects.order_by("pk")
        ],
        "query": query,
        "people": Person.objects.filter(who).order_by("pk")[:_PEOPLE_SHOWN],
        "registrations": webhooks.registrations(),
        "deliveries": webhooks.deliveries()[::-1][:_CALLS_SHOWN],
        "calls": faults.calls()[::-1][:_CALLS_SHOWN],
    }
    return render(request, "registry/panel.html", context, status=400 if problem else 200)


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, orcid: str) -> HttpResponse:
    """``/_control/{iD}``: the state of one record, its items and the organisations it trusts."""
    who = get_object_or_404(Person, orcid=orcid)
    problem = ""
    if request.method == "POST":
        act = _PERSON.get(request.POST.get("what", ""))
        problem = _do(act and (lambda post: act(orcid, post)), request.POST)
        if not problem:
            return redirect("panel-person", orcid=orcid)
    context = {
        "problem": problem,
        "person": who,
        "form": PersonForm(initial=vars(who)),
        "items": [(item, _words(item.body)) for item in who.items.select_related("client")],
        "visibilities": VISIBILITIES,
        "parties": Client.objects.filter(tokens__person=who, tokens__revoked="").distinct(),
        "uri": records.orcid_object(orcid)["uri"],
    }
    return render(request, "registry/panel_person.html", context, status=400 if problem else 200)


def _do(act: Callable[[QueryDict], object] | None, post: QueryDict) -> str:
    """Do it; return what is wrong, in words, or nothing."""
    if act is None:
        return "There is no such control."
    try:
        act(post)
    except (ValueError, TypeError, LookupError) as error:
        return str(error)
    return ""


def _words(body: dict) -> str:
    """What an item is called: its title, name or content."""
    title = (body.get("title") or {}).get("title") or {}
    return (
        title.get("value")
        or body.get("role-title")
        or body.get("content")
        or (body.get("organization") or {}).get("name")
        or body.get("url-name")
        or ""
    )
