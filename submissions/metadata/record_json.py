"""A ``ThesisRecord`` as JSON and back: what the ingest API sends, and what is kept for a day without this program.

Every field of the dataclasses is a key, empty or not; dates are ISO 8601, moments with their offset. ``format`` names
the form, so that a later one can be told apart.
"""

import dataclasses
import datetime as dt
import json
import types
import typing
from enum import StrEnum
from functools import cache
from typing import Any

from .crosswalks import json_text
from .record import OrcidId, ThesisRecord, Tidy

FORMAT = "thesis-record/1"


def to_dict(record: ThesisRecord) -> dict[str, Any]:
    """``record`` in dicts, lists, texts, numbers and None. An iD says ``authenticated``: true of every ``orcid``."""
    return {"format": FORMAT, **_plain(record)}


def to_json(record: ThesisRecord) -> bytes:
    """``to_dict`` in UTF-8. The same record always gives the same bytes."""
    return json_text.to_bytes(to_dict(record))


def from_dict(data: dict[str, Any]) -> ThesisRecord:
    """The record that ``to_dict`` was given.

    Raises ``ValueError`` naming the place for another form, an unknown or missing key, or a value of the wrong kind.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"This is not a record of the form {FORMAT}.")
    return _read(ThesisRecord, {key: value for key, value in data.items() if key != "format"}, "record")


def from_json(content: bytes | str) -> ThesisRecord:
    """``from_dict`` of a JSON text. Raises ``ValueError`` as it does, and for what is no JSON."""
    text = content.decode() if isinstance(content, bytes) else content
    return from_dict(json.loads(text))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):  # a datetime is one too
        return value.isoformat()
    if not isinstance(value, Tidy):
        return value
    pairs = {name: _plain(getattr(value, name)) for name in value.__match_args__}
    return pairs | ({"authenticated": True} if isinstance(value, OrcidId) else {})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, value: Any, where: str) -> Any:
    """``value`` as ``kind``, one of the types that the dataclasses of ``record.py`` are made of."""
    if isinstance(kind, types.UnionType):
        (inner,) = (arm for arm in typing.get_args(kind) if arm is not type(None))
        return None if value is None else _read(inner, value, where)
    if typing.get_origin(kind) is tuple:
        _expect(isinstance(value, list), "a list", where)
        return tuple(
            _read(typing.get_args(kind)[0], item, f"{where}[{place}]") for place, item in enumerate(value)
        )
    if dataclasses.is_dataclass(kind):
        return _read_fields(kind, value, where)
    if issubclass(kind, (dt.date, StrEnum)):
        _expect(isinstance(value, str), "a text", where)
        try:
            return kind(value) if issubclass(kind, StrEnum) else kind.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from error
    _expect(type(value) is kind, f"of the kind {kind.__name__}", where)
    return value


def _read_fields(kind: Any, value: Any, where: str) -> Any:
    _expect(isinstance(value, dict), "an object", where)
    if "authenticated_at" in _hints(kind):
        _expect(value.get("authenticated") is True, "an authenticated iD", where)
        value = {key: item for key, item in value.items() if key != "authenticated"}
    unknown, missing = value.keys() - _hints(kind).keys(), _hints(kind).keys() - value.keys()
    _expect(not unknown, f"without {', '.join(sorted(unknown))}", where)
    _expect(not missing, f"complete; {', '.join(sorted(missing))} is missing", where)
    return kind(**{name: _read(hint, value[name], f"{where}.{name}") for name, hint in _hints(kind).items()})


def _expect(true: bool, what: str, where: str) -> None:
    if not true:
        raise ValueError(f"{where} must be {what}.")
