"""``manage.py refresh_records``: bring stored metadata and what should be at ORCID up to date. Run it daily."""

import logging

from django.core.management.base import BaseCommand

from submissions.files.fixity import fill_md5
from submissions.outlets import fulltext, refresh, with_outlets
from submissions.outlets.oai import ahead, keep

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Write what changed since: embargoes that ended, a renamed university or programme. Unchanged records stay."""

    help = (
        "Bring stored metadata in line with embargoes that ended and lists that were renamed. Run once a day."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Refresh each public thesis and each confirmed degree; one that fails is logged and stops no other."""
        fill_md5()  # of files that came in before it was reckoned: the records below carry it
        done, failed = 0, 0
        for submission in with_outlets().iterator():
            try:
                refresh(submission)
                done += 1
            except Exception:
                log.exception("The records of %s could not be written", submission.uuid)
                failed += 1
        fulltext.read_due()  # what no worker read after the publication
        keep.tidy()  # after the records: a page of a thesis that was withdrawn does not stay on the disk for ever
        ahead.make()
        self.stdout.write(f"Looked at {done} theses." + (f" {failed} failed; see the log." if failed else ""))
