"""A session that repeats nothing, against a real socket."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from orcid_workflow.api.transport import new_session


class _Busy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(503)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def busy():
    server = HTTPServer(("127.0.0.1", 0), _Busy)
    server.asked = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_an_answer_that_says_when_to_come_again_is_an_answer(busy) -> None:
    answer = new_session("test").get(f"http://127.0.0.1:{busy.server_port}/", timeout=5)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "0")
    assert busy.asked == 1
