"""``manage.py generate_theses N``: add N published theses that differ in everything, for measurements and tests."""

import argparse

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from etd_site.demo.generated.rows import generate
from submissions.metadata.crosswalks.registry import STORED


class Command(BaseCommand):
    """Add generated theses. They are invented, and so are the iDs in them."""

    help = (
        "Add N published theses that differ in everything: scripts, committees, embargoes, what is missing."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How many, and the seed: the same one gives the same theses."""
        parser.add_argument("count", type=int)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--format",
            dest="formats",
            action="append",
            choices=list(STORED),
            help="store this format only (may be repeated); refresh_records adds the others",
        )

    def handle(self, *args: object, **options: object) -> None:
        """Refuse where iDs are those of real people."""
        if settings.ORCID_ENVIRONMENT != "local":
            raise CommandError("Generated theses carry invented iDs: only with ORCID_ENVIRONMENT=local.")

        def tell(done: int) -> None:
            self.stdout.write(f"{done} of {options['count']}", ending="\r")
            self.stdout.flush()

        generate(options["count"], options["seed"], tell, options["formats"] or tuple(STORED))
        self.stdout.write(f"Added {options['count']} published theses.")
