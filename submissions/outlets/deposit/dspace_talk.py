"""Talking to DSpace 7: signed in, with the token against forged requests (RestContract)."""

from collections.abc import Callable, Iterator
from typing import Any

from ..delivery.calls import Caller
from ..delivery.parcel import ParcelFile
from ..delivery.rulings import Answer, Refused
from ..delivery.targets import Target
from .bodies import FileForm

_TOKEN = "DSPACE-XSRF-TOKEN"  # noqa: S105 - the name of a header
_PAGE = 100


class Talk:
    """Calls to one DSpace while one delivery is worked on. The cookie is kept by the session of ``call``.

    DSpace may give a new token with any answer, and a session ends after half an hour: a call that is refused for
    either is made once more.
    """

    def __init__(self, target: Target, call: Caller) -> None:
        self._target, self._call = target, call
        self._token = self._session = ""

    def __call__(self, step: str, method: str, path: str, **arguments: Any) -> Answer:
        """As ``Caller.__call__``."""
        return self._twice(lambda: self._made(step, method, path, **arguments))

    def patch(self, step: str, path: str, operations: list[dict]) -> Answer:
        """A JSON Patch (RFC 6902)."""
        return self(
            step, "PATCH", path, json=operations, headers={"Content-Type": "application/json-patch+json"}
        )

    def upload(self, step: str, path: str, name: str, file: ParcelFile) -> Answer:
        """Send a file as ``name``."""

        def send() -> Answer:
            with FileForm(name, file) as form:
                headers = {"Content-Type": form.content_type, "Content-Length": str(len(form))}
                return self._made(step, "POST", path, data=form, headers=headers, size=file.size)

        return self._twice(send)

    def pages(self, step: str, path: str, name: str, params: dict | None = None) -> Iterator[dict]:
        """Each entry of a paged list; ``name`` is what the list is called in ``_embedded``."""
        page, pages = 0, 1
        while page < pages:
            query = {**(params or {}), "size": _PAGE, "page": page}
            data = self(step, "GET", path, params=query).data or {}
            data = (data.get("_embedded") or {}).get(
                "searchResult", data
            )  # a search wraps its list once more
            yield from (data.get("_embedded") or {}).get(name, [])
            page, pages = page + 1, (data.get("page") or {}).get("totalPages", 1)

    def account(self) -> str:
        """The uuid of our account there."""
        links = self("account", "GET", "api/authn/status").data.get("_links") or {}
        return ((links.get("eperson") or {}).get("href") or "").rstrip("/").rpartition("/")[2]

    def _twice(self, make: Callable[[], Answer]) -> Answer:
        if not self._session:
            self._sign_in()
        try:
            return make()
        except Refused as refused:
            forged = refused.answer.status == 403 and refused.answer.headers.get(_TOKEN)
            if refused.answer.status == 401:
                self._sign_in()
            elif not forged:
                raise
        return make()

    def _sign_in(self) -> None:
        self._session = ""
        self._made("token", "GET", "api")
        form = {"user": self._target.user, "password": self._target.secret}
        answer = self._made("sign in", "POST", "api/authn/login", data=form)
        self._session = answer.headers.get("Authorization") or ""

    def _made(self, step: str, method: str, path: str, **arguments: Any) -> Answer:
        headers = {**(arguments.pop("headers", None) or {}), "Accept": "application/json"}
        if self._session:
            headers["Authorization"] = self._session
        if self._token and method != "GET":
            headers["X-XSRF-TOKEN"] = self._token
        try:
            answer = self._call(step, method, path, headers=headers, **arguments)
        except Refused as refused:
            self._token = refused.answer.headers.get(_TOKEN) or self._token
            raise
        self._token = answer.headers.get(_TOKEN) or self._token
        return answer
