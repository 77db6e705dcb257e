"""What the places keep: documents (JSON) and bytes, in one SQLite file. A request is one transaction."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
  number INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  body TEXT NOT NULL, UNIQUE (place, kind, key));
CREATE TABLE IF NOT EXISTS pieces (place TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (place, key));
"""


class Shelf:
    """The part of the store that belongs to one place. Use it only inside ``Store.transaction``."""

    def __init__(self, base: sqlite3.Connection, place: str) -> None:
        self._base, self._place = base, place

    def put(self, kind: str, key: str, body: Any) -> None:
        """Write a document; one that is there keeps its place in the order."""
        self._base.execute(
            "INSERT INTO documents (place, kind, key, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (place, kind, key) DO UPDATE SET body = excluded.body",
            (self._place, kind, key, json.dumps(body, ensure_ascii=False)),
        )

    def get(self, kind: str, key: str) -> Any | None:
        """The document, None when there is none."""
        row = self._base.execute(
            "SELECT body FROM documents WHERE place = ? AND kind = ? AND key = ?", (self._place, kind, key)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str) -> dict[str, Any]:
        """Key -> document, in the order of arrival."""
        rows = self._base.execute(
            "SELECT key, body FROM documents WHERE place = ? AND kind = ? ORDER BY number",
            (self._place, kind),
        )
        return {key: json.loads(body) for key, body in rows}

    def drop(self, kind: str, key: str) -> None:
        """Delete a document, if it is there."""
        self._base.execute(
            "DELETE FROM documents WHERE place = ? AND kind = ? AND key = ?", (self._place, kind, key)
        )

    def number(self, name: str) -> int:
        """The next of the numbers called ``name``: 1, 2, 3 …"""
        next_one = (self.get("numbers", name) or 0) + 1
        self.put("numbers", name, next_one)
        return next_one

    def keep(self, key: str, body: bytes) -> None:
        """Write bytes."""
        self._base.execute("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?)", (self._place, key, body))

    def bytes(self, key: str) -> bytes | None:
        """The bytes, None when there are none."""
        row = self._base.execute(
            "SELECT body FROM pieces WHERE place = ? AND key = ?", (self._place, key)
        ).fetchone()
        return row[0] if row else None

    def throw_away(self, key: str) -> None:
        """Delete bytes, if they are there."""
        self._base.execute("DELETE FROM pieces WHERE place = ? AND key = ?", (self._place, key))


class Store:
    """The file. One request at a time: the stand-ins are for looking at, not for load."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._base.executescript(_TABLES)

    @contextmanager
    def transaction(self, place: str) -> Iterator[Shelf]:
        """The shelf of ``place`` while nobody else works; what was written is undone when an exception passes."""
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield Shelf(self._base, place)
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")
