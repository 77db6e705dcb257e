"""``manage.py index_files``: read the words of the public theses' PDF files, so that they can be searched."""

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from submissions.models import Status, Submission
from submissions.outlets import fulltext


class Command(BaseCommand):
    """Read what was not read yet. With ``--all``, also write every public thesis anew into the index."""

    help = "Read the words of the public theses' PDF files, so that they can be searched."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--all``."""
        parser.add_argument(
            "--all", action="store_true", help="also write each public thesis into the index again"
        )

    def handle(self, *args: object, **options: object) -> None:
        """Say how many files were read. One that cannot be read is kept with its problem and stops no other."""
        self.stdout.write(f"Read {fulltext.read_due()} files.")
        if not options["all"]:
            return
        done = 0
        for pk in Submission.objects.filter(status=Status.PUBLISHED).values_list("pk", flat=True):
            with transaction.atomic():
                fulltext.reindex(Submission.objects.select_for_update().get(pk=pk))
            done += 1
        self.stdout.write(f"Wrote {done} theses into the index.")
