"""The controls for tests and demonstrations; only there with ``--faults``."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import faults
from ..models import Person


@csrf_exempt
@require_http_methods(["GET", "POST", "DELETE"])
def fault_list(request: HttpRequest) -> HttpResponse:
    """``/_faults``: see, add and clear faults."""
    if request.method == "DELETE":
        faults.clear()
        return HttpResponse(status=204)
    if request.method == "POST":
        try:
            faults.add(json.loads(request.body))
        except (TypeError, ValueError) as error:
            return JsonResponse({"error": str(error)}, status=400)
    return JsonResponse({"faults": faults.pending()})


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """``/_log``: the calls so far. No headers and no bodies, so no tokens."""
    return JsonResponse({"calls": faults.calls()})


@csrf_exempt
@require_POST
def status(request: HttpRequest) -> HttpResponse:
    """``/_status``: ``{"orcid", "status", "primary"}`` locks, deactivates, deprecates or frees a record."""
    data = json.loads(request.body)
    values = {"status": data["status"], "primary": data.get("primary", "")}
    changed = Person.objects.filter(orcid=data["orcid"]).update(**values)
    return HttpResponse(status=204 if changed else 404)
