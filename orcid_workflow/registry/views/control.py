"""The controls for tests and demonstrations, in JSON; only there with ``--faults``.

What is not said in a request stays as it was. Every answer shows the state afterwards.
"""

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import faults, limiter, organizations, steering, switches, webhooks
from ..models import Client, Item, Person


def _control(**methods: Callable[[dict], object]) -> Callable[[HttpRequest], HttpResponse]:
    """Make a view of one function for each method; each gets the JSON object that was sent and returns what
    is answered (None: 204). ValueError, TypeError and KeyError become 400, LookupError of a row 404.
    """

    @csrf_exempt
    @require_http_methods([name.upper() for name in methods])
    def view(request: HttpRequest) -> HttpResponse:
        try:
            sent = json.loads(request.body) if request.body else request.GET.dict()
            answer = methods[(request.method or "").lower()](sent)
        except steering.NotThere as error:
            return JsonResponse({"error": str(error)}, status=404)
        except (TypeError, ValueError, KeyError) as error:
            return JsonResponse({"error": str(error) or repr(error)}, status=400)
        return HttpResponse(status=204) if answer is None else JsonResponse(answer)

    return view


def _faults(_sent: dict) -> dict:
    return {"faults": faults.pending()}


def _add_fault(sent: dict) -> dict:
    faults.add(sent)
    return {"faults": faults.pending()}


def _log(sent: dict) -> dict:
    calls = faults.calls()
    return {"calls": [call for call in calls if sent.get("path", "") in call["path"]]}


def _switches(_sent: dict) -> dict:
    return {"switches": switches.values(), "limit": limiter.counts()}


def _set_switches(sent: dict) -> dict:
    switches.change(sent)
    return _switches(sent)


def _reset_switches(_sent: dict) -> None:
    switches.reset()
    limiter.reset()


def _clients(_sent: dict) -> dict:
    rows = Client.objects.order_by("pk").values("client_id", "name", "kind", "status", "webhooks")
    return {"clients": list(rows)}


def _set_client(sent: dict) -> dict:
    steering.set_client(**sent)
    return _clients(sent)


def _hooks(_sent: dict) -> dict:
    return {"registrations": webhooks.registrations(), "deliveries": webhooks.deliveries()}


def _deliver(_sent: dict) -> dict:
    return {"called": webhooks.deliver(at_once=True)}


def _people(_sent: dict) -> dict:
    rows = Person.objects.order_by("pk").values("orcid", "status", "primary", "name_visibility")
    return {"people": list(rows)}


def _items(sent: dict) -> dict:
    """All items, or those of ``?orcid=``."""
    found = Item.objects.filter(**({"person": sent["orcid"]} if "orcid" in sent else {}))
    rows = found.order_by("pk").values("pk", "person", "kind", "client", "visibility")
    return {
        "items": [
            {
                "put_code": row["pk"],
                "orcid": row["person"],
                "kind": row["kind"],
                "client_id": row["client"],
                "visibility": row["visibility"],
            }
            for row in rows
        ]
    }


def _organizations(_sent: dict) -> dict:
    return {"organizations": organizations.listed()}


def _add_organization(sent: dict) -> dict:
    organizations.add(**sent)
    return _organizations(sent)


#: ``/_faults``: see, add and clear faults (faults.py).
fault_list = _control(get=_faults, post=_add_fault, delete=lambda _sent: faults.clear())
#: ``/_log``: the calls so far; ``?path=`` narrows them, DELETE forgets them. No headers or bodies: no tokens.
log = _control(get=_log, delete=lambda _sent: faults.forget())
#: ``/_status``: ``{"orcid", "status", "primary", "name_visibility", …}`` sets the state of a record.
status = _control(get=_people, post=lambda sent: steering.set_person(**sent))
#: ``/_items``: see the items; ``{"put_code", "visibility"}`` changes who sees one, DELETE with ``{"put_code"}``
#: removes it, both as its owner would.
items = _control(
    get=_items,
    post=lambda sent: steering.set_visibility(**sent),
    delete=lambda sent: steering.remove_item(**sent),
)
#: ``/_trust``: ``{"orcid", "client_id"}`` ends all permissions, as a person does under trusted organisations.
trust = _control(post=lambda sent: steering.end_trust(**sent))
#: ``/_organizations``: see the known organisations; ``{"identifier", "source", "name"}`` adds one.
organization_list = _control(get=_organizations, post=_add_organization)
#: ``/_switches``: see and set the switches and the counts of the rate limit; DELETE puts all back.
switch_board = _control(get=_switches, post=_set_switches, delete=_reset_switches)
#: ``/_clients``: see the clients; set ``kind``, ``status`` and ``webhooks`` of one.
clients = _control(get=_clients, post=_set_client)
#: ``/_webhooks``: see registrations and deliveries; POST delivers what is due without waiting.
hooks = _control(get=_hooks, post=_deliver)
