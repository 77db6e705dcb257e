"""Give out a thesis file to those who may open it, asked anew at every request."""

import logging
import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from .. import permissions, visibility
from ..addresses import page_url
from ..committee import invitations
from ..models import Invitation, Status, Submission, ThesisFile
from .store import open_bytes

log = logging.getLogger(__name__)

NOT_SENT = (
    "The student is working on changes. You can open the file you decided on from the page your link leads to; a new "
    "one only when it has been sent to you."
)


@require_safe
def download(request: HttpRequest, submission: uuid.UUID, key: uuid.UUID, name: str) -> HttpResponse:
    """Send the file with this key. ``?via=<token>`` is the link of a committee member of this very thesis.

    The rows of the page are asked: they are what the public sees of a published thesis, and the draft before that.
    While the student works on changes, a committee member gets the files they decided on and no others.
    ``name`` is for people only; the name that is sent is the stored one.
    """
    case = get_object_or_404(Submission, uuid=submission)
    invitation, link_reason = _invitation(request, case)
    let_in = visibility.lets_in(request, case.page)
    answer = permissions.can_open_files(request.user, case, invitation, let_in=let_in)
    if not answer:
        return _closed(request, case, answer.reason, link_reason)
    item = ThesisFile.objects.filter(page_id=case.page_id, key=key).first()
    if case.status == Status.CHANGES_REQUESTED and not permissions.can_see_case(request.user, case):
        item = _decided_on(invitation, key)
        if item is None:
            return _closed(request, case, NOT_SENT)
    if item is None:
        raise Http404("This file was replaced, or never existed.")
    etag = f'"{item.sha256}"'
    response = get_conditional_response(request, etag=etag) or send_file(item)
    to_all = visibility.is_public(case) and not permissions.is_embargoed(case)
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    # No cache gives it out without asking us: an embargo or a withdrawal must hold from the moment it is set.
    response["Cache-Control"] = "public, no-cache" if to_all else "private, no-cache"
    if to_all:
        response["Link"] = f'<{page_url(case.page)}>; rel="collection"; type="text/html"'
    else:
        response["X-Robots-Tag"] = "noindex"
    return response


def _closed(request: HttpRequest, case: Submission, reason: str, link_reason: str = "") -> HttpResponse:
    context = {"reason": reason, "link_reason": link_reason, "public": visibility.is_public(case)}
    return render(request, "submissions/steps/file_closed.html", context, status=403)


def _decided_on(invitation: Invitation, key: uuid.UUID) -> ThesisFile | None:
    """The file with this key in a revision that the member decided on; replaced files live on in the revisions."""
    for decision in invitation.decisions.select_related("revision"):
        sums = {row["sha256"] for row in decision.file_checksums}
        files = decision.revision.as_object().files.all() if decision.revision else ()
        for item in files:
            if item.key == key and item.sha256 in sums:
                return item
    return None


def send_file(item: ThesisFile) -> FileResponse:
    """The bytes, to be shown in the browser under their own name (RFC 6266, RFC 5987)."""
    try:
        return FileResponse(open_bytes(item), content_type=item.mime, filename=item.name)
    except FileNotFoundError as error:
        log.exception("The bytes of a thesis file are not in the storage: %s", item.file.name)
        raise Http404("The file cannot be found.") from error


def _invitation(request: HttpRequest, case: Submission) -> tuple[Invitation | None, str]:
    """The invitation whose link the reader holds, and the reason why a link they hold does not open this thesis."""
    token = request.GET.get("via")
    if not token:
        return None, ""
    try:
        invitation = invitations.find(token)
    except invitations.BadLink as bad:
        return None, str(bad)
    if invitation.submission_id != case.pk:
        return None, "Your link is for another thesis."
    answer = permissions.can_use_invitation(invitation)
    return invitation, answer.reason
