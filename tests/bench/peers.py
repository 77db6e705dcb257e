"""The same records from other servers that speak OAI-PMH: pyoai, and django-oai-pmh on PostgreSQL.

Each is installed into an environment of its own that is thrown away, and runs there in gunicorn as ours does; nothing
of it is imported here. Where one cannot be installed or started, that is printed with the reason. It gets the
Dublin Core of our records, as many a page as we send, and is asked for a whole harvest by the same client.
"""

import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.registry_process import ROOT

HERE = Path(__file__).parent
#: Name -> (what is installed, module of the application, path of its address).
PEERS = {
    "pyoai": (["pyoai", "setuptools<81", "gunicorn"], "peer_pyoai:application", "/oai"),
    "django-oai-pmh": (["django-oai-pmh", "Django<6", "gunicorn"], "peer_django:application", "/oai/"),
}


def main(folder: Path, environment: dict[str, str]) -> None:
    """Print a line for each; ``environment`` is that of our server, whose records are dumped into ``folder``."""
    from .oai import Server

    dump = folder / "records.jsonl"
    ours, count, largest = _harvest(Server(environment), dump)
    print(f"{'one harvest of oai_dc':<28}{'records a second':>18}{'ours is times':>16}")  # noqa: T201
    print(f"{'ours':<28}{ours:>18.0f}{1:>16.1f}")  # noqa: T201
    for name, (packages, application, path) in PEERS.items():
        place = folder / "peers" / name
        try:
            python = _install(place, packages)
            given = {
                "PATH": os.environ["PATH"],
                "BENCH_RECORDS": str(dump),
                "BENCH_PAGE": str(largest),
                "BENCH_DATABASE": _database(environment["DATABASE_URL"], name.replace("-", "_")),
                "PYTHONPATH": str(HERE),
            }
            module = application.partition(":")[0]
            subprocess.run(
                [python, "-W", "ignore", "-m", module],
                env=given,
                cwd=place,
                check=True,
                capture_output=True,
                text=True,
            )
            server = Server(given, application, python=python, folder=place, path=path)
            theirs, number, _ = _harvest(server, None)
        except (subprocess.CalledProcessError, OSError, RuntimeError) as error:
            said = str(getattr(error, "stderr", "") or error).strip().splitlines()
            print(f"{name:<28}not measured: {said[-1][:150] if said else error!r}")  # noqa: T201
            continue
        note = "" if number == count else f"   ({number} of {count} records came)"
        print(f"{name:<28}{theirs:>18.0f}{ours / theirs:>16.1f}{note}")  # noqa: T201


def _harvest(server: object, dump: Path | None) -> tuple[float, int, int]:
    """Records a second, how many there were, and on the largest page; they are written to ``dump``, a line each."""
    with server as running:
        started = time.perf_counter()
        pages = list(running.harvest("oai_dc"))
        took = time.perf_counter() - started
    counts = [page.count(b"</record>") for page in pages]
    if dump is not None:
        with dump.open("w") as file:
            for page in pages:
                for record in _records(page):
                    file.write(json.dumps(record) + "\n")
    return sum(counts) / took, sum(counts), max(counts)


def _records(page: bytes) -> list[dict]:
    """Identifier, datestamp, sets, XML and fields of each record."""
    from lxml import etree

    found = []
    for record in etree.fromstring(page).iter("{*}record"):
        metadata = record.find("{*}metadata")
        fields: dict[str, list[str]] = {}
        for element in metadata[0].iter("{http://purl.org/dc/elements/1.1/}*"):
            fields.setdefault(etree.QName(element).localname, []).append(element.text or "")
        found.append(
            {
                "identifier": record.findtext("{*}header/{*}identifier"),
                "datestamp": record.findtext("{*}header/{*}datestamp"),
                "sets": [element.text for element in record.iterfind("{*}header/{*}setSpec")],
                "fields": fields,
            }
        )
    return found


def _install(place: Path, packages: list[str]) -> str:
    """Make the environment; return its python. Raises ``CalledProcessError`` with what pip said."""
    venv.create(place, with_pip=True)
    python = str(place / "bin" / "python")
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages]
    subprocess.run(install, check=True, capture_output=True, text=True, timeout=300)
    return python


def _database(address: str, name: str) -> str:
    """A database of its own on the same server, made anew; its address."""
    code = (
        "import sys, psycopg\n"
        "with psycopg.connect(sys.argv[1], autocommit=True) as server:\n"
        "    server.execute(f'DROP DATABASE IF EXISTS bench_{sys.argv[2]}')\n"
        "    server.execute(f'CREATE DATABASE bench_{sys.argv[2]}')\n"
    )
    parts = urlsplit(address)
    query = "&".join(each for each in parts.query.split("&") if not each.startswith("conn_"))
    plain = urlunsplit(parts._replace(query=query))
    subprocess.run([sys.executable, "-c", code, plain, name], check=True, cwd=ROOT, capture_output=True)
    return urlunsplit(parts._replace(query=query, path=f"/bench_{name}"))
