"""The message of a funding as tables (funding-3.0.xsd); the rest of the messages is in ``shapes``."""

from . import shapes
from .shapes import Attribute, Field, Group, Text, Value, common, group, text

_TITLE = group(
    common("title", Value(text(1000)), required=True),
    common("translated-title", Value(text(1000), (Attribute("language-code"),))),
)
_CONTRIBUTOR = group(
    common("contributor-orcid", shapes.ORCID_IDENTIFIER),
    Field("credit-name", "funding", Value(text(150))),
    Field("contributor-email", "funding", shapes.CONTRIBUTOR_EMAIL),
    Field("contributor-attributes", "funding", group(Field("contributor-role", "funding", Text()))),
)
_TYPE = Field("type", "funding", Text(), required=True)
_DATES = (common("start-date", shapes.FUZZY_DATE), common("end-date", shapes.FUZZY_DATE))
_IDS = common("external-ids", shapes.EXTERNAL_IDS)
_URL = common("url", Value())
_ORGANIZATION = common("organization", shapes.ORGANIZATION, required=True)

FUNDING = Group(
    (
        *shapes.SYSTEM,
        _TYPE,
        Field("organization-defined-type", "funding", Value(Text(255))),
        Field("title", "funding", _TITLE),
        Field("short-description", "funding", Text(5000)),
        Field("amount", "funding", Value(Text(), (Attribute("currency-code"),))),
        _URL,
        *_DATES,
        _IDS,
        Field("contributors", "funding", group(Field("contributor", "funding", _CONTRIBUTOR, many=True))),
        _ORGANIZATION,
    )
)
FUNDING_SUMMARY = Group(
    (
        *shapes.SYSTEM,
        Field("title", "funding", _TITLE, required=True),
        _IDS,
        _URL,
        _TYPE,
        *_DATES,
        _ORGANIZATION,
    )
)
