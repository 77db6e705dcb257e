"""A page for the machine that watches the site."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Coalesce
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from orcid_workflow.models import OrcidItem


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 with ``{"database": "ok", "orcid_items_waiting": n, "oldest_due_seconds": s}``; 503 without a
    database.

    ``oldest_due_seconds`` says how long the oldest item has been due: it grows when no worker runs.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waiting = OrcidItem.objects.filter(
            state=OrcidItem.State.WAITING, environment=settings.ORCID_ENVIRONMENT
        ).annotate(due=Coalesce("next_try_at", "updated_at"))
        oldest = waiting.filter(due__lte=timezone.now()).order_by("due").first()
    except DatabaseError:
        return JsonResponse({"database": "down"}, status=503)
    overdue = (timezone.now() - oldest.due).total_seconds() if oldest else 0
    return JsonResponse(
        {"database": "ok", "orcid_items_waiting": waiting.count(), "oldest_due_seconds": round(overdue)}
    )
