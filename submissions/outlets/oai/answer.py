"""The bytes of an answer: its frame and headers written here, stored records put in as they are.

Records are stored in UTF-8 with a declaration and all namespaces on their root, so that taking off the declaration is
all it takes to put one into another document. A parser for a hundred records a page would cost more than all the rest;
even to copy them once too often can be measured.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from .listing import Page
from .names import base_url

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="{NAMESPACE}" '
    f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{NAMESPACE} {SCHEMA}">\n'
)
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# What XML 1.0 cannot hold, not even as a number.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(name: str, text: str = "", **attributes: str) -> str:
    """``<name attributes>text</name>``, everything escaped, on a line of its own."""
    return f"<{name}{_attributes(attributes)}>{escape(_clean(text))}</{name}>\n"


def wrap(name: str, *parts: str, **attributes: str) -> str:
    """``<name>`` around parts that are XML already."""
    return f"<{name}{_attributes(attributes)}>{''.join(parts)}</{name}>\n"


def frame(response_date: str, arguments: Mapping[str, str], *parts: bytes) -> list[bytes]:
    """The whole answer in pieces, to be sent one after the other.

    ``parts`` are what stands behind ``request``, whose attributes are ``arguments``.
    """
    request = f"<request{_attributes(arguments)}>{escape(base_url())}</request>\n"
    head = _HEAD + element("responseDate", response_date) + request
    return [head.encode(), *parts, b"</OAI-PMH>\n"]


def records(rows: Iterable[tuple]) -> Iterator[bytes]:
    """Records (tuples of what ``Row`` names) with their stored bytes, and deleted ones, in pieces to be joined."""
    for _, _, header, content in rows:
        if content is None:
            yield f"<record>\n{header}</record>\n".encode()
        else:
            yield f"<record>\n{header}<metadata>".encode()
            yield _without_declaration(content)
            yield b"</metadata>\n</record>\n"


def token(page: Page, text: str = "", ends: str = "") -> str:
    """The ``resumptionToken`` of a page: empty at the end of a list that had several, none for a list of one (§3.5)."""
    if not page.onward and not page.cursor:
        return ""
    expiry = {"expirationDate": ends} if ends else {}
    return element(
        "resumptionToken", text, **expiry, completeListSize=str(page.size), cursor=str(page.cursor)
    )


def _without_declaration(content: bytes) -> bytes:
    if content.startswith(_DECLARATION):
        return content[len(_DECLARATION) :]
    return content[content.index(b"?>") + 2 :].lstrip() if content.startswith(b"<?xml") else content


def _attributes(attributes: Mapping[str, str] | Iterable) -> str:
    return "".join(f" {name}={quoteattr(_clean(value))}" for name, value in dict(attributes).items())


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
