"""A client for tests: every answer, good or bad, is compared with what the OpenAPI document says of it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from submissions.api.document import document


class Asker:
    """Asks with a key, or without one when ``key`` is empty."""

    def __init__(self, key: str = "") -> None:
        self.key = key
        self.client = Client()
        self.document = json.loads(json.dumps(document("https://theses.example.edu/api")))

    def get(self, address: str, query: Any = None, *, method: str = "get", **headers: str):
        """Ask for an address (from ``/api`` on, or absolute) and return the answer, checked."""
        if self.key:
            headers.setdefault("Authorization", f"Bearer {self.key}")
        local = address.removeprefix(settings.ETD_BASE_URL)
        response = getattr(self.client, method)(local, query, headers=headers)
        assert not response.cookies
        if method == "get":
            self.check(local.partition("?")[0], response)
        return response

    def check(self, path: str, response: Any) -> None:
        """Raise ``AssertionError`` unless the document foresees this answer."""
        parts = path.removeprefix("/api").strip("/").split("/")
        template = ("", "/theses/", "/theses/{id}/", "/theses/{id}/{format}")[len(parts)]
        foreseen = self.document["paths"][template]["get"]["responses"][str(response.status_code)]
        if "content" not in foreseen:
            assert response.content == b""
            return
        schema = foreseen["content"][response["Content-Type"]]["schema"]
        if schema.get("type") != "string":
            content = json.loads(b"".join(response) if response.streaming else response.content)
            self.validator(schema).validate(content)

    def validator(self, schema: dict) -> Draft202012Validator:
        """A validator for a schema of the document."""
        whole = {**schema, "components": self.document["components"]}
        return Draft202012Validator(whole, format_checker=FormatChecker())

    def page(self, query: Any = None) -> dict:
        """One page of the list."""
        response = self.get("/api/theses/", query)
        assert response.status_code == 200, response.content
        return response.json()

    def pages(self, between: Callable[[], object] = lambda: None, **query: object) -> Iterator[dict]:
        """The pages to the end; ``between`` is called after each but the last."""
        page = self.page(query)
        yield page
        while page["next"]:
            between()
            response = self.get(page["next"])
            assert response.status_code == 200, response.content
            page = response.json()
            yield page

    def theses(self, **query: object) -> list[dict]:
        """All theses of a list."""
        return [thesis for page in self.pages(**query) for thesis in page["results"]]

    def ids(self, **query: object) -> list[str]:
        """Their ids."""
        return [thesis["id"] for thesis in self.theses(**query)]
