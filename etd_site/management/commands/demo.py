"""``manage.py demo``: load the demo university. Safe to run again: what is there is kept."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from etd_site.demo.theses import load_theses
from etd_site.demo.university import load_university


class Command(BaseCommand):
    """Load the demo university."""

    help = "Load a demo university: pages, lists, accounts, and theses in every status."

    def handle(self, *args: object, **options: object) -> None:
        """Load what is missing; refuse where the demo has no business."""
        if not settings.ETD_DEMO:
            raise CommandError(
                "The demo puts accounts with a known password into the database: not on this site."
            )
        load_university()
        made = load_theses()
        if made:
            self.stdout.write(f"Loaded the demo university and {made} theses.")
