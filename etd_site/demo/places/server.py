"""The process: sockets to requests, faults, and the two addresses of its own (``/`` and ``/_control``)."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from . import control, page
from .everywhere import PLACES
from .faults import EXAMPLE, Fault, Faults
from .store import Store
from .web import Answer, Arrival, Place, Refusal, Request

HOST = "127.0.0.1"


class Server(ThreadingHTTPServer):
    """Serves the places. ``may_fail``: whether ``/_control`` takes faults."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, path: Path, *, may_fail: bool) -> None:
        self.store, self.faults, self.may_fail = Store(path), Faults(), may_fail
        super().__init__((HOST, port), _Handler)

    def arrived(self, base: str) -> list[tuple[Place, list[Arrival]]]:
        """What is at each place. ``base`` is the address of this process."""
        found = []
        for place in PLACES:
            with self.store.transaction(place.name) as shelf:
                found.append((place, place.arrivals(shelf, base + place.prefix)))
        return found


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "places"

    def do_GET(self) -> None:
        self._handle()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal: the log is at ``/_control``."""

    def _handle(self) -> None:
        body = self._read()
        address = urlsplit(self.path)
        line = f"{self.command} {self.path}"
        if address.path == "/_control":
            return self._send(self._control(body))
        faults = {fault.do: fault for fault in self.server.faults.next_for(line)}
        if refusal := faults.get("refuse"):
            answer = Answer(refusal.status, refusal.body, dict(refusal.headers))
        elif "cut" in faults:
            return self._hang_up(line)
        else:
            answer = self._answer(address.path, address.query, body)
        if "lose" in faults:
            return self._hang_up(line)
        if slow := faults.get("slow"):
            time.sleep(slow.seconds)
        self.server.faults.note(line, answer.status)
        self._send(answer, faults.get("alter"))

    def _answer(self, path: str, query: str, body: bytes) -> Answer:
        base = f"http://{self.headers.get('Host', HOST)}"
        if path == "/":
            return _html(page.overview(self.server.arrived(base)))
        for place in PLACES:
            if path == place.prefix or path.startswith(f"{place.prefix}/"):
                return self._ask(place, path, query, body, base)
        return Answer(404, {"message": "Not found"})

    def _ask(self, place: Place, path: str, query: str, body: bytes, base: str) -> Answer:
        request = Request(
            self.command,
            unquote(path[len(place.prefix) :]),
            dict(parse_qsl(query, keep_blank_values=True)),
            self.headers,
            body,
            base + place.prefix,
        )
        try:
            with self.server.store.transaction(place.name) as shelf:
                answer = place.answer(request, shelf)
        except Refusal as refusal:
            answer = place.refuse(refusal)
            if refusal.status == 404 and self.command == "GET":
                answer = self._thing(place, base, path) or answer
        if place.after:
            place.after(request, answer)
        return answer

    def _thing(self, place: Place, base: str, path: str) -> Answer | None:
        """The page of something that arrived, if this is its address."""
        with self.server.store.transaction(place.name) as shelf:
            for one in place.arrivals(shelf, base + place.prefix):
                if one.address == base + path:
                    return _html(page.thing(place, one))
        return None

    def _control(self, body: bytes) -> Answer:
        faults, to_people = self.server.faults, "text/html" in self.headers.get("Accept", "")
        if self.command in ("GET", "HEAD"):
            if to_people:
                return _html(control.page(faults.seen(), may_fail=self.server.may_fail))
            base = f"http://{self.headers.get('Host', HOST)}"
            arrived = {
                place.name: [
                    {"title": one.title, "state": one.state, "id": one.identifier, "facts": list(one.facts)}
                    for one in some
                ]
                for place, some in self.server.arrived(base)
            }
            return Answer(200, faults.seen() | {"arrived": arrived})
        if self.command not in ("POST", "DELETE"):
            return Answer(405, {"message": "Send GET, POST or DELETE."}, {"Allow": "GET, HEAD, POST, DELETE"})
        if not self.server.may_fail:
            return Answer(403, {"message": "Start it with --faults to be allowed this."})
        form = control.form_in(body, self.headers.get_content_type())
        if self.command == "DELETE" or form.get("what") == "clear":
            faults.clear()
        else:
            try:
                faults.add(control.wanted(body, form))
            except ValueError as error:
                if to_people:
                    return _html(
                        control.page(faults.seen(), may_fail=True, problem=str(error), typed=form), 400
                    )
                return Answer(400, {"message": f"{error} {control.HOW}", "example": [EXAMPLE]})
        return Answer(303, b"", {"Location": "/_control"}) if form and to_people else Answer(204)

    def _read(self) -> bytes:
        """The body, by its length or in chunks (RFC 9112 §7.1)."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(pieces)

    def _send(self, answer: Answer, alter: Fault | None = None) -> None:
        body = answer.encoded()
        if alter:
            body = body.replace(alter.find.encode(), alter.instead.encode())
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status != 204:
            self.wfile.write(body)

    def _hang_up(self, line: str) -> None:
        self.server.faults.note(line, None)
        self.close_connection = True
        self.connection.close()


def _html(text: str, status: int = 200) -> Answer:
    return Answer(status, text, {"Content-Type": "text/html; charset=utf-8"})
