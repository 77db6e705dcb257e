"""``manage.py deliver``: the worker that brings theses to the places of ``ETD_TARGETS`` and reads them back."""

import logging
import signal
import threading

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from orcid_workflow.api import errors
from submissions.outlets.delivery import work
from submissions.outlets.delivery.targets import targets

log = logging.getLogger("submissions.deliveries")
_HOUSE = 300.0  # seconds between two times of putting things in order


class Command(BaseCommand):
    """Without a flag it runs until it is told to stop (SIGTERM, Ctrl-C) and finishes the thesis in hand first."""

    help = "Deliver what is due: for ever, or with --drain everything that is due now, once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--drain`` and ``--interval``."""
        parser.add_argument("--drain", action="store_true", help="do everything that is due, then exit")
        parser.add_argument(
            "--interval", type=float, default=2.0, help="seconds between two looks (default 2)"
        )

    def handle(self, *args, drain: bool, interval: float, **options) -> None:
        """Run."""
        if drain:
            work.keep_house()
            self.stdout.write(f"{work.run_due()} delivery(s) worked on.")
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        places = ", ".join(place.label for place in targets().values()) or "nowhere (ETD_TARGETS is empty)"
        self.stdout.write(f"Waiting for theses to deliver to {places}. Ctrl-C stops.")
        rest = 0.0
        while not stop.is_set():
            close_old_connections()
            try:
                if rest <= 0:
                    work.keep_house()
                    rest = _HOUSE
                # A request to stop is heard between two theses.
                work.run_due(stop=stop.is_set)
            except Exception as fault:
                # The database restarts, or is being migrated: what is due is still due afterwards.
                log.error("A look for what is due broke off; trying again. %s", errors.trail(fault))
            stop.wait(interval)
            rest -= interval
