"""What a place is made of: requests, answers, routes. A place knows nothing of sockets."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from .store import Shelf

#: The account that every place knows. It guards nothing: the process listens on the loopback address alone.
USER, SECRET = "thesis-office", "demo"


@dataclass(frozen=True, slots=True)
class Request:
    """A request. ``path`` is without the place's prefix and decoded; ``query`` has the last value of each name;
    ``base`` is the place's own address without a slash at its end; ``headers`` do not mind capitals.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    body: bytes
    base: str

    def json(self) -> Any:
        """The body as JSON. Raises ``Refusal`` (400) when it is none."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Refusal(400, f"The body is not JSON: {error}") from error

    def basic(self) -> tuple[str, str] | None:
        """User and password of HTTP Basic, None without them."""
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            user, _, password = base64.b64decode(value).decode().partition(":")
        except ValueError:
            return None
        return user, password

    def bearer(self) -> str:
        """The bearer token, "" without one."""
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        return value.strip() if kind.lower() == "bearer" else ""


@dataclass(slots=True)
class Answer:
    """An answer; ``body`` may be a dict or a list, which goes out as JSON, or text (UTF-8)."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """The body's bytes; sets a Content-Type where there is none."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            self.headers.setdefault("Content-Type", "text/plain; charset=utf-8")
            return self.body.encode()
        self.headers.setdefault("Content-Type", "application/json")
        return json.dumps(self.body, ensure_ascii=False).encode()


class Refusal(Exception):
    """A request that is refused. What it wrote until then is undone. The place's ``refuse`` gives it its form."""

    def __init__(
        self, status: int, words: str, code: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(words)
        self.status, self.words, self.code, self.headers = status, words, code, headers or {}


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that arrived, for people: ``address`` is its page at the place; ``facts`` are pairs to be shown."""

    title: str
    state: str
    identifier: str
    address: str
    facts: tuple[tuple[str, str], ...] = ()


#: A handler takes the request, the place's shelf and the groups of the route's pattern (decoded).
Handler = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """``pattern`` is a regular expression for the whole path after the place's prefix, with named groups."""

    method: str
    pattern: str
    handler: Handler


def _plain(refusal: Refusal) -> Answer:
    return Answer(refusal.status, {"message": refusal.words}, dict(refusal.headers))


@dataclass(frozen=True, slots=True)
class Place:
    """A place. ``prefix`` begins its addresses (``/sword``); ``arrivals`` lists what is there, newest last, given the
    shelf and the place's own address. ``before`` may refuse a request (who are you?) and ``after`` may add headers.
    """

    name: str
    label: str
    prefix: str
    routes: tuple[Route, ...]
    arrivals: Callable[[Shelf, str], list[Arrival]]
    refuse: Callable[[Refusal], Answer] = _plain
    before: Callable[[Request, Shelf], None] | None = None
    after: Callable[[Request, Answer], None] | None = None

    def answer(self, request: Request, shelf: Shelf) -> Answer:
        """Find the route and ask its handler. Raises ``Refusal``: 404 or 405 where there is none."""
        if self.before:
            self.before(request, shelf)
        known = False
        for route in self.routes:
            if found := re.fullmatch(route.pattern, request.path):
                known = True
                if route.method == request.method:
                    return route.handler(request, shelf, **found.groupdict())
        raise Refusal(405, "Method not allowed") if known else Refusal(404, "Not found")
