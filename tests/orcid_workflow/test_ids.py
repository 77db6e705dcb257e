"""ids.py: reading an iD and proving it (vectors of orcid.md §20)."""

import pytest

from orcid_workflow import ids

GOOD = ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X", "0009-0010-0000-0003"]


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize(
    "form",
    [
        "{}",
        " {} ",
        "https://orcid.org/{}",
        "http://orcid.org/{}",
        "orcid.org/{}/",
        "https://sandbox.orcid.org/{}",
    ],
)
def test_every_form_gives_the_bare_id(path: str, form: str) -> None:
    assert ids.normalise(form.format(path)) == path


def test_hyphens_and_capitals_are_mended() -> None:
    assert ids.normalise("000000021694233x") == "0000-0002-1694-233X"


@pytest.mark.parametrize(
    "value",
    [
        "",
        None,
        "0000-0002-1825-0098",
        "0000-0002-1825",
        "0000-0002-1825-0097-0000",
        "https://example.org/0000-0002-1825-0097",
        "https://orcid.org.example.org/0000-0002-1825-0097",
        "٠٠٠٠-0002-1825-0097",
        "0000-0002-1825-009X",
    ],
)
def test_what_is_none_is_refused(value: str | None) -> None:
    with pytest.raises(ValueError, match="ORCID iD"):
        ids.normalise(value)


def test_uri_is_orcid_org_and_links_lead_to_the_environment(settings) -> None:
    settings.ORCID_BASE_URL = "http://localhost:8001"
    assert ids.uri(GOOD[0]) == "https://orcid.org/0000-0002-1825-0097"
    assert ids.record_link(GOOD[0]) == "http://localhost:8001/0000-0002-1825-0097"
