"""Another Django site installs the app as orcid_workflow/README.md says, and uses it over HTTP.

The blocks of the README are the files: what stands there and does not work fails here. The site runs in processes
of its own, on SQLite, and in a folder where neither this project nor Wagtail can be imported.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from cryptography.fernet import Fernet

from tests.registry_process import Registry, authorize, exchange, start_registry, submit

from ..conftest import PASSWORD, _entry, make_id

ROOT = Path(__file__).resolve().parents[3]
README = ROOT / "orcid_workflow" / "README.md"
ID = make_id(7001)
BLOCK = re.compile(r"^```python\n# (mysite/\w+\.py)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_HERE = ("wagtail", "submissions", "etd_site", "django_tasks", "django_tasks_db")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Site:
    """A running site: its folder, its address, and the environment of its processes."""

    folder: Path
    url: str
    environment: dict[str, str]

    def manage(self, *arguments: str, feed: str = "") -> str:
        """Run a management command to its end; return what it printed. Fails when the command does."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.folder, env=self.environment, input=feed, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Registry]:
    running = start_registry(
        tmp_path_factory.mktemp("registry"),
        [{**_entry(7001), "orcid": ID}],
        arguments=["--redirect-uri", f"http://127.0.0.1:{port}/orcid/callback/"],
    )
    yield running
    running.stop()


