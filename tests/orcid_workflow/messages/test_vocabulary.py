"""messages/vocabulary.py: ORCID's closed lists."""

import os
import re
from pathlib import Path

import pytest

from orcid_workflow.messages import vocabulary

ROOT = Path(__file__).resolve().parents[3]
SCHEMAS = Path(os.environ.get("ETD_SCHEMAS", ROOT.parent / "shared" / "schemas"))


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("pt_BR", "pt"),
        ("he", "iw"),
        ("id", "in"),
        ("yi", "ji"),
        ("zh", "zh_CN"),
        ("zh-Hans", "zh_CN"),
        ("zh-Hant", "zh_TW"),
        ("zh-HK", "zh_TW"),
        ("mul", ""),
        ("", ""),
        ("xx", ""),
    ],
)
def test_language(tag: str, code: str) -> None:
    assert vocabulary.language(tag) == code


@pytest.mark.schemas
def test_languages_and_countries_are_the_ones_of_the_schema_that_lists_them() -> None:
    text = (SCHEMAS / "orcid" / "common_2.1" / "common-2.1.xsd").read_text()
    listed = set(re.findall(r'enumeration value="([a-z]{2}(?:_[A-Z]{2})?)"', text))
    assert listed == vocabulary.LANGUAGES
    countries = set(re.findall(r'enumeration value="([A-Z]{2})"', text))
    assert countries - {"XK"} == vocabulary.COUNTRIES  # XK is not in ISO 3166-1


def test_the_roles_we_use_are_in_the_list() -> None:
    assert {vocabulary.AUTHOR, vocabulary.SUPERVISION} <= vocabulary.CONTRIBUTOR_ROLES
    assert "supervisor" not in vocabulary.CONTRIBUTOR_ROLES
