"""The step that takes the PDF of the thesis, and shows what was taken."""

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from ..files.preflight import FileRefused, check, human_size
from ..files.store import keep, put_on_page
from ..models import ThesisFile, ThesisPage
from .base import Answer, Step
from .case import Case, editing


class FileForm(forms.Form):
    """One PDF. After ``is_valid`` the facts are in ``facts``."""

    file = forms.FileField(
        label="PDF of your thesis",
        allow_empty_file=True,  # preflight.py says it better
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={
            "required": "Choose the PDF of your thesis first, then press the button.",
            "missing": "Choose the PDF of your thesis first, then press the button.",
            "invalid": "The file did not arrive. Choose it again, then press the button.",
            "max_length": "The name of the file is too long. Rename it and choose it again.",
        },
    )

    def __init__(self, *args: object, has_file: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.facts = None
        self.fields["file"].help_text = (
            f"One PDF with the whole thesis, {human_size(settings.ETD_MAX_UPLOAD_BYTES)} at the most, without a "
            "password."
        )
        self.fields["file"].required_to_submit = True
        if has_file:
            self.fields["file"].label = "A new PDF to replace it"

    def clean_file(self) -> UploadedFile:
        """Look into the file and keep what was found as ``facts``. Raises ``ValidationError`` with what is wrong."""
        upload = self.cleaned_data["file"]
        try:
            self.facts = check(upload, max_bytes=settings.ETD_MAX_UPLOAD_BYTES)
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return upload


@dataclass(frozen=True, slots=True)
class EarlierFile:
    """A file that was the thesis before. ``uploaded_at`` in UTC."""

    name: str
    size: str
    sha256: str
    uploaded_at: dt.datetime | None


class FilesStep(Step):
    """The PDF: size, pages, checksum, time, and what it replaced."""

    identifier = "files"
    label = "Your file"
    template = "submissions/steps/files.html"

    def is_begun(self, case: Case) -> bool:
        """Whether there is a file."""
        return case.page.thesis_file is not None

    def show(self, request: HttpRequest, case: Case) -> HttpResponse:
        """What was uploaded, and the way to upload."""
        return self._page(request, case, FileForm(has_file=self.is_begun(case)))

    def save(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Check the file, store its bytes, then put it on the page. The case is held only for the last of these."""
        before = case.page.thesis_file
        if not request.FILES and before and "go" in request.POST:
            return self.go_on(request, case)
        form = FileForm(request.POST, request.FILES, has_file=before is not None)
        if not form.is_valid():
            return self._page(request, case, form)
        facts = form.facts
        if before and before.sha256 == facts.sha256:
            messages.info(request, "This is the very file you uploaded before, so nothing was changed.")
            return self.go_on(request, case)
        try:
            name = keep(form.cleaned_data["file"], case.submission.uuid, facts)
            with editing(case) as fresh:
                put_on_page(fresh.page, facts, name, user=fresh.user)
        except FileRefused as refused:
            form.add_error("file", str(refused))
            return self._page(request, case, form)
        pages = "1 page" if facts.pages == 1 else f"{facts.pages} pages"
        messages.success(
            request, f"Your file arrived whole: {facts.name}, {pages}, {human_size(facts.size)}."
        )
        return self.go_on(request, fresh)

    def go_on(self, request: HttpRequest, case: Case) -> HttpResponse:
        """After an upload the page shows what arrived, unless the student goes on without one."""
        if request.FILES:
            return redirect(self.url(case, back=self.back(request)))
        return super().go_on(request, case)

    def _page(self, request: HttpRequest, case: Case, form: FileForm) -> HttpResponse:
        current = case.page.thesis_file
        return self.page(
            request,
            case,
            form=form,
            file=current,
            file_rows=file_rows(case, current) if current else [],
            earlier=earlier_files(case.page, current),
        )

    def answers(self, case: Case, back: str = "") -> list[Answer]:
        """The file in one line."""
        current = case.page.thesis_file
        missing = next((problem.sentence for problem in case.problems_of(self.identifier)), "")
        value = ""
        if current:
            value = format_html(
                '<a href="{}">{}</a><br>{}, {}',
                file_url(case, current),
                current.name,
                human_size(current.size),
                "1 page" if current.pages == 1 else f"{current.pages} pages",
            )
        change = self.url(case, "id_file", back) if back else ""
        return [Answer("PDF", value, change, missing, case.comments_of(self.identifier))]


def file_url(case: Case, item: ThesisFile) -> str:
    """Where the student opens the file."""
    return reverse("files:download", args=[case.submission.uuid, item.key, item.name])


def file_rows(case: Case, item: ThesisFile) -> list[Answer]:
    """The facts of a file for a summary list."""
    return [
        Answer("File", format_html('<a href="{}">{}</a>', file_url(case, item), item.name)),
        Answer("Size", _size(item.size)),
        Answer("Pages", item.pages),
        Answer("Uploaded", date_format(timezone.localtime(item.uploaded_at), "j F Y, H:i T")),
        Answer("SHA-256", format_html("<code>{}</code>", item.sha256)),
    ]


def _size(size: int) -> str:
    """``1.5 MB (1,572,864 bytes)``; below 1024 bytes the two would be the same."""
    words = human_size(size)
    return words if size < 1024 else f"{words} ({size:,} bytes)"


def earlier_files(page: ThesisPage, current: ThesisFile | None) -> list[EarlierFile]:
    """The files in earlier revisions, newest first, each once; read from the history, so nothing can be lost to it."""
    seen = {current.sha256} if current else set()
    found = []
    for content in page.revisions.order_by("-created_at", "-pk").values_list("content", flat=True):
        for row in content.get("files", []):
            if row["sha256"] not in seen:
                seen.add(row["sha256"])
                uploaded = dt.datetime.fromisoformat(row["uploaded_at"]) if row.get("uploaded_at") else None
                found.append(EarlierFile(row["name"], human_size(row["size"]), row["sha256"], uploaded))
    return found