def build(folder: Path) -> None:
    """Put the README's blocks into the ordinary site, and lock out what it must not need."""
    shutil.copytree(Path(__file__).parent / "before", folder)
    (folder / "orcid_workflow").symlink_to(ROOT / "orcid_workflow")
    blocks = BLOCK.findall(README.read_text())
    assert {name for name, _ in blocks} == {
        f"mysite/{name}.py" for name in ("settings", "urls", "apps", "views")
    }
    for name, code in blocks:
        with (folder / name).open("a") as file:
            file.write("\n" + code)
    for name in NOT_HERE:
        (folder / f"{name}.py").write_text(f"raise ImportError('this site has no {name}')\n")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, registry: Registry, port: int) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("another") / "site"
    build(folder)
    # Nothing of our own settings goes along: the defaults are what is tested.
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("ORCID_", "ETD_", "DJANGO_"))
    }
    inherited.pop("DATABASE_URL", None)
    environment = inherited | {
        "ORCID_ENVIRONMENT": "local",
        "ORCID_BASE_URL": registry.base_url,
        "ORCID_CLIENT_ID": registry.client_id,
        "ORCID_CLIENT_SECRET": registry.client_secret,
        "ORCID_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }
    site = Site(folder, f"http://127.0.0.1:{port}", environment)
    site.manage("migrate", "--verbosity", "0")
    site.manage(
        "shell",
        "-c",
        "from django.contrib.auth.models import User; User.objects.create_user('ada', password='pw')",
    )
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
        cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        for _ in range(200):
            try:
                requests.get(f"{site.url}/accounts/login/", timeout=5)
                break
            except requests.ConnectionError:
                assert process.poll() is None, (folder / "server.log").read_text()
                time.sleep(0.1)
        yield site
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


@pytest.fixture
def ada(site: Site) -> requests.Session:
    """The browser of somebody who is signed in."""
    session = requests.Session()
    page = session.get(f"{site.url}/accounts/login/", timeout=20)
    answer = submit(session, page, {"username": "ada", "password": "pw"})
    assert answer.status_code == 302, answer.text
    return session


def post(session: requests.Session, url: str, data: dict | None = None) -> requests.Response:
    token = {"csrfmiddlewaretoken": session.cookies["csrftoken"]}
    return session.post(url, {**token, **(data or {})}, allow_redirects=False, timeout=20)


def works(site: Site, registry: Registry) -> list[str]:
    """Titles on the record, asked for with a token that the site does not know."""
    redirect_uri = f"{site.url}/orcid/callback/"
    code = authorize(registry, ID, PASSWORD, "/read-limited", redirect_uri)["code"]
    token = exchange(registry, code, redirect_uri).json()["access_token"]
    answer = requests.get(
        f"{registry.api_url}/{ID}/works",
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        timeout=10,
    )
    answer.raise_for_status()
    return [
        one["title"]["title"]["value"] for group in answer.json()["group"] for one in group["work-summary"]
    ]


def test_the_settings_are_right_and_no_migration_is_missing(site: Site) -> None:
    assert "no issues" in site.manage("check")
    assert "No changes" in site.manage("makemigrations", "--check", "--dry-run")
    for name in NOT_HERE:
        with pytest.raises(AssertionError, match=f"this site has no {name}"):
            site.manage("shell", "-c", f"import {name}")


def test_the_whole_way(site: Site, registry: Registry, ada: requests.Session) -> None:
    # Before: the page says what it is about, in the app's own look.
    page = ada.get(f"{site.url}/orcid/connect/?purpose=author", timeout=20)
    assert "Your reports carry your iD" in page.text
    style = re.search(r'href="(/static/orcid_workflow/orcid\.css)"', page.text)[1]
    assert requests.get(site.url + style, timeout=20).status_code == 200
    assert not re.findall(
        r'(?:src|href)="(?:https?:)?//(?!127\.0\.0\.1|support\.orcid\.org)[^"]*"', page.text
    )

    # To ORCID and back.
    begun = post(ada, f"{site.url}/orcid/connect/", {"purpose": "author"})
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["Location"]).query).items()}
    assert asked["redirect_uri"] == f"{site.url}/orcid/callback/"
    answer = authorize(
        registry,
        ID,
        PASSWORD,
        asked["scope"],
        asked["redirect_uri"],
        nonce=asked["nonce"],
        state=asked["state"],
    )
    back = ada.get(f"{asked['redirect_uri']}?{urlencode(answer)}", timeout=20)
    assert back.url == f"{site.url}/orcid/"
    assert f"https://orcid.org/{ID}" in back.text
    assert "kelp, tides" in back.text

    # A report is published, and is on the record once.
    assert post(ada, f"{site.url}/publish/", {"title": "On Kelp"}).status_code == 302
    assert "Waiting to be sent" in ada.get(f"{site.url}/orcid/", timeout=20).text
    site.manage("sync_orcid", "--drain")
    site.manage("sync_orcid", "--drain")
    assert works(site, registry) == ["On Kelp"]
    home = ada.get(f"{site.url}/orcid/", timeout=20).text
    assert "On the ORCID record" in home
    item = re.search(r'href="(/orcid/items/\d+/)"', home)[1]
    for path in (item, "/orcid/history/"):
        assert "We added “On Kelp” to your record." in ada.get(site.url + path, timeout=20).text

    # What ORCID would refuse is never sent, and the reason is shown.
    post(ada, f"{site.url}/publish/", {"title": "K" * 1001})
    site.manage("sync_orcid", "--drain")
    assert "longer than ORCID" in ada.get(f"{site.url}/orcid/", timeout=20).text
    assert works(site, registry) == ["On Kelp"]

    # Disconnect: what is on the record stays, every token is dead and forgotten.
    assert "What will happen" in ada.get(f"{site.url}/orcid/disconnect/", timeout=20).text
    gone = post(ada, f"{site.url}/orcid/disconnect/")
    assert gone.status_code in (200, 302), gone.text
    assert "You disconnected" in ada.get(f"{site.url}/orcid/", timeout=20).text
    count = "from orcid_workflow.models import Token; print('tokens', Token.objects.count())"
    assert "tokens 0" in site.manage("shell", "-c", count)
    assert works(site, registry) == ["On Kelp"]


def test_a_table_of_the_readme_names_every_setting() -> None:
    from orcid_workflow.defaults import DEFAULTS

    table = README.read_text().partition("## Settings")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(ORCID_[A-Z_]+)`", table))
    assert named == DEFAULTS.keys() | {"ORCID_BASE_URL", "ORCID_API_URL", "ORCID_RATE"}
