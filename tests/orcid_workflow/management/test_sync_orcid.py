"""The worker as a process: draining, stopping when asked, and being killed in the middle of a call."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection as database
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from orcid_workflow import sync
from orcid_workflow.models import OrcidItem
from orcid_workflow.sending import leases

from ..conftest import attach, fault, grant_for, lose_key, works_of
from ..items import a_work, check_sent, later

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.django_db
def test_drain_does_what_is_due_and_ends(registry, connection, capsys) -> None:
    item = sync.desire(connection, "work", "thesis", a_work("k-1"))
    call_command("sync_orcid", "--drain")
    assert "1 item(s)" in capsys.readouterr().out
    check_sent(registry, item, "On Kelp")
    call_command("sync_orcid", "--drain")
    assert "0 item(s)" in capsys.readouterr().out


SETTINGS = """
from {module} import *

DATABASES = {{"default": {database!r}}}
ORCID_ENCRYPTION_KEYS = {keys!r}
ORCID_BASE_URL = {base!r}
ORCID_API_URL = {api!r}
ORCID_CLIENT_ID = {client!r}
ORCID_CLIENT_SECRET = {secret!r}
ORCID_TIMEOUT_SECONDS = 5.0
TASKS = {{
    "default": {{"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
    "orcid": {{"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["orcid"]}},
}}
"""


@pytest.fixture
def worker(transactional_db, registry, tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Return a function that starts the worker as a process on the test database. PostgreSQL only."""
    if database.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    running: list[subprocess.Popen] = []
    names = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    (tmp_path / "settings_of_the_worker.py").write_text(
        SETTINGS.format(
            module=os.environ["DJANGO_SETTINGS_MODULE"],
            database={name: database.settings_dict[name] for name in names},
            keys=list(django_settings.ORCID_ENCRYPTION_KEYS),
            base=registry.base_url,
            api=registry.api_url,
            client=registry.client_id,
            secret=registry.client_secret,
        )
    )
    path = os.pathsep.join([str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "settings_of_the_worker", "PYTHONPATH": path}

    def start(*arguments: str, command: str = "sync_orcid") -> subprocess.Popen:
        command = [sys.executable, "-m", "django", command, *arguments]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=10)
        process.stdout.close()


def _until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


@pytest.mark.postgres
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_the_worker_sends_and_stops_when_asked(registry, worker, person) -> None:
    row = attach(grant_for(registry, person, "/activities/update"))
    item = sync.desire(row, "work", "thesis", a_work("k-1"))
    process = worker("--interval", "0.1")
    _until(lambda: OrcidItem.objects.get().state == OrcidItem.State.SENT)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    check_sent(registry, item, "On Kelp")


@pytest.mark.postgres
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_a_tasks_worker_sends_what_was_committed(registry, worker, person, settings) -> None:
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
        "orcid": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["orcid"]},
    }
    row = attach(grant_for(registry, person, "/activities/update"))
    item = sync.desire(row, "work", "thesis", a_work("k-1"))
    assert DBTaskResult.objects.filter(status="READY").count() == 1
    arguments = ["--backend", "orcid", "--queue-name", "orcid", "--batch", "--no-startup-delay"]
    assert worker(*arguments, command="db_worker").wait(timeout=60) == 0
    check_sent(registry, item, "On Kelp")
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@pytest.mark.postgres
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_a_token_of_a_lost_key_does_not_end_the_worker(registry, worker, new_person) -> None:
    left = attach(grant_for(registry, new_person(), "openid"))
    lose_key(left.tokens.get())
    left.tokens.update(revoke_again_at=timezone.now())
    item = sync.desire(
        attach(grant_for(registry, new_person(), "/activities/update")), "work", "thesis", a_work("k-1")
    )
    process = worker("--interval", "0.1")
    _until(lambda: OrcidItem.objects.get().state == OrcidItem.State.SENT)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    check_sent(registry, item, "On Kelp")


@pytest.mark.postgres
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_killed_while_orcid_answers(registry, worker, person) -> None:
    """SIGKILL after ORCID took the work and before we heard of it: the next worker finds it and makes no
    second.
    """
    row = attach(grant_for(registry, person, "/activities/update"))
    item = sync.desire(row, "work", "thesis", a_work("k-1"))
    fault(registry, method="POST", path_regex="/work$", action="delay", seconds=1.0)
    process = worker("--drain")
    _until(lambda: not requests.get(f"{registry.base_url}/_faults", timeout=5).json()["faults"])
    process.kill()
    process.wait(timeout=10)
    _until(lambda: len(works_of(registry, row)) == 1)
    item.refresh_from_db()
    assert (item.put_code, item.in_doubt) == (None, "POST")
    assert sync.run_due() == 0, "the dead worker's lease still holds"
    sync.run_due(now=timezone.now() + leases.LEASE + (later() - timezone.now()))
    check_sent(registry, item, "On Kelp")
