"""A management command that does what is due: for ever, or once."""

import logging
import signal
import threading
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from ..api import errors

_HOUSE = 300.0  # seconds between two times of putting things in order


class WorkerCommand(BaseCommand):
    """Without a flag it runs until it is told to stop (SIGTERM, Ctrl-C) and finishes what it has in hand first."""

    #: Who speaks when a look breaks off.
    logger: logging.Logger
    #: What one thing that is worked on is called.
    noun = "item"

    def run_due(self, stop: Callable[[], bool] | None = None) -> int:
        """Do everything that is due and return how much it was. ``stop`` is asked between two things."""
        raise NotImplementedError

    def keep_house(self) -> None:
        """Do what is done now and then."""
        raise NotImplementedError

    def waiting_for(self) -> str:
        """What the first line says it waits for."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--drain`` and ``--interval``."""
        parser.add_argument("--drain", action="store_true", help="do everything that is due, then exit")
        parser.add_argument(
            "--interval", type=float, default=2.0, help="seconds between two looks (default 2)"
        )

    def handle(self, *args: object, drain: bool, interval: float, **options: object) -> None:
        """Work until SIGTERM or Ctrl-C, looking every ``interval`` seconds; with ``drain`` once for all that is due. A
        fault of the database is logged and ends nothing.
        """
        if drain:
            self.keep_house()
            self.stdout.write(f"{self.run_due()} {self.noun}(s) worked on.")
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        self.stdout.write(f"Waiting for {self.waiting_for()}. Ctrl-C stops.")
        rest = 0.0
        while not stop.is_set():
            close_old_connections()
            try:
                if rest <= 0:
                    self.keep_house()
                    rest = _HOUSE
                self.run_due(stop.is_set)
            except Exception as fault:
                # The database restarts, or is being migrated: what is due is still due afterwards.
                self.logger.error("A look for what is due broke off; trying again. %s", errors.trail(fault))
            stop.wait(interval)
            rest -= interval
