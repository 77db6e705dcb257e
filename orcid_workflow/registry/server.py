"""A threaded HTTP server for one machine, on 127.0.0.1 only."""

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

HOST = "127.0.0.1"


class Handler(WSGIRequestHandler):
    """Django's handler, which also hands down its connection, so that a fault can cut it, and the address as
    it was sent, because the address of a webhook is percent-encoded inside it.
    """

    # Header and body are two writes; on a kept connection the second would wait for the first one's receipt.
    disable_nagle_algorithm = True

    def get_environ(self) -> dict:
        """The WSGI environment."""
        return super().get_environ() | {
            "registry.connection": self.connection,
            "registry.raw_path": self.path.partition("?")[0],
        }


class Server(ThreadedWSGIServer):
    """Django's threaded server; a restart may take the port over at once."""

    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that went away is no error of ours."""


def serve(port: int, application: WSGIHandler) -> None:
    """Serve ``application`` until the process is told to stop."""
    with Server((HOST, port), Handler, ipv6=False) as server:
        server.set_app(application)
        server.serve_forever(poll_interval=0.1)
