"""budget.py: all processes together keep to one rate, and without a budget nothing is called."""

import os
import sqlite3
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection as database

from orcid_workflow import sync
from orcid_workflow.api import budget, client, errors
from orcid_workflow.api.errors import Action
from orcid_workflow.models import ApiCall, OrcidItem

from ..conftest import calls
from ..items import a_work, check_sent, later

ROOT = Path(__file__).resolve().parents[3]
RATE, BURST = 60.0, 30
EACH, PROCESSES = 40, 3

SETTINGS = """
from {module} import *

DATABASES = {{"default": {database!r}}}
ORCID_BUDGET_FILE = {path!r}
ORCID_RATE, ORCID_BURST = {rate}, {burst}
"""
TAKE = f"""
import time, django
django.setup()
from orcid_workflow.api import budget
for _ in range({EACH}):
    assert budget.acquire(60)
    print(time.monotonic())
"""


@pytest.fixture
def file(settings, tmp_path) -> Path:
    """The budget is kept in a file of this test."""
    settings.ORCID_BUDGET_FILE = str(tmp_path / "budget")
    return tmp_path / "budget"


def excess(moments: list[float]) -> float:
    """Return how many calls would have waited at most at a registry that counts as nginx does (limit_req)."""
    most = waiting = 0.0
    for before, after in pairwise(sorted(moments)):
        waiting = max(0.0, waiting - RATE * (after - before) + 1)
        most = max(most, waiting)
    return most


def taken_by_processes(tmp_path: Path, path: str) -> list[float]:
    """Let several processes take from one budget as fast as they can; return when each place was taken."""
    names = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    values = {name: database.settings_dict[name] for name in names}
    (tmp_path / "settings_of_the_taker.py").write_text(
        SETTINGS.format(
            module=os.environ["DJANGO_SETTINGS_MODULE"], database=values, path=path, rate=RATE, burst=BURST
        )
    )
    search = os.pathsep.join([str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "settings_of_the_taker", "PYTHONPATH": search}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    outputs = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES
    return [float(line) for output in outputs for line in output.split()]


def test_the_model_of_the_registry_counts_what_comes_too_fast() -> None:
    assert excess([0.0] * 30) == 29
    assert excess([number / RATE for number in range(100)]) == pytest.approx(0, abs=0.01)


@pytest.mark.django_db
def test_processes_share_one_budget_in_a_file(tmp_path) -> None:
    moments = taken_by_processes(tmp_path, str(tmp_path / "budget"))
    assert len(moments) == EACH * PROCESSES
    assert excess(moments) < BURST


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_processes_share_one_budget_in_the_database(tmp_path) -> None:
    if database.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    moments = taken_by_processes(tmp_path, "")
    assert len(moments) == EACH * PROCESSES
    assert excess(moments) < BURST


@pytest.mark.django_db
def test_the_wait_for_a_place_has_an_end(file, settings) -> None:
    settings.ORCID_RATE, settings.ORCID_BURST = 0.01, 2
    assert budget.acquire(0)
    assert not budget.acquire(0.05)


@pytest.mark.django_db
def test_each_api_and_client_has_a_budget_of_its_own(file, settings) -> None:
    settings.ORCID_RATE, settings.ORCID_BURST = 0.01, 2
    assert budget.acquire(0)
    settings.ORCID_CLIENT_ID = "APP-ANOTHER"
    assert budget.acquire(0)
    assert not budget.acquire(0)


@pytest.mark.django_db
def test_a_clock_that_was_set_back_stops_nobody_for_an_hour(file, settings) -> None:
    settings.ORCID_RATE, settings.ORCID_BURST = 100.0, 10
    assert budget.acquire(1)
    rows = sqlite3.connect(file)
    rows.execute("UPDATE budget SET state = ?", [str((time.time_ns() // 1000) + 3600 * 1_000_000)])
    rows.commit()
    rows.close()
    assert budget.acquire(5)


@pytest.mark.django_db
def test_a_forked_child_takes_from_the_same_budget(file, settings) -> None:
    settings.ORCID_RATE, settings.ORCID_BURST = 0.01, 4
    assert budget.acquire(0)
    child = os.fork()
    if child == 0:
        os._exit(0 if budget.acquire(0) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not budget.acquire(0)


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_database_was_restarted(settings) -> None:
    if database.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    assert budget.acquire(5)
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert budget.acquire(5)


@pytest.mark.django_db
def test_without_a_budget_nothing_is_called_and_no_attempt_used(
    registry, connection, settings, tmp_path, caplog
) -> None:
    item = sync.desire(connection, "work", "thesis-1", a_work("k-1"))
    settings.ORCID_BUDGET_FILE = str(tmp_path / "no such folder" / "budget")
    before = ApiCall.objects.count()
    assert sync.run_due(limit=1) == 1
    item.refresh_from_db()
    assert (item.state, item.attempts, item.in_doubt) == (OrcidItem.State.WAITING, 0, "")
    assert item.next_try_at
    assert item.reason == errors.NO_BUDGET.person
    assert ApiCall.objects.count() == before
    assert calls(registry, connection.orcid) == []
    assert "budget of calls to ORCID cannot be kept" in caplog.text
    settings.ORCID_BUDGET_FILE = ""
    sync.run_due(now=later())
    check_sent(registry, item, "On Kelp")


@pytest.mark.django_db
def test_every_call_to_the_api_takes_one_place(registry, connection, settings, file) -> None:
    settings.ORCID_RATE, settings.ORCID_BURST, settings.ORCID_TIMEOUT_SECONDS = 0.01, 4, 0.1
    assert client.read_record(connection).call is not None
    assert client.read_section(connection, "works").call is not None
    answer = client.read_record(connection)
    assert (answer.call, answer.ruling.action) == (None, Action.RETRY)


def test_the_installed_settings_are_orcids_own() -> None:
    from etd_site.settings import base

    assert (base.ORCID_RATE, base.ORCID_BURST) == (24.0, 40)
    assert django_settings.ORCID_RATE > base.ORCID_RATE
