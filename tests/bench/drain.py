"""How fast 2,000 waiting items reach ORCID: four workers, one budget, on PostgreSQL, against the local registry.

The registry refuses with 503 whoever is over 24 calls a second and a burst of 40, as ORCID does. Printed are the rate
as a part of the configured one, the number of 503s, and the workers' memory at the beginning and at the end.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

from tests.registry_process import Registry, start_registry, token_for
from tests.run import ROOT, find_postgres

PEOPLE, ITEMS, WORKERS = 100, 2000, 4


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="etd-bench-") as name:
        folder = Path(name)
        os.environ["DATABASE_URL"] = find_postgres(folder) or sys.exit("No PostgreSQL: nothing measured.")
        people = [{"orcid": orcid, "password": "demo", "given_names": "G"} for orcid in _ids()]
        registry = start_registry(folder, people, faults=True, arguments=["--rate", "24", "--burst", "40"])
        try:
            _measure(registry)
        finally:
            registry.stop()


def _ids() -> list[str]:
    from orcid_workflow import ids

    digits = [f"0009{number:011d}" for number in range(1, PEOPLE + 1)]
    return [ids.normalise(each + ids.check_digit(each)) for each in digits]


def _measure(registry: Registry) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "etd_site.settings.dev",
        "ETD_VAR_DIR": str(registry.log.parent / "var"),
        "ORCID_BASE_URL": registry.base_url,
        "ORCID_API_URL": registry.api_url,
        "ORCID_CLIENT_ID": registry.client_id,
        "ORCID_CLIENT_SECRET": registry.client_secret,
    }
    os.environ.update(environment)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections as databases

    from orcid_workflow.models import OrcidItem

    call_command("migrate", verbosity=0)
    _fill(registry)
    databases.close_all()
    command = [sys.executable, str(ROOT / "manage.py"), "sync_orcid", "--drain"]
    started = time.monotonic()
    workers = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        for _ in range(WORKERS)
    ]
    sizes: list[int] = []
    begun = None
    while any(worker.poll() is None for worker in workers):
        time.sleep(0.5)
        sizes.append(sum(_resident(worker.pid) for worker in workers))
        if begun is None and OrcidItem.objects.filter(state="sent").exists():
            begun = len(sizes)
    whole = time.monotonic() - started
    calls = requests.get(f"{registry.base_url}/_log", timeout=30).json()["calls"]
    writes = [call for call in calls if call["path"].endswith("/work")]
    sent = OrcidItem.objects.filter(state="sent").count()
    first, last = (
        OrcidItem.objects.order_by(order).values_list("sent_at", flat=True)[0]
        for order in ("sent_at", "-sent_at")
    )
    rate = (sent - 1) / (last - first).total_seconds()
    steady = sizes[begun or 0 :] or sizes
    early, late = steady[len(steady) // 10], max(steady[-len(steady) // 2 :])
    print(f"\n{WORKERS} workers, {ITEMS} items, {settings.ORCID_RATE:g} calls a second allowed")  # noqa: T201
    print(f"{'items on the records':<44}{sent:>10}")  # noqa: T201
    print(f"{'rate, of the configured one':<44}{rate / settings.ORCID_RATE:>10.1%}")  # noqa: T201
    print(f"{'the same with starting the workers':<44}{sent / whole / settings.ORCID_RATE:>10.1%}")  # noqa: T201
    print(f"{'answers 503':<44}{sum(call['status'] == 503 for call in calls):>10}")  # noqa: T201
    print(f"{'calls for an item':<44}{len(writes) / max(sent, 1):>10.2f}")  # noqa: T201
    print(f"{'memory of the workers, late to early':<44}{late / early:>10.2f}")  # noqa: T201


def _fill(registry: Registry) -> None:
    """Connect everybody and wish for the items."""
    import datetime as dt

    from django.db import transaction
    from django.utils import timezone

    from orcid_workflow import connections, sync
    from orcid_workflow.connections import Grant
    from orcid_workflow.messages.work import ExternalId, Work, to_xml

    for orcid in _ids():
        answer = token_for(registry, orcid, "demo", "/activities/update")
        grant = Grant(
            orcid=orcid,
            name="",
            scope=answer["scope"],
            access_token=answer["access_token"],
            refresh_token=answer["refresh_token"],
            expires_at=timezone.now() + dt.timedelta(days=7000),
            client_id=registry.client_id,
            amr="",
            auth_time=None,
            answer=answer,
        )
        with transaction.atomic():
            row = connections.attach(grant, None)
            for number in range(ITEMS // PEOPLE):
                own = ExternalId("source-work-id", f"bench-{orcid}-{number}")
                sync.desire(row, "work", f"bench-{number}", to_xml(Work(f"Work {number}", (own,))), title="T")


def _resident(pid: int) -> int:
    """Resident memory in KiB; 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


if __name__ == "__main__":
    main()
