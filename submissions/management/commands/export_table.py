"""``manage.py export_table``: public theses as the table that ``import_theses csv`` reads."""

import csv
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from submissions.imports.csv_writer import rows
from submissions.metadata.build import build_record
from submissions.models import Status, Submission
from submissions.outlets.refresh import institution


class Command(BaseCommand):
    """Write one row a public thesis."""

    help = "Write public theses as a table (CSV, UTF-8) that import_theses reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--output``, a path or - for standard output."""
        parser.add_argument("--output", default="-", help="A file; - for standard output.")

    def handle(self, *args: object, **options: object) -> None:
        """Write the table, a thesis at a time. Raises ``CommandError`` when the file cannot be written."""
        theses = Submission.objects.filter(status=Status.PUBLISHED, page__live=True).select_related("page")
        records = (
            build_record(thesis, institution(thesis)) for thesis in theses.order_by("pk").iterator(500)
        )
        if options["output"] == "-":
            csv.writer(sys.stdout).writerows(rows(records))
            return
        try:
            file = Path(options["output"]).open("w", encoding="utf-8-sig", newline="")  # noqa: SIM115
        except OSError as error:
            raise CommandError(
                f"The table cannot be written to {options['output']} ({error.strerror})."
            ) from error
        with file:
            csv.writer(file).writerows(rows(records))
