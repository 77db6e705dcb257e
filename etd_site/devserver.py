"""``make run``: the site, the local ORCID registry and the two workers as processes that stop together.

    python -m etd_site.devserver [--ready-file PATH]

Ports come from ``PORT`` and ``REGISTRY_PORT``. The registry is left out when ``ORCID_BASE_URL`` is set.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


def main() -> int:
    """Prepare the database, start everything, wait for Ctrl-C or SIGTERM, stop everything. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ready-file", type=Path, help="written when all answer; for scripts that wait")
    options = parser.parse_args()
    port = int(os.environ.get("PORT", "8000"))
    registry_port = int(os.environ.get("REGISTRY_PORT", "8001"))
    own_registry = "ORCID_BASE_URL" not in os.environ
    for wanted in [port, registry_port] if own_registry else [port]:
        if _in_use(wanted):
            name = "PORT" if wanted == port else "REGISTRY_PORT"
            print(f"Port {wanted} is in use. Stop what runs there, or choose another: {name}=9000 make run")  # noqa: T201
            return 1
    var = Path(os.environ.setdefault("ETD_VAR_DIR", str(ROOT / "var")))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "etd_site.settings.dev")
    os.environ.setdefault("ETD_BASE_URL", f"http://localhost:{port}")
    if own_registry:
        os.environ["ORCID_BASE_URL"] = f"http://localhost:{registry_port}"
        os.environ["ORCID_API_URL"] = f"http://localhost:{registry_port}/v3.0"
    (var / "static").mkdir(parents=True, exist_ok=True)
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
    commands["worker"] = [*manage, "sync_orcid"]
    if os.environ.get("ORCID_TASKS_BACKEND", "django_tasks_db.DatabaseBackend").endswith(".DatabaseBackend"):
        # What is wished for is sent at once by this one; the other sweeps up what is due later, or was left behind.
        tasks = "db_worker --backend orcid --queue-name orcid --interval 0.5 --no-startup-delay --no-reload"
        commands["tasks worker"] = [*manage, *tasks.split()]
    if os.environ.get("ETD_TARGETS"):
        commands["deliveries"] = [*manage, "deliver"]
    return _supervise(commands, port, registry_port if own_registry else None, options.ready_file)


def _supervise(
    commands: dict[str, list[str]], port: int, registry_port: int | None, ready: Path | None
) -> int:
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
        waits = [f"http://{HOST}:{port}/healthz"]
        if registry_port:
            waits.append(f"http://{HOST}:{registry_port}/.well-known/openid-configuration")
        for address in waits:
            while not stopping and not _answers(address) and all(c.poll() is None for c in children.values()):
                time.sleep(0.1)
        if not stopping and all(child.poll() is None for child in children.values()):
            print(_welcome(port, registry_port), flush=True)  # noqa: T201
            if ready:
                ready.write_text("ready\n")
        while not stopping:
            time.sleep(0.2)
            ended = [name for name, child in children.items() if child.poll() is not None]
            if ended == ["registry"]:
                # As when ORCID is down: the site and the worker must cope, and here one can watch them do it.
                print("The local ORCID registry stopped. The site goes on without it.", file=sys.stderr)  # noqa: T201
                del children["registry"]
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


def _welcome(port: int, registry_port: int | None) -> str:
    site = f"http://localhost:{port}"
    lines = [
        "",
        f"  The thesis office is open:   {site}/",
        f"  Mail the demo has sent:      {site}/demo/mail/",
    ]
    if registry_port:
        lines.append(f"  Local ORCID registry:        http://localhost:{registry_port}/")
        lines.append(f"  Make ORCID fail, or forget:  http://localhost:{registry_port}/_control")
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
