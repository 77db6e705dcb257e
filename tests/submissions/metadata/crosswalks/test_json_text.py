"""JSON as the standard library writes it, only faster."""

import json

from hypothesis import given
from hypothesis import strategies as st

from submissions.metadata.crosswalks import json_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


@given(VALUES)
def test_bytes_are_those_of_the_standard_library(value) -> None:
    assert json_text.to_bytes(value) == json.dumps(value, ensure_ascii=False, indent=1).encode()


def test_what_is_empty_is_left_out_and_what_is_false_is_not() -> None:
    pairs = {"a": "", "b": [], "c": {}, "d": None, "e": 0, "f": False, "g": "x"}
    assert json_text.filled(pairs) == {"e": 0, "f": False, "g": "x"}
