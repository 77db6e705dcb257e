"""The bulk message of ``/works``: many works in one body, each of which may be wrong by itself."""

import json
from collections.abc import Callable

from lxml import etree

from . import codec
from .shapes import NS


def read(body: bytes, *, is_json: bool) -> list[dict | codec.BadShape]:
    """Return the works of a bulk body, each a dict or the BadShape that it raised. Bulk skips the XSD's
    checks.

    Raises BadShape when the body is no bulk at all.
    """
    if is_json:
        try:
            entries = json.loads(body)["bulk"]
            works = [json.dumps(entry["work"]).encode() for entry in entries]
        except (ValueError, KeyError, TypeError) as error:
            raise codec.BadShape('expected {"bulk": [{"work": …}, …]}') from error
        return [_attempt(codec.read_json, work) for work in works]
    try:
        root = etree.fromstring(body, etree.XMLParser(**codec.PARSER_OPTIONS))
    except etree.XMLSyntaxError as error:
        raise codec.BadShape(str(error)) from error
    if root.tag != f"{{{NS['bulk']}}}bulk":
        raise codec.BadShape(f"expected bulk:bulk, found {root.tag}")
    return [_attempt(codec.read_xml, etree.tostring(work)) for work in root]


def found_in(body: bytes, *, is_json: bool) -> bool:
    """True when ``body`` is a bulk message, which only ``/works`` takes."""
    if b"bulk" not in body:
        return False
    try:
        read(body, is_json=is_json)
    except codec.BadShape:
        return False
    return True


def _attempt(reader: Callable[..., dict], body: bytes) -> dict | codec.BadShape:
    try:
        return reader(body, "work", strict=False)
    except codec.BadShape as error:
        return error
