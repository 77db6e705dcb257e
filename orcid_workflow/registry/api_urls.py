"""Addresses of the two APIs, the same under ``/v3.0/`` (Member) and ``/pub/v3.0/`` (Public)."""

import functools

from django.urls import path, re_path

from . import records
from .envelopes import ACTIVITIES_WRITTEN, AFFILIATIONS, PERSON_ITEMS
from .views import changing, reading, services
from .views.endpoint import ORCID, View, endpoint


def _kind_patterns(kind: str) -> list:
    def bind(view: View) -> View:
        return functools.partial(view, kind=kind)

    return [
        re_path(
            rf"^{ORCID}/{kind}$",
            endpoint(
                post=bind(changing.create_item),
                put=bind(changing.without_put_code),
                delete=bind(changing.without_put_code),
            ),
        ),
        re_path(
            rf"^{ORCID}/{kind}/(?P<put_code>\d{{1,18}})$",
            endpoint(
                get=bind(reading.read_item),
                put=bind(changing.replace_item),
                delete=bind(changing.delete_item),
            ),
        ),
        re_path(
            rf"^{ORCID}/{kind}/summary/(?P<put_code>\d{{1,18}})$", endpoint(get=bind(reading.read_summary))
        ),
    ]


def _section_pattern(path: str, view: View) -> object:
    return re_path(rf"^{ORCID}/{path}$", view)


urlpatterns = [
    path("apiStatus", services.status),
    path("pubStatus", services.status),
    re_path(r"^search/?$", services.find),
    path("identifiers", services.identifiers),
    _section_pattern("record", reading.read("record", records.record)),
    _section_pattern("person", reading.read("person", records.person)),
    _section_pattern("personal-details", reading.read("personal-details", records.personal_details)),
    _section_pattern("email", reading.read("email", records.emails)),
    _section_pattern("activities", reading.read("activities", records.activities)),
    _section_pattern(
        "works", endpoint(get=functools.partial(reading.grouped, kind="work"), post=changing.create_bulk)
    ),
    _section_pattern(r"works/(?P<put_codes>\d{1,18}(?:,\d{1,18})*)", endpoint(get=reading.read_bulk)),
    _section_pattern("fundings", endpoint(get=functools.partial(reading.grouped, kind="funding"))),
    *(
        _section_pattern(path, endpoint(get=functools.partial(reading.person_section, kind=kind)))
        for kind, (_section, path, _shape) in PERSON_ITEMS.items()
    ),
    *(
        _section_pattern(plural, endpoint(get=functools.partial(reading.affiliations, kind=kind)))
        for kind, plural in AFFILIATIONS.items()
    ),
    *(
        _section_pattern(
            name, reading.read(name, lambda person, who, name=name: reading.empty_section(who, name))
        )
        for name in ("peer-reviews", "research-resources")
    ),
    *(pattern for kind in ACTIVITIES_WRITTEN for pattern in _kind_patterns(kind)),
    re_path(
        rf"^{ORCID}(?:/(?P<rest>.*))?$",
        endpoint(get=reading.unknown, post=reading.unknown, put=reading.unknown, delete=reading.unknown),
    ),
]
