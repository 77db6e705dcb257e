"""Download a package of one thesis from the staff desk."""

import logging
from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from submissions import permissions
from submissions.models import Submission

from .embargo import Kind
from .errors import PackageBroken, PackageRefused
from .make import Package, make

log = logging.getLogger(__name__)


@require_safe
def package_view(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Send the package while it is made. What is missing is said on the case's page instead.

    A stored file that is not what was handed in breaks the connection off: the download fails, and is seen to fail.
    """
    submission = get_object_or_404(Submission, pk=pk)
    if not permissions.can_take_packages(request.user):
        raise PermissionDenied
    if kind not in list(Kind):
        raise Http404
    try:
        package = make(Kind(kind), Submission.objects.filter(pk=submission.pk))
    except PackageRefused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return redirect("thesis_cases:case", submission.pk)
    response = StreamingHttpResponse(_logged(package), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, package.name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _logged(package: Package) -> Iterator[bytes]:
    try:
        yield from package.chunks
    except PackageBroken:
        log.exception("The package %s was broken off", package.name)
        raise
