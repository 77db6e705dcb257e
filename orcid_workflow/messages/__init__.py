"""Messages to ORCID: each module turns one frozen dataclass into the XML the registry takes.

Here is what they share: the namespaces (without a version), texts that XML can hold, and the put-code of a
message.
"""

import re

from lxml import etree

COMMON = "http://www.orcid.org/ns/common"
WORK = "http://www.orcid.org/ns/work"
EDUCATION = "http://www.orcid.org/ns/education"

# What XML 1.0 cannot hold, even escaped (production Char), as it comes out of PDF copies and word processors.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False}


class InvalidMessage(ValueError):
    """The registry would refuse the message. ``problems`` says why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def clean(text: str, *, one_line: bool = True) -> str:
    """Return ``text`` without characters XML forbids, ends trimmed; on one line unless it has paragraphs."""
    text = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return re.sub(r"\s+", " ", text) if one_line else text


def length(text: str) -> int:
    """Return the length as the registry counts it: UTF-16 units, so that an emoji counts twice (Java
    strings).
    """
    return len(text.encode("utf-16-le")) // 2


def parse(message: bytes) -> etree._Element:
    """Parse a message with entities off. Raises ``lxml.etree.XMLSyntaxError``."""
    return etree.fromstring(message, etree.XMLParser(**_PARSER_OPTIONS))


def with_put_code(message: bytes, put_code: int) -> bytes:
    """Return the message with the put-code it needs to replace an item (orcid.md §14)."""
    root = parse(message)
    root.set("put-code", str(put_code))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def self_ids(message: bytes) -> list[list[str]]:
    """Return the ``[type, value]`` of every ``self`` identifier in a message: ORCID's key for duplicates
    (§15).
    """
    found = []
    for node in parse(message).iterfind(f".//{{{COMMON}}}external-id"):
        values = {etree.QName(child).localname: (child.text or "") for child in node}
        if values.get("external-id-relationship") == "self":
            found.append([values.get("external-id-type", ""), values.get("external-id-value", "")])
    return found
