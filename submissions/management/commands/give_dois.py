"""``manage.py give_dois``: DOIs for theses that were approved before this site gave any."""

import logging

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import QuerySet

from orcid_workflow.api import errors
from submissions import outlets
from submissions.models import Status, Submission
from submissions.outlets.doi.codes import give_doi, registrar

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Gives each a DOI and wishes for it at DataCite; ``manage.py deliver`` does the rest. Imported theses are left
    alone: they may have one elsewhere.
    """

    help = "Give a DOI to each approved or public thesis that has none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--dry-run``."""
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *args: object, dry_run: bool, **options: object) -> None:
        """Run. Raises ``CommandError`` when no place of kind datacite is set up, and at the end when some failed."""
        if registrar() is None:
            raise CommandError("ETD_TARGETS has no place of kind datacite: see docs/deliveries.md.")
        numbers = list(_without().order_by("pk").values_list("pk", flat=True))
        if dry_run:
            self.stdout.write(f"{len(numbers)} thesis(es) have no DOI.")
            return
        count, failed = 0, 0
        for number in numbers:
            try:
                count += _give(number)
            except Exception as fault:  # one that fails holds up no other
                log.error("No DOI for case %s: %s", number, errors.trail(fault))
                failed += 1
        self.stdout.write(f"{count} thesis(es) were given a DOI.")
        if failed:
            raise CommandError(
                f"{failed} thesis(es) could not be given one; the log says why. Then run it again."
            )


def _without() -> QuerySet[Submission]:
    """Cases that should have a DOI and have none."""
    return Submission.objects.filter(
        status__in=(Status.APPROVED, Status.PUBLISHED), doi="", student__isnull=False
    )


@transaction.atomic
def _give(number: int) -> int:
    """Give case ``number`` a DOI, unless it needs none any more; return how many were given."""
    submission = _without().select_for_update().filter(pk=number).first()
    if submission is None or not give_doi(submission):
        return 0
    outlets.refresh(submission)
    return 1
