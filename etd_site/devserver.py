"""``make run``: the site, the local ORCID registry, the local repositories and the workers, which stop together.

    python -m etd_site.devserver [--ready-file PATH]

Ports come from ``PORT``, ``REGISTRY_PORT`` and ``PLACES_PORT``. The registry is left out when ``ORCID_BASE_URL`` is
set, the repositories and the DOI registry when ``ETD_TARGETS`` is.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from .demo.places.known import tell
from .demo.places.settings import targets

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
# Where each of them answers once it is up.
_ANSWERS_AT = {
    "PORT": "/healthz",
    "REGISTRY_PORT": "/.well-known/openid-configuration",
    "PLACES_PORT": "/_control",
}
# What stands for the world outside may stop while the site goes on.
_OUTSIDE = {"registry": "The local ORCID registry", "places": "The local repositories"}


def main() -> int:
    """Prepare the database, start everything, wait for Ctrl-C or SIGTERM, stop everything. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ready-file", type=Path, help="written when all answer; for scripts that wait")
    options = parser.parse_args()
    port = int(os.environ.get("PORT", "8000"))
    registry_port = int(os.environ.get("REGISTRY_PORT", "8001"))
    places_port = int(os.environ.get("PLACES_PORT", "8002"))
    own_registry, own_places = "ORCID_BASE_URL" not in os.environ, "ETD_TARGETS" not in os.environ
    ports = {"PORT": port}
    ports |= {"REGISTRY_PORT": registry_port} if own_registry else {}
    ports |= {"PLACES_PORT": places_port} if own_places else {}
    for name, wanted in ports.items():
        if _in_use(wanted):
            print(f"Port {wanted} is in use. Stop what runs there, or choose another: {name}=9000 make run")  # noqa: T201
            return 1
    var = Path(os.environ.setdefault("ETD_VAR_DIR", str(ROOT / "var")))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "etd_site.settings.dev")
    os.environ.setdefault("ETD_BASE_URL", f"http://localhost:{port}")
    if own_registry:
        os.environ["ORCID_BASE_URL"] = f"http://localhost:{registry_port}"
        os.environ["ORCID_API_URL"] = f"http://localhost:{registry_port}/v3.0"
    (var / "static").mkdir(parents=True, exist_ok=True)
    places = targets(f"http://localhost:{places_port}") if own_places else None
    tell(var, places)
    if own_places:
        os.environ["ETD_TARGETS"] = json.dumps(places)
    manage = [sys.executable, str(ROOT / "manage.py")]
    for command in (["migrate", "--verbosity", "0"], ["demo"]):
        status = subprocess.run([*manage, *command], cwd=ROOT, check=False).returncode  # noqa: S603
        if status:
            return status
    serve = f"gunicorn etd_site.wsgi:application --bind {HOST}:{port} --threads 8 --log-level warning"
    commands = {"site": [sys.executable, "-m", *serve.split()]}
    if own_registry:
        registry = f"orcid_workflow.registry --port {registry_port} --faults"
        files = ["--db", str(var / "registry.sqlite3"), "--people", str(var / "registry-people.json")]
        commands["registry"] = [sys.executable, "-m", *registry.split(), *files]
    if own_places:
        places = f"etd_site.demo.places --port {places_port} --faults"
        commands["places"] = [sys.executable, "-m", *places.split(), "--db", str(var / "places.sqlite3")]
    commands["worker"] = [*manage, "sync_orcid"]
    if os.environ.get("ORCID_TASKS_BACKEND", "django_tasks_db.DatabaseBackend").endswith(".DatabaseBackend"):
        # What is wished for is sent at once by this one; the other sweeps up what is due later, or was left behind.
        tasks = "db_worker --backend orcid --queue-name orcid --interval 0.5 --no-startup-delay --no-reload"
        commands["tasks worker"] = [*manage, *tasks.split()]
    if os.environ["ETD_TARGETS"]:
        commands["deliveries"] = [*manage, "deliver"]
    return _supervise(commands, ports, options.ready_file)


def _supervise(commands: dict[str, list[str]], ports: dict[str, int], ready: Path | None) -> int:
    """Run the commands until one ends or we are told to stop; then stop the others by their process id."""
    stopping = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.append(True))
    # A session of their own, so that Ctrl-C reaches this process alone and the children are stopped in order.
    children = {
        name: subprocess.Popen(command, cwd=ROOT, start_new_session=True)  # noqa: S603
        for name, command in commands.items()
    }
    status = 0
    try:
        waits = [f"http://{HOST}:{port}{_ANSWERS_AT[name]}" for name, port in ports.items()]
        for address in waits:
            while not stopping and not _answers(address) and all(c.poll() is None for c in children.values()):
                time.sleep(0.1)
        if not stopping and all(child.poll() is None for child in children.values()):
            print(_welcome(ports), flush=True)  # noqa: T201
            if ready:
                ready.write_text("ready\n")
        while not stopping:
            time.sleep(0.2)
            ended = [name for name, child in children.items() if child.poll() is not None]
            if len(ended) == 1 and ended[0] in _OUTSIDE:
                # As when ORCID is down: the site and the worker must cope, and here one can watch them do it.
                print(f"{_OUTSIDE[ended[0]]} stopped. The site goes on without it.", file=sys.stderr)  # noqa: T201
                del children[ended[0]]
            elif ended:
                print(f"The {ended[0]} stopped by itself; stopping the rest.", file=sys.stderr)  # noqa: T201
                status = 1
                break
    finally:
        for child in children.values():
            if child.poll() is None:
                child.terminate()
        for child in children.values():
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
    return status


def _welcome(ports: dict[str, int]) -> str:
    site = f"http://localhost:{ports['PORT']}"
    lines = [
        "",
        f"  The thesis office is open:   {site}/",
        f"  Mail the demo has sent:      {site}/demo/mail/",
    ]
    if registry_port := ports.get("REGISTRY_PORT"):
        lines.append(f"  Local ORCID registry:        http://localhost:{registry_port}/")
        lines.append(f"  Make ORCID fail, or forget:  http://localhost:{registry_port}/_control")
    if places_port := ports.get("PLACES_PORT"):
        lines.append(f"  Repositories and DOIs:       http://localhost:{places_port}/")
    lines += [
        "",
        "  Accounts, all with the password demo (at the local ORCID registry too):",
        "    student    begins here: " + site + "/submit/",
        "    student2   has a half-written draft        student3   was asked for corrections",
        "    member     is a committee member; the link is in the mail. At ORCID: member",
        "    staff      approves or sends back: " + site + "/admin/",
        "    registrar  records conferral, which publishes",
        "    manager    takes metadata                  admin      may do everything",
        "    Also student, member, staff, registrar and manager with 2 or 3 at the end.",
        "",
        "  Ctrl-C stops all of it. Your data stays under var/; make reset starts afresh.",
        "",
    ]
    return "\n".join(lines)


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - a loopback address made above
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
