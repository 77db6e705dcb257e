"""A whole harvest over HTTP beside the same bytes as plain files from the same server, on PostgreSQL and on SQLite.

    python -m tests.bench.oai [number of theses] [--database postgresql|sqlite] [--prefix oai_dc]... [--peers]

gunicorn with one worker, as in production, and one connection to it that is kept open. The plain files are the very
pages of the harvest, a page a file, sent in two ways: by WhiteNoise, which answers before everything else of the site
and has the kernel copy them; and by Django's own view for files, through all middleware. Plain bytes are compared with
plain bytes. Beside that, gzip made while it is asked for is compared with files that were compressed beforehand.

The first harvest of a repository makes its pages from the database, which keeps them for the later ones: "cold" and
"kept". Cold is every page made anew, by a server that keeps none.

Printed are megabytes a second (the best of some rounds), and what part of the files' speed the harvest has; the queries
of the first, a middle and the last page; the time of late pages to that of early ones; and the server's memory after
all rounds to that after the first. Where a database is named in ``DATABASE_URL`` (and ``ETD_VAR_DIR``), its theses are
used and only what is missing is generated. Only the measured formats are stored.
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
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.bench.drain import _resident
from tests.registry_process import ROOT
from tests.run import find_postgres

TOKEN = re.compile(rb"<resumptionToken[^>]*>([^<]+)</resumptionToken>")
ROUNDS = 4
#: Pages from which on fewer rounds do.
MANY = 200
#: Metadata prefix -> name of the stored format.
PREFIXES = {"oai_dc": "oai_dc", "oai_datacite": "datacite"}
DATABASES = ("postgresql", "sqlite")
HEAD = (
    "pages",
    "MB",
    "cold",
    "kept",
    "WhiteNoise",
    "Django",
    "gzip",
    "gzip files",
    "queries",
    "late/early",
    "memory",
)


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("theses", type=int, nargs="?", default=2000)
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--prefix", choices=list(PREFIXES), action="append")
    parser.add_argument("--peers", action="store_true", help="other servers with the same records as well")
    given = parser.parse_args(arguments)
    prefixes = given.prefix or list(PREFIXES)
    for database in given.database or DATABASES:
        with tempfile.TemporaryDirectory(prefix="etd-bench-") as name:
            folder = Path(os.environ.get("ETD_VAR_DIR", name))
            environment = _environment(database, folder)
            if environment is None:
                print(f"\n{database}: could not be started, so nothing was measured on it.")  # noqa: T201
                continue
            _fill(given.theses, prefixes, environment)
            print(f"{database:<14}" + "".join(f"{name:>12}" for name in HEAD))  # noqa: T201
            for prefix in prefixes:
                _measure(folder, prefix, environment)
            if given.peers and database == "postgresql":
                from . import peers

                peers.main(folder, environment)


def _environment(database: str, folder: Path) -> dict[str, str] | None:
    """The environment of all processes: settings of a workplace, connections kept and checked as in production."""
    if database == "postgresql":
        address = find_postgres(folder)
        if address is None:
            return None
        address += f"{'&' if '?' in address else '?'}conn_max_age=60&conn_health_checks=true"
    else:
        address = f"sqlite:///{folder / 'bench.sqlite3'}?conn_max_age=60"
    return {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "etd_site.settings.dev",
        "ETD_VAR_DIR": str(folder),
    }


def _fill(wanted: int, prefixes: list[str], environment: dict[str, str]) -> None:
    _manage(environment, "migrate", "--verbosity", "0")
    code = "from submissions.models import Submission; print(Submission.objects.count())"
    missing = wanted - int(_manage(environment, "shell", "--no-imports", "-c", code).split()[-1])
    if missing <= 0:
        print(f"\n{wanted} theses or more were there.")  # noqa: T201
        return
    started = time.monotonic()
    formats = [f"--format={PREFIXES[prefix]}" for prefix in prefixes]
    _manage(environment, "generate_theses", str(missing), *formats)
    speed = missing / (time.monotonic() - started)
    print(f"\n{missing} theses in {len(formats)} formats, generated at {speed:.0f} a second")  # noqa: T201


def _measure(folder: Path, prefix: str, environment: dict[str, str]) -> None:
    (folder / "static").mkdir(exist_ok=True)
    (folder / "media" / "public").mkdir(parents=True, exist_ok=True)
    count = size = 0
    with Server(environment) as server:
        for count, page in enumerate(server.harvest(prefix), start=1):
            size += len(page)
            path = folder / "static" / f"{prefix}-{count - 1}.xml"
            path.write_bytes(page)
            path.with_suffix(".xml.gz").write_bytes(gzip.compress(page, 6))
            twin = folder / "media" / "public" / path.name
            twin.unlink(missing_ok=True)
            os.link(path, twin)
    best: dict[str, float] = {}
    with Server({**environment, "ETD_OAI_KEEP": ""}) as server:
        for _ in range(1 if count > MANY else ROUNDS):
            best["cold"] = min(best.get("cold", 1e9), _timed(server.harvest(prefix)))
    with Server(environment) as server:  # started again: WhiteNoise looks for its files once, at the start
        times: list[float] = []
        before = 0
        for _ in range(2 if count > MANY else ROUNDS):
            times.clear()
            ways = {
                "kept": server.harvest(prefix, times=times),
                "WhiteNoise": server.files(f"/static/{prefix}", count),
                "Django": server.files(f"/media/{prefix}", count),
                "gzip": server.harvest(prefix, packed=True),
                "gzip files": server.files(f"/static/{prefix}", count, packed=True),
            }
            for name, way in ways.items():
                best[name] = min(best.get(name, 1e9), _timed(way))
            before = before or _resident(server.worker())
        memory = _resident(server.worker()) / before
    tenth = max(count // 10, 1)
    # Without the first page, which counts the list, and the last, which is never kept.
    drift = statistics.median(times[-tenth - 1 : -1]) / statistics.median(times[1 : tenth + 1])
    cells = [
        f"{count}",
        f"{size / 1e6:.0f}",
        *(f"{size / 1e6 / seconds:.0f}" for seconds in best.values()),
        _queries(prefix, count, environment),
        f"{drift:.2f}",
        f"{memory:.2f}",
    ]
    print(f"{prefix:<14}" + "".join(f"{cell:>12}" for cell in cells))  # noqa: T201
    for way in ("cold", "kept"):
        parts = [f"{best[name] / best[way]:.0%}" for name in ("WhiteNoise", "Django")]
        packed = f"{best['gzip files'] / best['gzip']:.0%}" if way == "kept" else ""
        cells = ["", "", "", "", *parts, "", packed]
        print(f"{f'  {way}, of it':<14}" + "".join(f"{cell:>12}" for cell in cells))  # noqa: T201


def _queries(prefix: str, count: int, environment: dict[str, str]) -> str:
    """How many queries the first, a middle and the last page take, counted by Django in another process."""
    code = (
        "import re\nfrom django.db import connection\nfrom django.test import Client\n"
        "from django.test.utils import CaptureQueriesContext\n"
        f"client, given, found = Client(SERVER_NAME='127.0.0.1'), {{'metadataPrefix': {prefix!r}}}, []\n"
        "while given:\n"
        "    with CaptureQueriesContext(connection) as queries:\n"
        "        content = client.get('/oai', {'verb': 'ListRecords', **given}).getvalue()\n"
        # Once a second an answer writes down what it speaks of: not a matter of the page.
        "    found.append(sum(query['sql'].startswith('SELECT') for query in queries))\n"
        "    token = re.search(rb'<resumptionToken[^>]*>([^<]+)<', content)\n"
        "    given = token and {'resumptionToken': token[1].decode()}\n"
        f"print(f'{{found[0]}} {{found[{count} // 2]}} {{found[-1]}}')"
    )
    known = {**environment, "ETD_DB_PREPARE": "off"}  # Django cannot say what a prepared statement was
    return _manage(known, "shell", "--no-imports", "-c", code).strip().splitlines()[-1]


def _timed(pages: Iterator[bytes]) -> float:
    started = time.perf_counter()
    for _ in pages:
        pass
    return time.perf_counter() - started


class Server:
    """gunicorn on a free port, and one connection to it."""

    def __init__(
        self,
        environment: dict[str, str],
        application: str = "etd_site.wsgi:application",
        *,
        python: str = sys.executable,
        folder: Path = ROOT,
        path: str = "/oai",
    ) -> None:
        self.environment, self.application, self.python = environment, application, python
        self.folder, self.path = folder, path

    def __enter__(self) -> "Server":
        self.port = _free_port()
        serve = (
            f"gunicorn {self.application} --bind 127.0.0.1:{self.port} --threads 2 --log-level warning "
            "--keep-alive 60"
        )
        environment = {**self.environment, "ETD_BASE_URL": f"http://127.0.0.1:{self.port}"}
        command = [self.python, "-W", "ignore", "-m", *serve.split()]
        self.process = subprocess.Popen(command, cwd=self.folder, env=environment)
        while True:
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                self.get(f"{self.path}?verb=Identify")
                return self
            except OSError:
                if self.process.poll() is not None:
                    raise
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
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:500]!r}")
        return body

    def harvest(self, prefix: str, packed: bool = False, times: list[float] | None = None) -> Iterator[bytes]:
        """Yield the pages of a whole harvest; ``times`` takes the seconds of each."""
        path = f"{self.path}?verb=ListRecords&metadataPrefix={prefix}"
        while path:
            started = time.perf_counter()
            body = self.get(path, packed)
            if times is not None:
                times.append(time.perf_counter() - started)
            whole = gzip.decompress(body) if packed else body
            token = TOKEN.search(whole, max(len(whole) - 1000, 0))
            path = f"{self.path}?verb=ListRecords&resumptionToken={quote(token[1])}" if token else ""
            yield body

    def files(self, place: str, count: int, packed: bool = False) -> Iterator[bytes]:
        """Yield the same pages as plain files."""
        for number in range(count):
            body = self.get(f"{place}-{number}.xml", packed)
            if packed:
                gzip.decompress(body)  # a harvest has to, for the token
            yield body


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


if __name__ == "__main__":
    main()
