"""What every test shares."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection as database
from django.db import connections as databases
from django.db import transaction

from orcid_workflow.api import budget

ROOT = Path(__file__).resolve().parent.parent
# The sync browser driver keeps an event loop running, and Django would take every query for one made inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def _media_of_its_own(settings, tmp_path):
    """Each test keeps its files to itself."""
    settings.MEDIA_ROOT = tmp_path / "media"
    storages = {**settings.STORAGES}
    for name in ("default", "theses"):
        options = {**storages[name]["OPTIONS"], "location": tmp_path / "media" / name}
        storages[name] = {**storages[name], "OPTIONS": options}
    settings.STORAGES = storages
    settings.ETD_OAI_KEEP = str(tmp_path / "oai")


@pytest.fixture(autouse=True)
def _no_budget_kept_open():
    """The budget has a connection of its own, and a test database with connections cannot be dropped."""
    yield
    budget.close()


@pytest.fixture
def uncommitted(transactional_db, django_db_serialized_rollback) -> Iterator[Callable[[Callable], Callable]]:
    """Return a function that does its argument in a transaction of another process, as it were, and leaves that open.
    What it returns commits, as soon as nobody needs it open any more. PostgreSQL only.
    """
    if database.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    begun: list[tuple[threading.Thread, threading.Event]] = []
    faults: list[Exception] = []

    def begin_it(work: Callable) -> Callable:
        done, commit = threading.Event(), threading.Event()

        def run() -> None:
            try:
                with transaction.atomic():
                    work()
                    done.set()
                    commit.wait(20)
            except Exception as fault:
                faults.append(fault)
            finally:
                done.set()
                databases.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        begun.append((thread, commit))
        assert done.wait(10)

        def end() -> None:
            commit.set()
            thread.join(20)
            assert faults == []

        return end

    yield begin_it
    for thread, commit in begun:
        commit.set()
        thread.join(20)


@pytest.fixture
def beside() -> Iterator[Callable[[Callable], Callable]]:
    """Return a function that does its argument in another thread. When it is done, or waits for a lock, it returns a
    function that waits for its end and gives what came of it.
    """
    threads: list[threading.Thread] = []

    def begin_it(work: Callable) -> Callable:
        results: list = []

        def run() -> None:
            try:
                results.append(work())
            except Exception as fault:
                results.append(fault)
            finally:
                databases.close_all()

        thread = threading.Thread(target=run)
        threads.append(thread)
        thread.start()
        thread.join(timeout=1)

        def end():
            thread.join(20)
            if isinstance(results[0], Exception):
                raise results[0]
            return results[0]

        return end

    yield begin_it
    for thread in threads:
        thread.join(20)
