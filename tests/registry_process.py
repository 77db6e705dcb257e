"""Starting the local ORCID registry as a real process, for tests of any part of the project."""

import html
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

ROOT = Path(__file__).resolve().parent.parent
CLIENT_ID = "APP-LOCALETD00000001"
CLIENT_SECRET = "secret-of-the-first-client"
REDIRECT_URI = "http://127.0.0.1:8000/orcid/callback/"


@dataclass
class Registry:
    """A running registry. ``base_url`` has no trailing slash; ``api_url`` ends in ``/v3.0``."""

    process: subprocess.Popen
    base_url: str
    client_id: str
    client_secret: str
    log: Path

    @property
    def api_url(self) -> str:
        """Where the Member API is."""
        return f"{self.base_url}/v3.0"

    @property
    def public_api_url(self) -> str:
        """Where the Public API is; ORCID has another host for it."""
        return f"{self.base_url}/pub/v3.0"

    def see(self, control: str) -> dict:
        """What a control shows: ``faults``, ``log``, ``switches``, ``clients`` or ``webhooks``."""
        answer = requests.get(f"{self.base_url}/_{control}", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def control(self, control: str, **values: object) -> dict | None:
        """Send ``values`` to a control, such as ``control("switches", rate=24)``. Returns what it answers."""
        answer = requests.post(f"{self.base_url}/_{control}", json=values, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def stop(self) -> int:
        """Stop the process and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)


def start_registry(
    tmp_path: Path,
    people: list[dict],
    faults: bool = False,
    *,
    clients: list[dict] | None = None,
    organizations: list[dict] | None = None,
    arguments: list[str] | None = None,
    environment: dict[str, str] | None = None,
    rate: float = 0,
) -> Registry:
    """Start a registry on a free port with a fresh database in ``tmp_path`` and wait until it answers.

    ``people``, ``clients`` and ``organizations`` (beside those that are known anyway) are entries of the people
    file; ``arguments`` go to the command line as they are. ``rate`` is the limit in calls a second for each
    member client (ORCID's is 24); 0 is no limit.
    """
    people_file = tmp_path / "people.json"
    entries = {"people": people, "clients": clients or [], "organizations": organizations or []}
    people_file.write_text(json.dumps(entries))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "orcid_workflow.registry", "--port", str(port)]
    command += ["--db", str(tmp_path / "registry.sqlite3"), "--people", str(people_file)]
    command += ["--client-id", CLIENT_ID, "--client-secret", CLIENT_SECRET]
    command += ["--rate", str(rate)]
    command += ["--faults"] if faults else []
    log = tmp_path / "registry.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, *(arguments or [])],
            cwd=ROOT,
            env=os.environ | (environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    registry = Registry(process, f"http://127.0.0.1:{port}", CLIENT_ID, CLIENT_SECRET, log)
    _wait(registry)
    return registry


def _wait(registry: Registry) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and registry.process.poll() is None:
        try:
            requests.get(f"{registry.base_url}/.well-known/openid-configuration", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    registry.process.kill()
    raise RuntimeError(f"the registry did not start: {registry.log.read_text()}")


def submit(session: requests.Session, page: requests.Response, data: dict[str, str]) -> requests.Response:
    """Send the last form of ``page`` filled in with ``data``, without following the answer's redirect."""
    form = re.findall(r"<form\b[^>]*>.*?</form>", page.text[page.text.index("<main") :], re.DOTALL)[-1]
    action = re.search(r'action="([^"]*)"', form)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', form).group(1)
    address = urljoin(page.url, html.unescape(action.group(1))) if action else page.url
    return session.post(address, data | {"csrfmiddlewaretoken": token}, allow_redirects=False, timeout=10)


def authorize(
    registry: Registry,
    username: str,
    password: str,
    scope: str,
    redirect_uri: str = REDIRECT_URI,
    allow: bool = True,
    nonce: str | None = None,
    *,
    client_id: str | None = None,
    state: str = "state-of-the-test",
    session: requests.Session | None = None,
) -> dict[str, str]:
    """Sign in and decide as a person would in a browser; return the query the client is sent back with."""
    session = session or requests.Session()
    query = {
        "client_id": client_id or registry.client_id,
        "response_type": "code",
        "scope": scope,
        "redirect_uri": redirect_uri,
        "state": state,
    }
    query |= {"nonce": nonce} if nonce else {}
    answer = session.get(
        f"{registry.base_url}/oauth/authorize", params=query, allow_redirects=False, timeout=10
    )
    decision = {"decision": "allow" if allow else "deny"}
    while True:
        if answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if target.startswith(redirect_uri):
                return dict(parse_qsl(urlsplit(target).query))
            answer = session.get(target, allow_redirects=False, timeout=10)
        elif answer.status_code != 200:
            raise AssertionError(f"{answer.status_code} from {answer.url}: {answer.text}")
        elif 'name="password"' in answer.text:
            answer = submit(session, answer, {"username": username, "password": password})
        else:
            answer = submit(session, answer, decision)


def exchange(
    registry: Registry, code: str, redirect_uri: str = REDIRECT_URI, **changes: str
) -> requests.Response:
    """Send a code to the token endpoint; ``changes`` replace form fields."""
    data = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": registry.client_id,
        "client_secret": registry.client_secret,
    }
    return requests.post(f"{registry.base_url}/oauth/token", data | changes, timeout=10)


def client_token(
    registry: Registry, scope: str, *, client_id: str | None = None, client_secret: str | None = None
) -> requests.Response:
    """Ask for a token without a person (client credentials)."""
    data = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_id": client_id or registry.client_id,
        "client_secret": client_secret or registry.client_secret,
    }
    return requests.post(f"{registry.base_url}/oauth/token", data, timeout=10)


def token_for(registry: Registry, username: str, password: str, scope: str, **options: str) -> dict:
    """The whole way from sign-in to the token answer; the client may be another one by ``client_id``."""
    secret = options.pop("client_secret", registry.client_secret)
    client_id = options.get("client_id", registry.client_id)
    code = authorize(registry, username, password, scope, **options)["code"]
    answer = exchange(registry, code, client_id=client_id, client_secret=secret)
    answer.raise_for_status()
    return answer.json()
