"""MD5 for files that came in before it was reckoned: from the stored bytes, once their SHA-256 was found right."""

import logging

from django.db import transaction

from ..models import ThesisFile
from .preflight import checksums
from .store import open_bytes

log = logging.getLogger(__name__)


def fill_md5() -> int:
    """Reckon what is missing and return how many files got theirs. Safe to run again, and beside itself.

    Bytes that are not there any more, or not those of the checksum, are logged as an error and left without.
    """
    done = 0
    for item in ThesisFile.objects.filter(md5="").order_by("pk").iterator():
        try:
            with open_bytes(item) as stored:
                sha256, md5 = checksums(stored.chunks())
        except OSError as error:
            log.error("The file %s cannot be read: %s", item.file.name, error)
            continue
        if sha256 != item.sha256:
            log.error("The file %s is not what was uploaded: its SHA-256 is %s now.", item.file.name, sha256)
            continue
        _note(item, md5)
        done += 1
    return done


@transaction.atomic
def _note(item: ThesisFile, md5: str) -> None:
    """On the row, and in the revision that a correction would be published from."""
    ThesisFile.objects.filter(pk=item.pk).update(md5=md5)
    revision = item.page.latest_revision
    rows = revision.content.get("files", []) if revision else []
    for row in rows:
        if row.get("sha256") == item.sha256 and not row.get("md5"):
            row["md5"] = md5
            revision.save(update_fields=["content"])
