"""The kinds of places, as their stand-ins on this machine, and what must be there at the end of any trouble."""

import collections
from dataclasses import dataclass
from typing import Any

from tests.places_process import SECRET, USER, Places

#: Requests to any place that change something there.
WRITES = "^(POST|PUT|PATCH|DELETE) /"


@dataclass(frozen=True)
class Place:
    """A kind of place: its name among the stand-ins, the request that makes something new there, more settings, and
    the state that what arrived must have when the thesis is approved, public and withdrawn ("": nothing is there).
    """

    name: str
    makes: str
    settings: dict[str, str | int]
    reserved: str
    public: str
    withdrawn: str


PLACES = {
    "datacite": Place(
        "datacite", "PUT /datacite/dois", {"prefix": "10.5555"}, "draft", "findable", "registered"
    ),
    "inveniordm": Place("invenio", "POST .*/records$", {}, "", "published", "tombstone"),
    "sword2": Place("sword", "POST .*/collection", {"collection": "collection/theses"}, "", "archived", ""),
    "dspace": Place(
        "dspace",
        "POST .*/submission/workspaceitems",
        {"collection": "c0ffee00-0000-4000-8000-000000000001", "leftover_minutes": 0},
        "",
        "archived",
        "withdrawn",
    ),
}


def account(kind: str, places: Places) -> dict[str, dict[str, Any]]:
    """``ETD_TARGETS`` with the place of that kind and nothing else."""
    place = PLACES[kind]
    common = {"kind": kind, "address": places.at(place.name), "user": USER, "secret": SECRET}
    return {place.name: common | place.settings}


def arrived(places: Places, kind: str) -> dict[str, list[str]]:
    """Title -> the states of everything that has it at the place of that kind, but for the people that DSpace makes
    of iDs.
    """
    found = collections.defaultdict(list)
    for one in places.see()["arrived"][PLACES[kind].name]:
        if one["state"] != "person":
            found[one["title"]].append(one["state"])
    return dict(found)
