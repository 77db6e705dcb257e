"""Webhooks: registering them, and what a receiver gets."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
import requests

from tests.registry_process import Registry, client_token, start_registry, submit, token_for

from .conftest import OTHER_CLIENT, PASSWORD, PEOPLE, SCOPE, SECOND, STUDENT, Caller, error_code, work


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry that delivers on demand only: the batch and the retries are hours away."""
    running = start_registry(
        tmp_path_factory.mktemp("hooks"),
        PEOPLE,
        faults=True,
        clients=[OTHER_CLIENT],
        arguments=["--set", "webhook_seconds=9999", "--set", "webhook_retry_seconds=9999"],
    )
    yield running
    assert running.stop() == 0


class Receiver:
    """A server that notes what is posted to it and answers with ``status``."""

    def __init__(self) -> None:
        self.status = 204
        self.got: list[tuple[str, str, bytes]] = []
        self.came = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                receiver.got.append((self.command, self.path, body))
                receiver.came.set()
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?key=a b&x=1"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture(scope="module")
def token(registry: Registry) -> str:
    return client_token(registry, "/webhook").json()["access_token"]


@pytest.fixture(scope="module")
def student(registry: Registry) -> Caller:
    return Caller(registry, token_for(registry, "student", PASSWORD, SCOPE))


def hook(registry: Registry, method: str, token: str, url: str, orcid: str = STUDENT) -> requests.Response:
    address = f"{registry.base_url}/{orcid}/webhook/{quote(url, safe='')}"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return requests.request(method, address, headers=headers, timeout=10)


def deliver(registry: Registry) -> int:
    return registry.control("webhooks")["called"]


def test_register_twice_and_unregister_twice(registry: Registry, token: str) -> None:
    url = "https://example.edu/hook/1"
    answers = [hook(registry, method, token, url) for method in ("PUT", "PUT", "DELETE", "DELETE")]
    assert [answer.status_code for answer in answers] == [201, 204, 204, 404]
    assert all(answer.content == b"" for answer in answers[:3])
    assert error_code(answers[3]) == 9028


def test_refusals(registry: Registry, token: str, student: Caller) -> None:
    url = "https://example.edu/hook/2"
    unknown = hook(registry, "PUT", token, url, "0009-0000-0000-0009")
    assert (unknown.status_code, error_code(unknown)) == (404, 9011)
    without = hook(registry, "PUT", student.token, url)
    assert (without.status_code, error_code(without)) == (401, 9015)
    assert hook(registry, "GET", token, url).status_code == 405
    # An address that is not percent-encoded is no single part of the path.
    plain = requests.put(
        f"{registry.base_url}/{STUDENT}/webhook/{url}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert plain.status_code == 400
    assert hook(registry, "PUT", token, "no-address").status_code == 400


def test_the_webhook_of_another_client(registry: Registry, token: str) -> None:
    url = "https://example.edu/hook/3"
    names = {name: OTHER_CLIENT[name] for name in ("client_id", "client_secret")}
    other = client_token(registry, "/webhook", **names).json()["access_token"]
    assert hook(registry, "PUT", token, url).status_code == 201
    refused = hook(registry, "DELETE", other, url)
    assert (refused.status_code, error_code(refused)) == (403, 9014)
    assert hook(registry, "DELETE", token, url).status_code == 204


def test_a_change_is_told_once_with_nothing_in_it(
    registry: Registry, token: str, student: Caller, receiver: Receiver
) -> None:
    student.call("POST", "work", json=work()).raise_for_status()
    assert hook(registry, "PUT", token, receiver.url).status_code == 201
    deliver(registry)
    assert receiver.got == []  # what was changed before does not count
    for _ in range(3):
        student.call("POST", "work", json=work()).raise_for_status()
    assert deliver(registry) == 1
    assert receiver.got == [("POST", "/hook?key=a%20b&x=1", b"")]
    assert deliver(registry) == 0
    assert registry.see("webhooks")["deliveries"][-1]["status"] == 204
    hook(registry, "DELETE", token, receiver.url)
    student.call("POST", "work", json=work()).raise_for_status()
    assert deliver(registry) == 0


def test_changes_by_anybody_are_told(
    registry: Registry, token: str, student: Caller, receiver: Receiver
) -> None:
    hook(registry, "PUT", token, receiver.url)
    names = {name: OTHER_CLIENT[name] for name in ("client_id", "client_secret")}
    journal = Caller(registry, token_for(registry, "student", PASSWORD, SCOPE, **names))
    location = journal.call("POST", "work", json=work()).headers["Location"]
    assert deliver(registry) == 1
    session = requests.Session()
    page = session.get(f"{registry.base_url}/signin", timeout=10)
    submit(session, page, {"username": "student", "password": PASSWORD})
    page = session.get(f"{registry.base_url}/{STUDENT}", timeout=10)
    submit(session, page, {})  # the last form of the page removes the last work
    assert journal.call("GET", location).status_code == 404
    assert deliver(registry) == 1
    registry.control("status", orcid=STUDENT, status="locked")
    assert deliver(registry) == 1
    registry.control("status", orcid=STUDENT, status="active")
    hook(registry, "DELETE", token, receiver.url)


def test_a_failure_is_tried_again_and_one_too_busy_stops_the_run(
    registry: Registry, token: str, student: Caller, receiver: Receiver
) -> None:
    urls = [receiver.url, f"{receiver.url}&second=1"]
    for url in urls:
        hook(registry, "PUT", token, url)
    student.call("POST", "work", json=work()).raise_for_status()
    receiver.status = 500
    assert deliver(registry) == 2
    receiver.status = 429
    assert deliver(registry) == 1
    failures = {
        one["url"]: one["failures"] for one in registry.see("webhooks")["registrations"] if one["url"] in urls
    }
    assert sorted(failures.values()) == [1, 2]
    receiver.status = 200
    assert deliver(registry) == 2
    assert deliver(registry) == 0
    for url in urls:
        hook(registry, "DELETE", token, url)


def test_it_is_delivered_by_itself_after_a_while(
    registry: Registry, token: str, student: Caller, receiver: Receiver
) -> None:
    registry.control("switches", webhook_seconds=0.1)
    hook(registry, "PUT", token, receiver.url)
    student.call("POST", "work", json=work()).raise_for_status()
    assert receiver.came.wait(20)
    registry.control("switches", webhook_seconds=9999)
    hook(registry, "DELETE", token, receiver.url)


def test_other_records_are_not_told_of(registry: Registry, token: str, receiver: Receiver) -> None:
    hook(registry, "PUT", token, receiver.url, SECOND)
    Caller(registry, token_for(registry, "student", PASSWORD, SCOPE)).call("POST", "work", json=work())
    assert deliver(registry) == 0
    hook(registry, "DELETE", token, receiver.url, SECOND)
