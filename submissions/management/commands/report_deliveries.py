"""``manage.py report_deliveries``: tell the repository managers of new trouble with deliveries. Run it once a day."""

from django.core.management.base import BaseCommand

from submissions.review.matrix.report import report


class Command(BaseCommand):
    """One mail to each repository manager when there is something new; none when there is not."""

    help = (
        "Mail the repository managers about new alarms and deliveries that need attention. Run once a day; without "
        "news nothing is sent."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Send what is new and say what was done."""
        self.stdout.write(report())
