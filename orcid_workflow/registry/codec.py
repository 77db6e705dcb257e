"""From messages to plain dicts and back, driven by the tables in ``shapes`` and ``envelopes``.

The dict is ORCID's JSON form. XML is read with entities and network off.
"""

import functools
import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from lxml import etree

from .envelopes import ACTIVITIES_WRITTEN, ROOTS
from .shapes import NS, Attribute, Field, Group, Kind, Millis, OneOfEach, Plain, Text, Value

PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "remove_comments": True, "remove_pis": True}
_XSD_FILES = frozenset(ACTIVITIES_WRITTEN)
_xsd_lock = threading.Lock()


class BadShape(ValueError):
    """A message does not have the form of the schema; the text says where."""


def read_xml(body: bytes, root: str, *, strict: bool = True) -> dict:
    """Return the dict in an XML ``body`` whose root must be that of ``root`` (a key of ROOTS).

    ``strict`` turns on the checks of the XSD (lengths, required, patterns); element order and names are
    always checked. The official XSD is asked too when it is on this machine. Raises BadShape.
    """
    try:
        element = etree.fromstring(body, etree.XMLParser(**PARSER_OPTIONS))
    except etree.XMLSyntaxError as error:
        raise BadShape(str(error)) from error
    if element.getroottree().docinfo.doctype:
        raise BadShape("a document type is not allowed")
    return _read_root(element, root, strict)


def read_json(body: bytes, root: str, *, strict: bool = True) -> dict:
    """``read_xml`` for a JSON body: it is turned to XML first and held to the same rules. Raises BadShape."""
    try:
        data = json.loads(body)
    except ValueError as error:
        raise BadShape(str(error)) from error
    return _read_root(to_element(data, root, exact=True), root, strict)


def write_xml(data: dict, root: str) -> bytes:
    """Return ``data`` (ORCID's JSON form) as an XML document."""
    element = to_element(data, root)
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)


def write_json(data: dict) -> bytes:
    """Return ``data`` as UTF-8 JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def fill(kind: Group, data: dict) -> dict:
    """Return ``data`` with every field of ``kind``, null when absent: ORCID's JSON leaves no key out."""
    filled = {}
    for field in kind.fields:
        value = data.get(field.key)
        if isinstance(field.kind, Group) and value is not None:
            value = [fill(field.kind, one) for one in value] if field.many else fill(field.kind, value)
        filled[field.key] = value
    return filled


def to_element(data: Any, root: str, *, exact: bool = False) -> etree._Element:
    """Build the XML tree of ``data``. ``exact`` refuses unknown keys and wrong JSON types (BadShape)."""
    prefix, name, kind = ROOTS[root]
    element = etree.Element(f"{{{NS[prefix]}}}{name}", nsmap=NS)
    _write(element, kind, data, exact, name)
    etree.cleanup_namespaces(element)
    return element


def _read_root(element: etree._Element, root: str, strict: bool) -> dict:
    prefix, name, kind = ROOTS[root]
    if element.tag != f"{{{NS[prefix]}}}{name}":
        raise BadShape(f"expected {prefix}:{name}, found {element.tag}")
    if strict and (schema := _xsd(root)) is not None:
        with _xsd_lock:  # the error log belongs to the schema, and requests run in threads
            if not schema.validate(element):
                raise BadShape(str(schema.error_log.last_error.message))
    return _read(element, kind, strict, name)


@functools.cache
def _xsd(root: str) -> etree.XMLSchema | None:
    path: Path = settings.REGISTRY_SCHEMAS / "orcid" / "record_3.0" / f"{root}-3.0.xsd"
    return etree.XMLSchema(etree.parse(path)) if root in _XSD_FILES and path.is_file() else None


# --- Writing ---
def _write(element: etree._Element, kind: Kind, value: Any, exact: bool, where: str) -> None:
    if isinstance(kind, Group):
        if not isinstance(value, dict):
            raise BadShape(f"{where} must be an object")
        _write_fields(element, kind, value, exact, where)
    elif isinstance(kind, Value):
        if not isinstance(value, dict):
            raise BadShape(f'{where} must be an object with "value"')
        names = {attribute.name for attribute in kind.attributes}
        if exact and set(value) - names - {"value"}:
            raise BadShape(f"{where} has unknown fields: {', '.join(sorted(set(value) - names - {'value'}))}")
        for name in names:
            if value.get(name) is not None:
                element.set(name, _scalar(value[name], exact, where))
        element.text = _scalar(value.get("value"), exact, where)
    elif isinstance(kind, Millis):
        if not isinstance(value, dict) or not isinstance(value.get("value"), int):
            raise BadShape(f'{where} must be an object with "value" in milliseconds')
        moment = datetime.fromtimestamp(value["value"] / 1000, UTC)
        element.text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    else:
        text = _scalar(value, exact and isinstance(kind, Text), where)
        element.text = text.capitalize() if isinstance(kind, Text) and kind.capitals_in_json else text


def _write_fields(element: etree._Element, kind: Group, data: dict, exact: bool, where: str) -> None:
    if exact and (unknown := set(data) - {field.key for field in kind.fields}):
        raise BadShape(f"{where} has unknown fields: {', '.join(sorted(unknown))}")
    for field in kind.fields:
        value = data.get(field.key)
        if value is None:
            continue
        inside = f"{where}/{field.key}"
        if isinstance(field.kind, OneOfEach):
            for entry in value:
                for choice in field.kind.fields:
                    if choice.key in entry:
                        _write_child(element, choice, entry[choice.key], exact, inside)
        elif field.ns:
            if field.many and not isinstance(value, list):
                raise BadShape(f"{inside} must be a list")
            for one in value if field.many else [value]:
                _write_child(element, field, one, exact, inside)
        else:
            element.set(field.key, _scalar(value, False, inside))


