"""An application around pyoai, run by the python of its own environment (see ``peers.py``).

pyoai leaves the store to its user: here SQLite, with a batch read by LIMIT and OFFSET as its interface suggests.
"""

import cgi
import datetime as dt
import json
import os
import sqlite3
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl

STORE = "pyoai.sqlite3"
cgi.parse_qs = parse_qs  # pyoai 2.5.0 reads its tokens with what Python 3.8 took out of this module


def fill() -> None:
    """Write the records into the store."""
    Path(STORE).unlink(missing_ok=True)
    with sqlite3.connect(STORE) as store, open(os.environ["BENCH_RECORDS"]) as records:
        store.execute("CREATE TABLE records (identifier, datestamp, sets, fields)")
        for line in records:
            each = json.loads(line)
            row = (
                each["identifier"],
                each["datestamp"],
                json.dumps(each["sets"]),
                json.dumps(each["fields"]),
            )
            store.execute("INSERT INTO records VALUES (?, ?, ?, ?)", row)


class Store:
    """What pyoai asks a batching server for, as far as a harvest needs it."""

    def __init__(self) -> None:
        from oaipmh import common

        self.common = common

    def identify(self):
        return self.common.Identify(
            "Bench",
            "http://localhost/oai",
            "2.0",
            ["a@example.edu"],
            dt.datetime(2000, 1, 1),
            "persistent",
            "YYYY-MM-DDThh:mm:ssZ",
            ["identity"],
            toolkit_description=False,
        )

    def listRecords(self, metadataPrefix, set=None, from_=None, until=None, cursor=0, batch_size=10):
        with sqlite3.connect(STORE) as store:
            rows = store.execute(
                "SELECT * FROM records ORDER BY rowid LIMIT ? OFFSET ?", (batch_size, cursor)
            ).fetchall()
        return [
            (
                self.common.Header(
                    None,
                    identifier,
                    dt.datetime.strptime(datestamp, "%Y-%m-%dT%H:%M:%SZ"),
                    json.loads(sets),
                    False,
                ),
                self.common.Metadata(None, json.loads(fields)),
                None,
            )
            for identifier, datestamp, sets, fields in rows
        ]


def make():
    """The WSGI application."""
    from oaipmh.metadata import MetadataRegistry
    from oaipmh.server import BatchingServer, oai_dc_writer

    registry = MetadataRegistry()
    registry.registerWriter("oai_dc", oai_dc_writer)
    size = int(os.environ["BENCH_PAGE"])
    server = BatchingServer(Store(), metadata_registry=registry, resumption_batch_size=size)

    def application(environment, start_response):
        body = server.handleRequest(dict(parse_qsl(environment["QUERY_STRING"])))
        start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
        return [body]

    return application


if __name__ == "__main__":
    fill()
else:
    application = make()
