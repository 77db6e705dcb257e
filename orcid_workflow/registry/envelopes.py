"""The answers around the items: sections, person, activities, record and bulk (tables like ``shapes``)."""

from . import funding, shapes
from .shapes import MODIFIED, PATH, Field, Group, Kind, OneOfEach, Plain, Text, common, group

#: singular -> plural, in the order of activities-3.0.xsd. ``path`` of an item uses the singular.
AFFILIATIONS = {
    "distinction": "distinctions",
    "education": "educations",
    "employment": "employments",
    "invited-position": "invited-positions",
    "membership": "memberships",
    "qualification": "qualifications",
    "service": "services",
}
#: Everything that a client may write, by the name in its address.
ACTIVITIES_WRITTEN = ("work", "funding", *AFFILIATIONS)
#: kind of an item of a person -> (section, its path, the shape of the item)
PERSON_ITEMS = {
    "other-name": ("other-names", "other-names", shapes.OTHER_NAME),
    "researcher-url": ("researcher-urls", "researcher-urls", shapes.RESEARCHER_URL),
    "address": ("addresses", "address", shapes.ADDRESS),
    "keyword": ("keywords", "keywords", shapes.KEYWORD),
    "external-identifier": ("external-identifiers", "external-identifiers", shapes.PERSON_EXTERNAL_ID),
}


def _section(*fields: Field) -> Group:
    return group(PATH, MODIFIED, *fields)


PERSON_SECTIONS = {
    section: _section(Field(kind, kind, shape, many=True))
    for kind, (section, _path, shape) in PERSON_ITEMS.items()
}
EMAILS = _section(Field("email", "email", shapes.EMAIL, many=True))


def _person_section(section: str) -> Field:
    prefix = next(kind for kind, row in PERSON_ITEMS.items() if row[0] == section)
    return Field(section, prefix, PERSON_SECTIONS[section])


PERSON = _section(
    Field("name", "person", shapes.NAME),
    _person_section("other-names"),
    Field("biography", "person", shapes.BIOGRAPHY),
    _person_section("researcher-urls"),
    Field("emails", "email", EMAILS, required=True),
    _person_section("addresses"),
    _person_section("keywords"),
    _person_section("external-identifiers"),
)
PERSONAL_DETAILS = _section(
    Field("name", "personal-details", shapes.NAME),
    _person_section("other-names"),
    Field("biography", "personal-details", shapes.BIOGRAPHY),
)


def _affiliations(kind: str) -> Group:
    summary = Field(f"{kind}-summary", kind, shapes.AFFILIATION)
    in_group = group(
        MODIFIED,
        common("external-ids", shapes.EXTERNAL_IDS, required=True),
        Field("summaries", "", OneOfEach((summary,))),
    )
    return _section(Field("affiliation-group", "activities", in_group, many=True))


def _grouped(*fields: Field) -> Group:
    in_group = group(MODIFIED, common("external-ids", shapes.EXTERNAL_IDS, required=True), *fields)
    return _section(Field("group", "activities", in_group, many=True))


ACTIVITY_SECTIONS = {plural: _affiliations(kind) for kind, plural in AFFILIATIONS.items()} | {
    "works": _grouped(Field("work-summary", "work", shapes.WORK_SUMMARY, many=True)),
    "fundings": _grouped(Field("funding-summary", "funding", funding.FUNDING_SUMMARY, many=True)),
    # This registry keeps none of these two, so their groups are always empty.
    "peer-reviews": _grouped(),
    "research-resources": _grouped(),
}
#: Alphabetical, which is the order of the schema.
ACTIVITIES = _section(
    *(Field(name, "activities", ACTIVITY_SECTIONS[name]) for name in sorted(ACTIVITY_SECTIONS))
)

HISTORY = group(
    Field("creation-method", "history", Text(capitals_in_json=True)),
    Field("completion-date", "history", shapes.Millis()),
    Field("submission-date", "history", shapes.Millis()),
    MODIFIED,
    Field("claimed", "history", Plain(bool)),
    common("source", shapes.SOURCE),
    Field("deactivation-date", "history", shapes.Millis()),
    Field("verified-email", "history", Plain(bool), required=True),
    Field("verified-primary-email", "history", Plain(bool), required=True),
)
RECORD = group(
    PATH,
    common("orcid-identifier", shapes.ORCID_IDENTIFIER),
    Field("preferences", "preferences", group(Field("locale", "preferences", Text(), required=True))),
    Field("history", "history", HISTORY),
    Field("person", "person", PERSON),
    Field("activities-summary", "activities", ACTIVITIES),
)
BULK = group(
    Field("bulk", "", OneOfEach((Field("work", "work", shapes.WORK), Field("error", "error", shapes.ERROR))))
)

SEARCH = group(
    Field("result", "search", group(common("orcid-identifier", shapes.ORCID_IDENTIFIER)), many=True),
    Field("num-found", "", Plain(int)),
)

#: What an answer is called -> (prefix and name of its XML root, its shape)
ROOTS: dict[str, tuple[str, str, Kind]] = {
    "work": ("work", "work", shapes.WORK),
    "work-summary": ("work", "work-summary", shapes.WORK_SUMMARY),
    "funding": ("funding", "funding", funding.FUNDING),
    "funding-summary": ("funding", "funding-summary", funding.FUNDING_SUMMARY),
    "bulk": ("bulk", "bulk", BULK),
    "search": ("search", "search", SEARCH),
    "error": ("error", "error", shapes.ERROR),
    "record": ("record", "record", RECORD),
    "person": ("person", "person", PERSON),
    "personal-details": ("personal-details", "personal-details", PERSONAL_DETAILS),
    "email": ("email", "emails", EMAILS),
    "activities": ("activities", "activities-summary", ACTIVITIES),
}
ROOTS |= {kind: (kind, kind, shapes.AFFILIATION) for kind in AFFILIATIONS}
ROOTS |= {f"{kind}-summary": (kind, f"{kind}-summary", shapes.AFFILIATION) for kind in AFFILIATIONS}
ROOTS |= {name: ("activities", name, shape) for name, shape in ACTIVITY_SECTIONS.items()}
ROOTS |= {
    path: (kind, section, PERSON_SECTIONS[section]) for kind, (section, path, _shape) in PERSON_ITEMS.items()
}
