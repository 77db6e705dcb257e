"""``manage.py lift_embargoes``: write the records of theses whose embargo has ended. Run once a day."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from submissions.models import Status, Submission
from submissions.outlets import refresh


class Command(BaseCommand):
    """Bring stored metadata in line with embargoes that ended; running it again changes nothing."""

    help = (
        "Write the stored metadata of theses whose embargo has ended. Files open on their day without this."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Refresh every published thesis whose embargo lies in the past; unchanged records keep their datestamp."""
        ended = Submission.objects.filter(status=Status.PUBLISHED, embargo_until__lte=timezone.localdate())
        for submission in ended.iterator():
            refresh(submission)
        self.stdout.write(f"Looked at {ended.count()} theses whose embargo has ended.")
