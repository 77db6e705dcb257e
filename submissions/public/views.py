"""Serve a stored record: the very bytes that were written when the thesis was published or changed."""

import uuid as uuids

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from ..metadata.crosswalks.registry import FORMATS
from ..models import StoredRecord


@require_safe
def record(request: HttpRequest, uuid: uuids.UUID, name: str) -> HttpResponse:
    """Answer with one format of one thesis (``name`` is a key of ``FORMATS``), with 304 when it did not change.

    410 for a record that was deleted: the thesis was public once (OAI-PMH 2.0 §2.5.1).
    """
    stored = StoredRecord.objects.filter(submission__uuid=uuid, format=name).first()
    if stored is None:
        raise Http404
    if stored.deleted:
        return HttpResponse(
            "This thesis is no longer public, so its record was deleted.\n",
            status=410,
            content_type="text/plain",
        )
    response = HttpResponse(bytes(stored.content), content_type=FORMATS[name].mime)
    modified = stored.datestamp.timestamp()
    etag = f'"{stored.pk}-{stored.datestamp:%Y%m%dT%H%M%S%f}"'
    response["Last-Modified"], response["ETag"] = http_date(modified), etag
    return get_conditional_response(request, etag=etag, last_modified=int(modified), response=response)
