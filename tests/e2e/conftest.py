"""The whole house for browser tests: the three processes of ``make run`` on a database of their own, and a Chromium.

The database is SQLite, or a fresh one on the PostgreSQL server that ``DATABASE_URL`` names.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.places_process import SECRET, USER, Places, start_places

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class House:
    """Where the running house is reached, and where it keeps its things."""

    url: str
    registry: str
    var: Path
    screenshots: Path
    environment: dict
    places: Places


#: Where theses go, among the stand-ins: name of the target -> name of the place and its settings.
TARGETS = {
    "doi": ("datacite", {"kind": "datacite", "label": "DOI at DataCite", "prefix": "10.5555"}),
    "repository": (
        "dspace",
        {
            "kind": "dspace",
            "label": "University repository",
            "collection": "c0ffee00-0000-4000-8000-000000000001",
        },
    ),
}


def targets(places: Places) -> str:
    """``ETD_TARGETS`` for these stand-ins."""
    account = {"user": USER, "secret": SECRET}
    return json.dumps(
        {
            name: {"address": places.at(place), **account, **options}
            for name, (place, options) in TARGETS.items()
        }
    )


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def database_url():
    """A database for this house alone; None means SQLite."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield None
        return
    import psycopg

    name = f"etd_house_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    base, _, query = server.partition("?")
    yield f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def house(tmp_path_factory, database_url):
    """Start ``make run``'s processes, wait until they answer, and stop them by their process id at the end."""
    var = tmp_path_factory.mktemp("house")
    port, registry_port = free_port(), free_port()
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "ORCID_BASE_URL")
    }
    places = start_places(var)
    environment |= {
        "ETD_TARGETS": targets(places),
        "PORT": str(port),
        "REGISTRY_PORT": str(registry_port),
        "ETD_VAR_DIR": str(var),
        "ETD_BASE_URL": f"http://localhost:{port}",
        "DJANGO_SETTINGS_MODULE": "etd_site.settings.dev",
        **({"DATABASE_URL": database_url} if database_url else {}),
    }
    screenshots = Path(os.environ.get("ETD_SCREENSHOTS", ROOT / "var" / "screenshots"))
    screenshots = screenshots / ("postgres" if database_url else "sqlite")
    shutil.rmtree(screenshots, ignore_errors=True)
    screenshots.mkdir(parents=True)
    log = (var / "house.log").open("w")
    ready = var / "ready"
    process = subprocess.Popen(
        [sys.executable, "-m", "etd_site.devserver", "--ready-file", str(ready)],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 180
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The house did not open:\n{(var / 'house.log').read_text()[-4000:]}")
            time.sleep(0.2)
        yield House(
            f"http://localhost:{port}",
            f"http://localhost:{registry_port}",
            var,
            screenshots,
            environment,
            places,
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        places.stop()
        log.close()
        # A page may look right while something behind it went wrong.
        assert "Traceback" not in (var / "house.log").read_text(), (var / "house.log").read_text()[-6000:]


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium: ``CHROMIUM``, or one on the PATH."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        message = "no Chromium was found (set CHROMIUM to its path)"
        if os.environ.get("ETD_REQUIRE_ALL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def someone(browser, house, request):
    """Make people: ``someone("student")`` is a ``Visitor`` with cookies of their own."""
    from tests.e2e.visitor import Visitor

    visitors = []

    def enter(name: str, **options) -> Visitor:
        visitor = Visitor(
            browser.new_context(locale="en-GB", reduced_motion="reduce", **options), house, name
        )
        visitors.append(visitor)
        return visitor

    yield enter
    for visitor in visitors:
        visitor.leave()
