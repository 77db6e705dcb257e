"""``manage.py sync_orcid``: the worker that keeps people's ORCID records true."""

import logging
from collections.abc import Callable

from orcid_workflow import sync
from orcid_workflow.sending.worker import WorkerCommand


class Command(WorkerCommand):
    """See ``WorkerCommand``."""

    help = "Do what is due at ORCID: for ever, or with --drain everything that is due now, once."
    logger = logging.getLogger("orcid_workflow.sync")

    def run_due(self, stop: Callable[[], bool] | None = None) -> int:
        """Work on items and records."""
        return sync.run_due(stop=stop)

    def keep_house(self) -> None:
        """Arrange anew, and forget what is old."""
        sync.keep_house()

    def waiting_for(self) -> str:
        """What the first line says it waits for (``WorkerCommand``)."""
        return "items to send to ORCID"
