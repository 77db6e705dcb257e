import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from submissions.models.deliveries import Wish
from submissions.outlets.delivery import targets
from submissions.outlets.delivery.targets import Target


class Shelf(ThreadingHTTPServer):
    """A place with one rule: ``POST /things`` makes a new thing each time, ``GET`` lists them, ``DELETE`` takes one."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.things: list[str] = []
        self.asked: list[tuple[str, str, dict]] = []
        self.answers: list[tuple[int, dict, bytes]] = []  # given instead of the next ones
        self.lose = 0  # so many answers after the work was done

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Shelf

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        if self.server.answers:
            return self._say(*self.server.answers.pop(0))
        if self.command == "POST":
            self.server.things.append(body)
        elif self.command == "DELETE":
            self.server.things.clear()
        if self.command != "GET" and self.server.lose:
            self.server.lose -= 1
            return self.connection.close()
        self._say(200, {}, "\n".join(self.server.things).encode())

    do_GET = do_POST = do_DELETE = _handle

    def _say(self, status: int, headers: dict, body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


class ShelfTarget(Target):
    """The kind of the place above: a thing is put there once, however often ``bring`` is run."""

    kind = "shelf"
    LABEL = "The shelf"

    def bring(self, delivery, parcel, call) -> None:
        thing = str(parcel.submission.uuid)
        if delivery.in_doubt and thing in call("look", "GET", "things").text:
            call.keep(in_doubt="", remote_id=thing)
        if parcel.wish != Wish.PUBLIC and delivery.remote_id:
            call("remove", "DELETE", f"things/{thing}")
            call.keep(remote_id="")
        elif parcel.wish == Wish.PUBLIC and not delivery.remote_id:
            call("put", "POST", "things", data=thing, doubtful=True)
            call.keep(in_doubt="", remote_id=thing)

    def read_back(self, delivery, parcel, call) -> list[str]:
        there = call("look", "GET", "things").text.split()
        return [] if there.count(delivery.remote_id) == 1 else ["The shelf does not have it once."]


@pytest.fixture
def shelf(settings, monkeypatch):
    server = Shelf()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setitem(targets.KINDS, "shelf", f"{__name__}.ShelfTarget")
    settings.ETD_TARGETS = {
        "shelf": {"kind": "shelf", "address": server.address, "user": "office", "secret": "s3cret-word"}
    }
    settings.ETD_TARGET_TIMEOUT_SECONDS = 3
    yield server
    server.shutdown()
    server.server_close()
