"""A record with anything missing, doubled or of another kind: nothing is raised and nothing is made up."""

import copy
import dataclasses
import datetime as dt
import functools
import itertools
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orcid_workflow import profile
from orcid_workflow.profile import (
    Affiliation,
    Profile,
)

from ..documents import RECORD


def _paths(data: Any, path: tuple = ()) -> Iterator[tuple]:
    yield path
    if isinstance(data, dict | list):
        for key in data if isinstance(data, dict) else range(len(data)):
            yield from _paths(data[key], (*path, key))


def _put(data: Any, path: tuple, value: Any) -> Any:
    """Return a copy of ``data`` that shares what is beside ``path``, with ``value`` at its end."""
    if not path:
        return value
    changed = copy.copy(data)
    changed[path[0]] = _put(data[path[0]], path[1:], value)
    return changed


def _drop(data: Any, path: tuple) -> Any:
    changed = copy.copy(data)
    if len(path) == 1:
        del changed[path[0]]
    else:
        changed[path[0]] = _drop(data[path[0]], path[1:])
    return changed


def _leaves(data: Any) -> Iterator[str]:
    if isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _leaves(value)
    elif data is not None:
        yield str(data)


def _stated(value: Any) -> Iterator[str]:
    """Every text and number of a profile, but for what is counted in code: enumerations, truths and times."""
    if dataclasses.is_dataclass(value):
        if isinstance(value, Affiliation):  # the name of the section it stands in
            value = dataclasses.replace(value, kind="")
        for part in dataclasses.fields(value):
            yield from _stated(getattr(value, part.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from _stated(part)
    elif not isinstance(value, Enum | bool | dt.datetime) and value not in (None, ""):
        yield str(value)


@functools.lru_cache(maxsize=20_000)
def _plain(value: str) -> str:
    """A value as it may be compared: case, space and ORCID's two spellings of its own words aside."""
    return re.sub(r"[\s\x00-\x1f\x7f\ud800-\udfff]+", "", value).lower().replace("_", "-")


def _invented(facts: Profile, document: Any) -> set[str]:
    """What ``facts`` say and ``document`` does not."""
    known = {_plain(leaf) for leaf in _leaves(document)}
    known |= {
        leaf.rstrip("/").rsplit("/", 1)[-1] for leaf in known if "/" in leaf
    }  # the path that ends a URI
    known |= {leaf.lstrip("0") for leaf in known if leaf.startswith("0")}

    def is_known(value: str) -> bool:
        if value in known:
            return True
        parts = value.split("-")
        return bool(re.fullmatch(r"\d{4}(-\d\d){0,2}", value)) and all(
            part.lstrip("0") in known for part in parts
        )

    return {value for value in map(_plain, _stated(facts)) if not is_known(value)}


# The first five stand at every place, the others take turns.
NONSENSE: list[Any] = [None, [], {}, "", 7]


_MORE = [" ", "x", -7.5, True, False, 10**400, float("nan"), "\x00", "\ud800", "0000-0002-1825-0098"]
_MORE += [[None], [[]], [{}], {"value": None}, {"value": []}, {"content": {}}]


@pytest.mark.parametrize("document", ["written", "of the registry"])
def test_any_place_may_be_null_gone_or_of_another_kind(document: str, request) -> None:
    data = RECORD if document == "written" else request.getfixturevalue("registry_record")
    assert profile.parse(data).other_names
    places = list(_paths(data))
    assert len(places) > 250
    more = itertools.cycle(_MORE)
    for path in places:
        here: Any = data
        for key in path:
            here = here[key]
        values = [*NONSENSE, next(more), next(more), next(more), [here], {"value": here}, str(here)]
        damaged = [_put(data, path, value) for value in values]
        damaged += [_drop(data, path)] if path else []
        for one in damaged:
            facts = profile.parse(one)
            assert isinstance(facts, Profile)
            assert _invented(facts, one) == set(), path


def test_the_measure_of_invention_can_tell() -> None:
    facts = profile.parse(RECORD)
    assert _invented(facts, RECORD) == set()
    assert _invented(dataclasses.replace(facts, given="Bob"), RECORD) == {"bob"}
    work = dataclasses.replace(facts.works[0], date="2023-06")
    assert _invented(dataclasses.replace(facts, works=(work,)), RECORD) == {"2023-06"}


def test_damage_stays_where_it_is() -> None:
    whole = profile.parse(RECORD)
    tested = 0
    for path in _paths(RECORD):
        if not any(isinstance(key, int) for key in path):
            continue
        for value in (None, [], 7):
            facts = profile.parse(_put(RECORD, path, value))
            for part in dataclasses.fields(Profile):
                before, after = getattr(whole, part.name), getattr(facts, part.name)
                if isinstance(before, tuple):
                    assert len([one for one in before if one not in after]) <= 1, path
                    assert len([one for one in after if one not in before]) <= 1, path
                else:
                    assert before == after, path
            tested += 1
    assert tested > 1000


_KEYS = sorted({key for path in _paths(RECORD) for key in path if isinstance(key, str)})


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(sorted(set(_leaves(RECORD)))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(list(_paths(RECORD))), _JSON), min_size=1, max_size=4))
def test_whatever_json_is_there_nothing_is_raised_and_nothing_made_up(damages: list) -> None:
    data: Any = RECORD
    for path, value in damages:
        try:
            data = _put(data, path, value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier damage took the place away
    facts = profile.parse(data)
    assert _invented(facts, data) == set()
    assert facts == profile.parse(data)
