"""Keep the bytes of a thesis in the private storage, and say on the page which of them are the thesis."""

import logging
import uuid

from django.contrib.auth.models import AbstractUser
from django.core.files.base import File
from django.core.files.storage import storages
from django.utils import timezone

from ..drafts import save_draft
from ..models import ThesisFile, ThesisPage
from .preflight import NO_ROOM_SENTENCE, FileRefused, PdfFacts
from .upload import NO_ROOM

log = logging.getLogger(__name__)


def keep(upload: File, submission_uuid: uuid.UUID, facts: PdfFacts) -> str:
    """Store the bytes under ``<submission uuid>/<sha256>.pdf`` and return the name in the storage.

    The same bytes are stored once. A file that was half written when a process died is written again. Raises
    ``FileRefused`` when there is no room; nothing half-written stays behind then.
    """
    storage = storages["theses"]
    name = f"{submission_uuid}/{facts.sha256}.pdf"
    if storage.exists(name):
        if storage.size(name) == facts.size:
            return name
        storage.delete(name)
    try:
        return storage.save(name, upload)
    except OSError as error:
        log.exception("A thesis file could not be stored")
        _remove_half(name, facts.size)
        if error.errno in NO_ROOM:
            raise FileRefused(NO_ROOM_SENTENCE) from error
        raise FileRefused(
            "We could not store your file; it is our fault, not yours. Nothing you sent before is lost. Please try "
            "again in a few minutes, and tell us if it goes on."
        ) from error


def open_bytes(item: ThesisFile) -> File:
    """Open the stored bytes of a file for reading. Raises ``FileNotFoundError`` when the storage has lost them."""
    return storages["theses"].open(item.file.name, "rb")


def put_on_page(page: ThesisPage, facts: PdfFacts, storage_name: str, *, user: AbstractUser) -> ThesisFile:
    """Make the stored bytes the file of the thesis and save the draft. Call it in a transaction that holds the case.

    The revision with the earlier file stays in the history, and so do its bytes: decisions speak of them.
    """
    new = ThesisFile(
        file=storage_name,
        name=facts.name,
        mime=facts.mime,
        size=facts.size,
        sha256=facts.sha256,
        md5=facts.md5,
        pages=facts.pages,
        uploaded_at=timezone.now(),
    )
    replaces = page.thesis_file is not None
    page.files.set([new])
    save_draft(page, user=user, keep_history=replaces)
    return new


def _remove_half(name: str, whole_size: int) -> None:
    storage = storages["theses"]
    try:
        if storage.exists(name) and storage.size(name) != whole_size:
            storage.delete(name)
    except OSError:
        log.exception("A half-written file could not be removed: %s", name)
