"""Starting the stand-ins for DataCite and the repositories as a real process, for tests of any part of the project."""

import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from .registry_process import ROOT

USER, SECRET = "thesis-office", "demo"


@dataclass
class Places:
    """Running stand-ins. ``base_url`` has no slash at its end; it stays the same over ``restart``."""

    process: subprocess.Popen
    base_url: str
    command: list[str]

    def at(self, name: str) -> str:
        """The address of one place: ``datacite``, ``sword``, ``dspace`` or ``invenio``."""
        return f"{self.base_url}/{name}"

    def fail(self, match: str, do: str, **values: Any) -> None:
        """Let the next requests that match go wrong; see ``etd_site/demo/places/faults.py``."""
        answer = requests.post(
            f"{self.base_url}/_control", json=[{"match": match, "do": do, **values}], timeout=10
        )
        assert answer.status_code == 204, answer.text

    def heal(self) -> None:
        """Forget all faults and the log."""
        requests.delete(f"{self.base_url}/_control", timeout=10).raise_for_status()

    def see(self) -> dict[str, Any]:
        """``faults``, ``log`` (oldest first) and ``arrived`` (name of the place -> list)."""
        answer = requests.get(f"{self.base_url}/_control", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def log(self) -> list[str]:
        """``POST /path 201`` for each request, oldest first; ``-`` where no answer was sent."""
        return [f"{row['request']} {row['status'] or '-'}" for row in self.see()["log"]]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop the process and return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=10)

    def start(self) -> None:
        """Start it again after ``stop``, on the same port with the same file."""
        self.process = _run(self.command, self.base_url)

    def restart(self, number: int = signal.SIGKILL) -> None:
        """Kill it and start it again; faults and log are gone, what arrived is not."""
        self.stop(number)
        self.start()


def start_places(folder: Path) -> Places:
    """Start the stand-ins on a free port with a fresh file in ``folder``, and wait until they answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "etd_site.demo.places", "--port", str(port), "--faults"]
    command += ["--db", str(folder / "places.sqlite3")]
    address = f"http://127.0.0.1:{port}"
    return Places(_run(command, address), address, command)


def _run(command: list[str], address: str) -> subprocess.Popen:
    process = subprocess.Popen(command, cwd=ROOT)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(f"{address}/_control", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return process
    process.kill()
    raise RuntimeError("the places did not start")
