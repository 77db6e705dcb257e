"""The page on which administrators bring token sets from an older system. The file is nowhere but in memory."""

import base64
import hashlib
import logging

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods
from wagtail.log_actions import log

from orcid_workflow.api import errors
from orcid_workflow.models import Connection
from orcid_workflow.takeover import imports, token_files

from .listing import DeskViewSet
from .permissions import IMPORT, forbidden

logger = logging.getLogger(__name__)
SECONDS = 20.0
_SALT = "orcid_desk.import"
_AGE = 3600


class InMemory(MemoryFileUploadHandler):
    """Keeps an upload in memory whatever its size (Django writes larger ones to a file), up to what is read at all."""

    def handle_raw_input(self, *args: object, **kwargs: object) -> None:
        """Be responsible for every file."""
        self.activated = True
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep a piece, or leave a file that is too large."""
        self._received += len(raw_data)
        if self._received > token_files.MAX_BYTES:
            self.file.seek(0)
            self.file.truncate()
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


class ImportForm(forms.Form):
    """A file, and the signed name of the file that was checked before."""

    file = forms.FileField(
        label="File",
        help_text=f"CSV or JSON in UTF-8, at most {token_files.MAX_BYTES // 1024 // 1024} MB and "
        f"{token_files.MAX_ROWS} rows.",
        error_messages={
            "required": "Choose a file. One that is larger than 5 MB is not taken: cut it into several.",
            "empty": "The file is empty.",
        },
    )
    checked = forms.CharField(required=False, widget=forms.HiddenInput)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_view(request: HttpRequest) -> HttpResponse:
    """Choose where an upload goes before anything reads it, also before the check against forged requests."""
    if not request.user.has_perm(IMPORT):
        return forbidden(request)
    request.upload_handlers = [InMemory(request)]
    return _page(request)


@csrf_protect
def _page(request: HttpRequest) -> HttpResponse:
    """Show the form; POST checks the file, or imports it when that very file was checked within the hour."""
    context = {
        "header_title": "Import ORCID tokens",
        "breadcrumbs_items": [
            {"url": reverse("orcid_overview:index"), "label": "ORCID"},
            {"url": "", "label": "Import"},
        ],
        "header_icon": "upload",
        "columns": [(name, aliases[1:]) for name, aliases in token_files.COLUMNS.items()],
    }
    if request.method == "POST":
        context |= _answer(request)
    return render(request, "orcid_desk/import.html", {"form": ImportForm(), **context})


@sensitive_variables()
def _answer(request: HttpRequest) -> dict:
    """Return what the page says of a POST. Nothing is raised from here: an error page could show the file."""
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return {"form": form}
    try:
        return _work(request, form)
    except token_files.Unreadable as wrong:
        form.add_error("file", str(wrong))
    except Exception as fault:
        logger.error("A token import broke off: %s", errors.trail(fault))
        form.add_error(
            "file", "Something went wrong here, and the log says where. What was imported until then stays."
        )
    return {"form": form}


@sensitive_variables()
def _work(request: HttpRequest, form: ImportForm) -> dict:
    data = form.cleaned_data["file"].read()
    name = [hashlib.sha256(data).hexdigest(), request.user.pk]
    apply = "apply" in request.POST
    if apply and _checked(form.cleaned_data["checked"]) != name:
        form.add_error(
            "file",
            "This is not the file that was checked, or that was more than an hour ago. Check it first.",
        )
        return {"form": form}
    report = imports.run(token_files.read(data), apply=apply, seconds=SECONDS)
    for line in report.lines:
        if line.outcome is imports.Outcome.IMPORTED:
            row = Connection.objects.get(environment=settings.ORCID_ENVIRONMENT, orcid=line.orcid)
            log(row, "orcid.import", user=request.user)
    text = base64.b64encode(report.as_csv().encode()).decode()
    left = imports.Outcome.LEFT in report.counts
    ready = imports.Outcome.READY in report.counts
    return {
        "report": report,
        "counts": [(outcome.words, count) for outcome, count in report.counts.items()],
        "download": f"data:text/csv;charset=utf-8;base64,{text}",
        "checked": signing.dumps(name, salt=_SALT) if ready or left else "",
        "form": ImportForm(),
    }


def _checked(signed: str) -> list | None:
    try:
        return signing.loads(signed, salt=_SALT, max_age=_AGE)
    except signing.BadSignature:
        return None


class ImportViewSet(DeskViewSet):
    """The import as a menu entry, for administrators."""

    name = "orcid_import"
    url_prefix = "orcid/import"
    menu_label = "Import"
    icon = "upload"
    needs = IMPORT

    def get_urlpatterns(self) -> list[URLPattern]:
        """One page, which checks a file and imports it."""
        return [path("", import_view, name="index")]
