"""Theses from an OAI-PMH server: harvested page by page, each page with a time-out and a limit of size.

Only metadata comes this way; the protocol hands over no files. A page that fails is asked for again with its own
resumption token, so that a harvest survives an interrupted connection; one that was killed is started again, and what
it brought before is recognised and costs nothing but the reading.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx2
from lxml import etree
from oaipmh_scythe import Scythe
from oaipmh_scythe.config import HTTPConfig, RetryConfig
from oaipmh_scythe.exceptions import NoRecordsMatch, OAIPMHException
from oaipmh_scythe.models import Record

from ..building import Building
from ..imported import ImportedThesis
from .errors import SourceBroken
from .xml_formats import READERS, richest

PAGE_BYTES = 100 * 1024 * 1024  # what the Open Archives' own validator takes (metadata.md §7)
TIMEOUT = 60.0  # seconds
AGENT = "ETD import (OAI-PMH)"
_OAI = "{http://www.openarchives.org/OAI/2.0/}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to harvest: ``prefix`` empty for the richest; ``since``, ``until`` as the protocol has them."""

    address: str
    prefix: str = ""
    since: str = ""
    until: str = ""
    subset: str = ""


def _must_be_address(text: str) -> None:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise SourceBroken(f"“{text}” is no address of a server: it must begin with https:// or http://.")


def _must_be_whole(content: bytes, status: int) -> None:
    """Scythe mends what it reads, so that a page that was cut off, or is none of the protocol's, would look like the
    whole and last one.
    """
    if status != 200:
        return
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise SourceBroken(
            f"The server sent a page that is no whole XML ({error}). It may have been cut off; import again."
        ) from error
    if root.tag != f"{_OAI}OAI-PMH":
        raise SourceBroken(
            "The server sent a page that is no answer of an OAI-PMH server. Check the address, or import again later."
        )


class _Scythe(Scythe):
    """Scythe with a limit of size: a page is read in pieces and given up when it grows too large."""

    page_bytes = PAGE_BYTES

    def _request(self, query: dict[str, str]) -> httpx2.Response:
        with self.client.stream("GET", self.endpoint, params=query) as answer:
            if answer.is_redirect:
                leads_to = urljoin(self.endpoint, answer.headers.get("Location", "")).partition("?")[0]
                raise SourceBroken(
                    f"The server answers {answer.status_code} and leads on to {leads_to}. Import from that address."
                )
            pieces, size = [], 0
            for piece in answer.iter_bytes():
                size += len(piece)
                if size > self.page_bytes:
                    raise SourceBroken(
                        f"The server sent a page of more than {self.page_bytes // 1024 // 1024} MB. "
                        "Ask its operators for smaller pages, or harvest one set at a time."
                    )
                pieces.append(piece)
            content = b"".join(pieces)
            _must_be_whole(content, answer.status_code)
            # The pieces are unpacked already.
            headers = {name: value for name, value in answer.headers.items() if name not in _PACKED}
            return httpx2.Response(
                answer.status_code, headers=headers, content=content, request=answer.request
            )


_PACKED = frozenset(("content-encoding", "content-length", "transfer-encoding"))


class _Bare(Record):
    """A record whose metadata nobody turns into a dictionary."""

    def get_metadata(self) -> dict:
        """Nothing: the element is read as it is."""
        return {}


def harvest(wanted: Wanted, *, retries: int = 4, timeout: float = TIMEOUT) -> Iterator[ImportedThesis]:
    """Yield every record in the order of the server. Raises ``SourceBroken``."""
    _must_be_address(wanted.address)
    http = HTTPConfig(timeout=timeout, user_agent=AGENT)
    again = RetryConfig(
        max_retries=retries, retry_status_codes=(429, 500, 502, 503, 504), default_retry_after=20,
        retry_on_transport_error=True,
    )  # fmt: skip
    try:
        with _Scythe(
            wanted.address, http_config=http, retry_config=again, class_mapping=_classes()
        ) as scythe:
            prefix = wanted.prefix or richest(_offered(scythe))
            if prefix not in READERS:
                raise SourceBroken(f"The format {prefix} cannot be read. There are: {', '.join(READERS)}.")
            records = scythe.list_records(
                from_=wanted.since or None,
                until=wanted.until or None,
                metadata_prefix=prefix,
                set_=wanted.subset or None,
            )
            for record in records:
                yield read(record.xml, prefix)
    except NoRecordsMatch:
        return
    except OAIPMHException as error:
        raise SourceBroken(f"The server refused: {type(error).__name__} ({error}).") from error
    except httpx2.HTTPStatusError as error:
        said = f"{error.response.status_code} {error.response.reason_phrase}".strip()
        raise SourceBroken(
            f"The server at {wanted.address} answered “{said}”. Check the address, or import again later."
        ) from error
    except httpx2.HTTPError as error:
        raise SourceBroken(
            f"The server at {wanted.address} did not answer ({type(error).__name__}). Check the address, or import "
            "again later."
        ) from error
    except etree.XMLSyntaxError as error:
        raise SourceBroken(f"What the server at {wanted.address} sent is no XML: {error}") from error


def _classes() -> dict:
    from oaipmh_scythe.client import DEFAULT_CLASS_MAP

    return {**DEFAULT_CLASS_MAP, "ListRecords": _Bare}


def _offered(scythe: Scythe) -> set[str]:
    return {element.xml.findtext(f"{_OAI}metadataPrefix", "") for element in scythe.list_metadata_formats()}


def read(record: etree._Element, prefix: str) -> ImportedThesis:
    """Return what a ``record`` element says in the format ``prefix``. What cannot be read is its problem."""
    identifier = record.findtext(f"{_OAI}header/{_OAI}identifier", "").strip()
    building = Building(identifier, f"record {identifier}")
    header = record.find(f"{_OAI}header")
    if header is not None and header.get("status") == "deleted":
        return ImportedThesis(identifier=identifier, place=building.place, deleted=True)
    inside = record.find(f"{_OAI}metadata/*")  # an element: a comment may stand before it
    if inside is None:
        building.problems.append("The record holds no metadata.")
    else:
        READERS[prefix](building, inside)
    return building.build()