def _write_child(parent: etree._Element, field: Field, value: Any, exact: bool, where: str) -> None:
    child = etree.SubElement(parent, f"{{{NS[field.ns]}}}{field.key}")
    _write(child, field.kind, value, exact, where)


def _scalar(value: Any, exact: bool, where: str) -> str:
    if value is None:
        return ""
    if (exact and not isinstance(value, str | bool)) or isinstance(value, dict | list):
        raise BadShape(f"{where} must be a string")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        etree.Element("probe").text = text
    except ValueError as error:
        raise BadShape(f"{where} holds characters that XML does not allow") from error
    return text


# --- Reading ---
def _read(element: etree._Element, kind: Kind, strict: bool, where: str) -> Any:
    if isinstance(kind, Group):
        return _read_group(element, kind, strict, where)
    if len(element):
        raise BadShape(f"{where} must hold text only")
    _check_attributes(element, kind.attributes if isinstance(kind, Value) else (), where)
    text = element.text or ""
    if isinstance(kind, Value):
        return {"value": _checked(text, kind.text, strict, where)} | {
            attribute.name: _attribute(element, attribute, strict, where)
            for attribute in kind.attributes
            if attribute.required or attribute.name in element.attrib
        }
    if isinstance(kind, Text):
        return _checked(text, kind, strict, where)
    if isinstance(kind, Millis):
        try:
            return {"value": int(datetime.fromisoformat(text.strip()).timestamp() * 1000)}
        except ValueError as error:
            raise BadShape(f"{where} is no date and time") from error
    return _plain(text, kind, where)


def _read_group(element: etree._Element, kind: Group, strict: bool, where: str) -> dict:
    attributes = {field.key: field for field in kind.fields if not field.ns}
    data: dict[str, Any] = {}
    for name, text in element.attrib.items():
        if name.startswith("{"):
            continue  # xsi:schemaLocation and its like
        if name not in attributes:
            raise BadShape(f"{where} has an unknown attribute {name}")
        field = attributes[name]
        inside = f"{where}/@{name}"
        data[name] = (
            _plain(text, field.kind, inside)
            if isinstance(field.kind, Plain)
            else _checked(text, field.kind, strict, inside)
        )
    if "".join([element.text or "", *(child.tail or "" for child in element)]).strip():
        raise BadShape(f"{where} must hold elements only")
    order = [field for field in kind.fields if field.ns]
    position = 0
    for child in element:
        found = next((i for i in range(position, len(order)) if _tag(order[i]) == child.tag), None)
        if found is None:
            raise BadShape(f"{where}: {etree.QName(child).localname} is not expected here")
        field = order[found]
        value = _read(child, field.kind, strict, f"{where}/{field.key}")
        if field.many:
            data.setdefault(field.key, []).append(value)
            position = found
        else:
            data[field.key] = value
            position = found + 1
    if strict:
        missing = [field.key for field in order if field.required and field.key not in data]
        if missing:
            raise BadShape(f"{where}: {missing[0]} is missing")
        if kind.any_of and not set(kind.any_of) & set(data):
            raise BadShape(f"{where}: one of {', '.join(kind.any_of)} is needed")
        if "day" in data and "month" not in data:
            raise BadShape(f"{where}: day needs month")
    return data


def _tag(field: Field) -> str:
    return f"{{{NS[field.ns]}}}{field.key}"


def _check_attributes(element: etree._Element, known: tuple[Attribute, ...], where: str) -> None:
    """Refuse an unknown attribute of an element that holds text; those of other namespaces are let pass
    (xsi:schemaLocation and its like).
    """
    names = {attribute.name for attribute in known}
    if unknown := [name for name in element.attrib if not name.startswith("{") and name not in names]:
        raise BadShape(f"{where} has an unknown attribute {unknown[0]}")


def _attribute(element: etree._Element, attribute: Attribute, strict: bool, where: str) -> str | None:
    value = element.get(attribute.name)
    if value is None and attribute.required and strict:
        raise BadShape(f"{where}: the attribute {attribute.name} is missing")
    if value is not None and attribute.boolean:
        _plain(value, Plain(bool), f"{where}/@{attribute.name}")
    return value


def _plain(text: str, kind: Plain, where: str) -> int | bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text] if kind.type is bool else int(text)
    except (KeyError, ValueError) as error:
        raise BadShape(f"{where}: {text!r} is not allowed") from error


def _checked(text: str, kind: Text, strict: bool, where: str) -> str:
    if not strict:
        return text
    if not kind.blank and not text.strip():
        raise BadShape(f"{where} must not be blank")
    if kind.limit is not None and len(text) > kind.limit:
        raise BadShape(f"{where} is longer than {kind.limit} characters")
    if kind.pattern and not kind.pattern.fullmatch(text):
        raise BadShape(f"{where}: {text!r} is not allowed")
    if kind.between:
        text = text.strip()
        low, high = kind.between
        if not text.isdecimal() or not low <= int(text) <= high:
            raise BadShape(f"{where} must be a number from {low} to {high}")
    return text
