"""``manage.py give_dois``: DOIs for theses that were approved before this site gave any."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from submissions import outlets
from submissions.models import Status, Submission
from submissions.outlets.doi.codes import give_doi, registrar


class Command(BaseCommand):
    """Gives each a DOI and wishes for it at DataCite; ``manage.py deliver`` does the rest. Imported theses are left
    alone: they may have one elsewhere.
    """

    help = "Give a DOI to each approved or public thesis that has none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--dry-run``."""
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *args, dry_run: bool, **options) -> None:
        """Run. Raises ``CommandError`` when no place of kind datacite is set up."""
        if registrar() is None:
            raise CommandError("ETD_TARGETS has no place of kind datacite: see docs/deliveries.md.")
        without = Submission.objects.filter(
            status__in=(Status.APPROVED, Status.PUBLISHED), doi="", student__isnull=False
        )
        numbers = list(without.order_by("pk").values_list("pk", flat=True))
        if dry_run:
            self.stdout.write(f"{len(numbers)} thesis(es) have no DOI.")
            return
        count = 0
        for number in numbers:
            with transaction.atomic():  # each by itself: one that fails holds up no other
                submission = Submission.objects.select_for_update().get(pk=number)
                if give_doi(submission):
                    outlets.refresh(submission)
                    count += 1
        self.stdout.write(f"{count} thesis(es) were given a DOI.")
