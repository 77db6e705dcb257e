"""A harvester of kept pages.

Every answer with the keep on is compared, byte for byte, with the one that is made at the same moment with the keep
off; only ``responseDate`` and the signature of the token may differ.
"""

import gzip
import re

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from submissions.models import StoredRecord
from submissions.outlets.oai import clock, resumption

from .asking import later

TOKEN = re.compile(rb"(<resumptionToken[^>]*>)([^<]*)(</resumptionToken>)")
RECORD = b"<record>"


class Keeper:
    """A harvester that is answered with the keep and without it. ``kept`` counts answers that came from the keep."""

    def __init__(self, settings, folder) -> None:
        self.settings, self.folder = settings, str(folder)
        self.kept = self.made = 0

    def ask(self, arguments: dict, packed: bool = False) -> bytes:
        """One answer, compared with a fresh one of as many records."""
        self.settings.ETD_OAI_KEEP = self.folder
        with CaptureQueriesContext(connection) as queries:
            found = self._get(arguments, packed)
        if any("r.content" in query["sql"] for query in queries):
            self.made += 1
        elif RECORD in found:
            self.kept += 1
        size, self.settings.ETD_OAI_KEEP = self.settings.ETD_OAI_PAGE_SIZE, ""
        assert found.count(RECORD) <= size
        # A page that was made in the place of a kept one may be shorter; the borders are then those of the fresh one.
        self.settings.ETD_OAI_PAGE_SIZE = found.count(RECORD) or size
        assert comparable(found) == comparable(self._get(arguments, False))
        self.settings.ETD_OAI_PAGE_SIZE = size
        return found

    def harvest(self, packed: bool = False, **arguments: str) -> list[bytes]:
        """All pages of a list."""
        pages = [self.ask({"metadataPrefix": "oai_dc", **arguments}, packed)]
        while (token := TOKEN.search(pages[-1])) and token[2]:
            pages.append(self.ask({"resumptionToken": token[2].decode()}, packed))
        return pages

    @staticmethod
    def _get(arguments: dict, packed: bool) -> bytes:
        coding = {"Accept-Encoding": "gzip" if packed else "identity"}
        response = Client().get("/oai", {"verb": "ListRecords", **arguments}, headers=coding)
        content = response.getvalue()
        assert int(response["Content-Length"]) == len(content)
        return gzip.decompress(content) if packed else content


def comparable(content: bytes) -> tuple:
    """What has to be the same in two answers: what the token says, and everything but the date of the answer."""
    token = TOKEN.search(content)
    says = resumption.read("ListRecords", token[2].decode()) if token else None
    if says and says.row:  # the last record that was sent, or one whose key is not later than all that follow
        says = (says.prefix, says.spec, says.sent, says.size)
    rest = TOKEN.sub(rb"\1\3", re.sub(rb"<responseDate>[^<]*|expirationDate=\"[^\"]*", b"", content))
    return says, rest


def block(content: bytes) -> bytes:
    """The records of an answer."""
    return content.partition(b"<ListRecords>")[2].partition(b"<resumptionToken")[0]


class LastChange:
    """The last change of all, in another format. A copy that a database is put back from does not know it."""

    def __init__(self) -> None:
        self.row = StoredRecord.objects.filter(format="mods").first()
        write(self.row, content=b"<last-change/>")
        later()

    def forget(self) -> None:
        StoredRecord.objects.filter(pk=self.row.pk).update(datestamp=self.row.datestamp)


def rows(order: str = "datestamp") -> list[StoredRecord]:
    return list(StoredRecord.objects.filter(format="oai_dc").order_by(order, "pk"))


def write(row: StoredRecord, **changes: object) -> None:
    """Change a stored record as ``outlets.refresh`` does."""
    with transaction.atomic():
        stamp = max(clock.stamp(), row.datestamp)
        StoredRecord.objects.filter(pk=row.pk).update(datestamp=stamp, **changes)
