"""The messages of API v3.0 as tables: fields in XSD order, with both their XML and their JSON form.

One table serves reading and writing both XML and JSON (``codec.py``). Source: ORCID's record_3.0 and
common_3.0 schemas; the JSON wrapping is uneven on purpose, because ORCID's is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from .vocabulary import words

PREFIXES = words(
    """
    common work education employment qualification distinction invited-position membership service
    funding peer-review research-resource activities person personal-details other-name researcher-url email
    address keyword external-identifier history preferences record bulk error
    search
    """
)
NS = {prefix: f"http://www.orcid.org/ns/{prefix}" for prefix in sorted(PREFIXES)}


@dataclass(frozen=True)
class Text:
    """Plain text: a string in JSON. ``limit`` in characters; ``between`` makes it a number in that range.

    ``capitals_in_json``: a name that JSON writes DIRECT and XML writes Direct.
    """

    limit: int | None = None
    blank: bool = True
    pattern: re.Pattern | None = None
    capitals_in_json: bool = False
    between: tuple[int, int] | None = None


class Attribute(NamedTuple):
    """An attribute that stands beside the text of a Value."""

    name: str
    required: bool = True
    boolean: bool = False


@dataclass(frozen=True)
class Value:
    """Text that JSON wraps in ``{"value": …}``; the attributes stand beside ``value``."""

    text: Text = Text()
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class Millis:
    """A moment: ``xs:dateTime`` in XML, ``{"value": epoch milliseconds}`` in JSON."""


@dataclass(frozen=True)
class Plain:
    """A number or a boolean that JSON writes bare. ``type`` is int or bool."""

    type: type


@dataclass(frozen=True)
class Group:
    """An object. ``any_of`` names fields of which one at least must be there."""

    fields: tuple[Field, ...]
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class OneOfEach:
    """A JSON list of one-key objects whose XML is the bare elements, without an element around them."""

    fields: tuple[Field, ...]


Kind = Text | Value | Millis | Plain | Group | OneOfEach


@dataclass(frozen=True)
class Field:
    """One field. ``ns`` is the prefix of its element, empty for an attribute."""

    key: str
    ns: str
    kind: Kind
    required: bool = False
    many: bool = False


def group(*fields: Field, any_of: tuple[str, ...] = ()) -> Group:
    """A Group of ``fields``."""
    return Group(fields, any_of)


def common(key: str, kind: Kind, *, required: bool = False, many: bool = False) -> Field:
    """A field in the namespace ``common``."""
    return Field(key, "common", kind, required, many)


def text(limit: int) -> Text:
    """Text that must not be blank, of at most ``limit`` characters."""
    return Text(limit, blank=False)


_ORCID_PATH = r"(\d{4}-){3,}\d{3}[\dX]"
_CLIENT_PATH = rf"(APP-[\da-zA-Z]{{16}}|{_ORCID_PATH})"
_HOST = r"https://([^/]*orcid\.org|localhost.*/orcid-web)"


def _identifier(path: str, uri: str) -> Group:
    return group(
        common("uri", Text(pattern=re.compile(uri))),
        common("path", Text(pattern=re.compile(path))),
        common("host", Text()),
        any_of=("uri", "path"),
    )


ORCID_IDENTIFIER = _identifier(_ORCID_PATH, rf"{_HOST}/{_ORCID_PATH}")
CLIENT_IDENTIFIER = _identifier(_CLIENT_PATH, rf"{_HOST}/client/{_CLIENT_PATH}")
SOURCE = group(
    common("source-orcid", ORCID_IDENTIFIER),
    common("source-client-id", CLIENT_IDENTIFIER),
    common("source-name", Value()),
    common("assertion-origin-orcid", ORCID_IDENTIFIER),
    common("assertion-origin-client-id", CLIENT_IDENTIFIER),
    common("assertion-origin-name", Value()),
)
MODIFIED = common("last-modified-date", Millis())
PATH = Field("path", "", Text())
VISIBILITY = Field("visibility", "", Text(pattern=re.compile("private|limited|public|registered-only")))
#: What the registry fills in on every item; of what a client sends back only the first two are read.
SYSTEM = (
    Field("put-code", "", Plain(int)),
    VISIBILITY,
    Field("display-index", "", Text()),
    PATH,
    common("created-date", Millis()),
    MODIFIED,
    common("source", SOURCE),
)

EXTERNAL_ID_FIELDS = (
    common("external-id-type", Text(blank=False), required=True),
    common("external-id-value", Text(blank=False), required=True),
    common("external-id-normalized", Value(Text(blank=False), (Attribute("transient", boolean=True),))),
    common(
        "external-id-normalized-error",
        group(
            Field("transient", "", Plain(bool)),
            common("error-code", Text(blank=False)),
            common("error-message", Text(blank=False)),
        ),
    ),
    common("external-id-url", Value()),
    common("external-id-relationship", Text()),
)
EXTERNAL_IDS = group(common("external-id", Group(EXTERNAL_ID_FIELDS), many=True))
FUZZY_DATE = group(
    common("year", Value(Text(between=(1900, 2100))), required=True),
    common("month", Value(Text(between=(1, 12)))),
    common("day", Value(Text(between=(1, 31)))),
)

CONTRIBUTOR_EMAIL = Value(Text(350, pattern=re.compile(r"[^@]+@[^.]+\..+")))

ERROR = group(
    Field("response-code", "error", Plain(int), required=True),
    Field("developer-message", "error", Text(), required=True),
    Field("user-message", "error", Text()),
    Field("error-code", "error", Plain(int)),
    Field("more-info", "error", Text()),
)

# --- Works ---
_TITLE = Field(
    "title",
    "work",
    group(
        common("title", Value(text(1000)), required=True),
        common("subtitle", Value(Text(1000))),
        common("translated-title", Value(text(1000), (Attribute("language-code"),))),
    ),
    required=True,
)
_JOURNAL = Field("journal-title", "work", Value(text(1000)))
_TYPE = Field("type", "work", Text(), required=True)
_DATE = common("publication-date", FUZZY_DATE)
_URL = common("url", Value())
_EXTERNAL_IDS = common("external-ids", EXTERNAL_IDS)
_CONTRIBUTOR = group(
    common("contributor-orcid", ORCID_IDENTIFIER),
    Field("credit-name", "work", Value(text(150))),
    Field("contributor-email", "work", CONTRIBUTOR_EMAIL),
    Field(
        "contributor-attributes",
        "work",
        group(
            Field("contributor-sequence", "work", Text(pattern=re.compile("first|additional"))),
            Field("contributor-role", "work", Text()),
        ),
    ),
)
WORK = Group(
    (
        *SYSTEM,
        _TITLE,
        _JOURNAL,
        Field("short-description", "work", Text(5000)),
        Field(
            "citation",
            "work",
            group(
                Field("citation-type", "work", Text(), required=True),
                Field("citation-value", "work", Text(), required=True),
            ),
        ),
        _TYPE,
        _DATE,
        _EXTERNAL_IDS,
        _URL,
        Field("contributors", "work", group(Field("contributor", "work", _CONTRIBUTOR, many=True))),
        common("language-code", Text()),
        common("country", Value()),
    )
)
WORK_SUMMARY = Group((*SYSTEM, _TITLE, _EXTERNAL_IDS, _URL, _TYPE, _DATE, _JOURNAL))

# --- Affiliations ---
ORGANIZATION = group(
    common("name", text(4000), required=True),
    common(
        "address",
        group(common("city", text(4000)), common("region", text(4000)), common("country", Text())),
        required=True,
    ),
    common(
        "disambiguated-organization",
        group(
            common("disambiguated-organization-identifier", Text(500), required=True),
            common("disambiguation-source", Text(500), required=True),
        ),
    ),
)
AFFILIATION = Group(
    (
        *SYSTEM,
        common("department-name", text(4000)),
        common("role-title", text(4000)),
        common("start-date", FUZZY_DATE),
        common("end-date", FUZZY_DATE),
        common("organization", ORGANIZATION),
        _URL,
        _EXTERNAL_IDS,
    )
)

# --- The person ---
OTHER_NAME = Group((*SYSTEM, Field("content", "other-name", Text(255), required=True)))
KEYWORD = Group((*SYSTEM, Field("content", "keyword", Text(255), required=True)))
RESEARCHER_URL = Group(
    (
        *SYSTEM,
        Field("url-name", "researcher-url", text(350)),
        Field("url", "researcher-url", Value(), required=True),
    )
)
ADDRESS = Group((*SYSTEM, Field("country", "address", Value(), required=True)))
PERSON_EXTERNAL_ID = Group((*SYSTEM, *EXTERNAL_ID_FIELDS))
EMAIL = Group(
    (
        *SYSTEM,
        Field("verified", "", Plain(bool)),
        Field("primary", "", Plain(bool)),
        Field("email", "email", Text(350), required=True),
    )
)
NAME = group(
    VISIBILITY,
    PATH,
    common("created-date", Millis()),
    MODIFIED,
    Field("given-names", "personal-details", Value(text(150))),
    Field("family-name", "personal-details", Value(text(150))),
    Field("credit-name", "personal-details", Value(text(150))),
)
BIOGRAPHY = group(
    VISIBILITY,
    PATH,
    common("created-date", Millis()),
    MODIFIED,
    Field("content", "personal-details", Text(blank=False), required=True),
)
