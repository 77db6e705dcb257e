"""A whole harvest over HTTP beside the same bytes as plain files from the same server, on PostgreSQL.

Plain files are sent in three ways: a page a file by a Django view, through all middleware as a harvest goes; a page a
file by WhiteNoise, which answers before Django; in both the kernel copies. And a record a file by WhiteNoise, as they
would be fetched without OAI-PMH.

    python -m tests.bench.oai [number of theses]

One gunicorn worker, one connection that is kept open. Printed are megabytes a second and what part of the plain files'
speed the harvest has; the same for gzip, where WhiteNoise's files are compressed beforehand; the time of late pages to
that of early ones, and the server's memory after three harvests to that before.
"""

import argparse
import gzip
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from tests.bench.drain import _resident
from tests.registry_process import ROOT
from tests.run import find_postgres

TOKEN = re.compile(rb"<resumptionToken[^>]*>([^<]+)</resumptionToken>")
RECORD = re.compile(rb"<record>.*?</record>", re.DOTALL)
ROUNDS = 3
PREFIXES = ("oai_dc", "oai_datacite")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("theses", type=int, nargs="?", default=3000)
    count = parser.parse_args().theses
    with tempfile.TemporaryDirectory(prefix="etd-bench-") as name:
        folder = Path(name)
        (folder / "static").mkdir()
        os.environ |= {
            "DATABASE_URL": _kept_open(find_postgres(folder) or sys.exit("No PostgreSQL: nothing measured.")),
            "DJANGO_SETTINGS_MODULE": "etd_site.settings.dev",
            "ETD_VAR_DIR": name,
        }
        _manage("migrate", "--verbosity", "0")
        started = time.monotonic()
        _manage("generate_theses", str(count))
        print(f"\n{count} theses, generated at {count / (time.monotonic() - started):.0f} a second")  # noqa: T201
        head = (
            "pages",
            "MB",
            "harvest",
            "Django",
            "WhiteNoise",
            "by record",
            "gzip",
            "its files",
            "late/early",
            "memory",
        )
        print(f"{'':<14}" + "".join(f"{name:>12}" for name in head))  # noqa: T201
        for prefix in PREFIXES:
            _measure(folder, prefix)


def _measure(folder: Path, prefix: str) -> None:
    with Server() as server:
        pages = list(server.harvest(prefix))
    for number, page in enumerate(pages):
        for place in ("static", "media/public"):
            path = folder / place / f"{prefix}-{number}.xml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(page)
        (folder / "static" / f"{prefix}-{number}.xml.gz").write_bytes(gzip.compress(page, 6))
    records = [record for page in pages for record in RECORD.findall(page)]
    for number, record in enumerate(records):
        (folder / "static" / f"{prefix}-record-{number}.xml").write_bytes(record)
    count, size = len(pages), sum(map(len, pages)) / 1e6
    singles = len(records)
    del pages, records
    with Server() as server:  # started again: WhiteNoise looks for its files once, at the start
        speed: dict[str, float] = {}
        times: list[float] = []
        before = 0
        for _ in range(ROUNDS):
            times = []
            ways = {
                "harvest": server.harvest(prefix, times=times),
                "Django": server.files(f"/media/{prefix}", count),
                "WhiteNoise": server.files(f"/static/{prefix}", count),
                "by record": server.files(f"/static/{prefix}-record", singles),
                "gzip": server.harvest(prefix, packed=True),
                "its files": server.files(f"/static/{prefix}", count, packed=True),
            }
            for name, way in ways.items():
                speed[name] = max(speed.get(name, 0), size / _timed(way))
            before = before or _resident(server.worker())
        memory = _resident(server.worker()) / before
    tenth = max(count // 10, 1)
    drift = statistics.median(times[-tenth:]) / statistics.median(times[1 : tenth + 1])
    cells = [
        f"{count}",
        f"{size:.0f}",
        *(f"{value:.0f}" for value in speed.values()),
        f"{drift:.2f}",
        f"{memory:.2f}",
    ]
    print(f"{prefix:<14}" + "".join(f"{cell:>12}" for cell in cells))  # noqa: T201
    parts = [
        "",
        "",
        "",
        *(f"{speed['harvest'] / speed[n]:.0%}" for n in ("Django", "WhiteNoise", "by record")),
    ]
    parts += ["", f"{speed['gzip'] / speed['its files']:.0%}"]
    print(f"{'  part of it':<14}" + "".join(f"{cell:>12}" for cell in parts))  # noqa: T201


def _kept_open(address: str) -> str:
    """The address of a database with connections that are kept, as in production."""
    return f"{address}{'&' if '?' in address else '?'}conn_max_age=60"


def _timed(pages: object) -> float:
    started = time.perf_counter()
    for _ in pages:
        pass
    return time.perf_counter() - started


class Server:
    """gunicorn on a free port, and one connection to it."""

    def __enter__(self) -> "Server":
        self.port = _free_port()
        serve = (
            f"gunicorn etd_site.wsgi:application --bind 127.0.0.1:{self.port} --threads 2 --log-level warning"
        )
        environment = {**os.environ, "ETD_BASE_URL": f"http://127.0.0.1:{self.port}"}
        command = [sys.executable, "-m", *serve.split(), "--keep-alive", "60"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)
        while True:
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                self.get("/oai?verb=Identify")
                return self
            except OSError:
                time.sleep(0.1)

    def __exit__(self, *failure: object) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait(20)

    def worker(self) -> int:
        """The process id of the worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def get(self, path: str, packed: bool = False) -> bytes:
        """The body as it came over the wire."""
        self.connection.request("GET", path, headers={"Accept-Encoding": "gzip" if packed else "identity"})
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status)
        return body

    def harvest(self, prefix: str, packed: bool = False, times: list[float] | None = None):
        """Yield the pages of a whole harvest; ``times`` takes the seconds of each."""
        path = f"/oai?verb=ListRecords&metadataPrefix={prefix}"
        while path:
            started = time.perf_counter()
            body = self.get(path, packed)
            if times is not None:
                times.append(time.perf_counter() - started)
            whole = gzip.decompress(body) if packed else body
            token = TOKEN.search(whole, max(len(whole) - 1000, 0))
            path = f"/oai?verb=ListRecords&resumptionToken={quote(token[1])}" if token else ""
            yield body

    def files(self, place: str, count: int, packed: bool = False):
        """Yield the same pages as plain files."""
        for number in range(count):
            yield self.get(f"{place}-{number}.xml", packed)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
