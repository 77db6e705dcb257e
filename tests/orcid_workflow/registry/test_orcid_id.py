"""The iD: check digit, reading and making."""

import pytest

from orcid_workflow.registry import orcid_id


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"])
def test_good(orcid: str) -> None:
    assert orcid_id.is_valid(orcid)
    assert orcid_id.find(f" https://orcid.org/{orcid.lower()}/ ") == orcid


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0098", "0000000218250097", "0000-0002-1694-233x", ""])
def test_bad(orcid: str) -> None:
    assert not orcid_id.is_valid(orcid)


def test_new_ones_are_valid_and_in_the_range() -> None:
    made = {orcid_id.new() for _ in range(200)}
    assert len(made) == 200
    assert all(
        orcid_id.is_valid(one) and "0009-0000-0000-0009" <= one <= "0009-0010-0000-0003" for one in made
    )
