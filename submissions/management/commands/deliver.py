"""``manage.py deliver``: the worker that brings theses to the places of ``ETD_TARGETS`` and reads them back."""

import logging
from collections.abc import Callable

from orcid_workflow.sending.worker import WorkerCommand
from submissions.outlets.delivery import work
from submissions.outlets.delivery.targets import targets


class Command(WorkerCommand):
    """See ``WorkerCommand``."""

    help = "Deliver what is due: for ever, or with --drain everything that is due now, once."
    logger = logging.getLogger("submissions.deliveries")
    noun = "delivery"

    def handle(self, *args: object, **options: object) -> None:
        """Run. A process that knows no place says why nothing will come of it."""
        if not targets():
            self.stderr.write(
                "There is nowhere to deliver to: ETD_TARGETS is empty for this command, or nothing in it can be used "
                "(manage.py check says what is wrong). Give it the ETD_TARGETS of the site. Theses that were imported "
                "or published without it get their deliveries by manage.py refresh_records."
            )
        super().handle(*args, **options)

    def run_due(self, stop: Callable[[], bool] | None = None) -> int:
        """Work on deliveries and readings back."""
        return work.run_due(stop=stop)

    def keep_house(self) -> None:
        """Forget what is old."""
        work.keep_house()

    def waiting_for(self) -> str:
        """Name the work and the places."""
        places = ", ".join(place.label for place in targets().values()) or "nowhere (ETD_TARGETS is empty)"
        return f"theses to deliver to {places}"
