"""The little of ORCID's search that a client needs: how many records name an organisation.

Nothing else can be found: people are never looked for, they sign in.
"""

import re

from .models import Item, Person
from .records import orcid_object

START_LIMIT = 10_000  # for callers without client credentials
ROWS_LIMIT = 1000
_ORGANIZATION = re.compile(r"(ror|grid|ringgold|fundref)-org-id:\s*(.+)", re.IGNORECASE)
_PATH = "body__organization__disambiguated-organization__disambiguated-organization-identifier"


def find(query: str, start: int, rows: int) -> dict:
    """Return ORCID's JSON form of the answer to ``query`` (Solr syntax): ``num-found`` and a page of iDs.

    Only ``ror-org-id`` and its sisters find anything: records with a public affiliation to that organisation.
    """
    match = _ORGANIZATION.fullmatch(query.strip())
    people = Person.objects.none()
    if match:
        value = re.sub(r"\\(.)", r"\1", match.group(2).strip()).strip('"')
        there = Item.objects.filter(visibility="public", **{_PATH: value})
        people = Person.objects.filter(status=Person.Status.ACTIVE, pk__in=there.values("person"))
    found = [
        {"orcid-identifier": orcid_object(orcid)}
        for orcid in people.order_by("pk").values_list("pk", flat=True)[start : start + rows]
    ]
    return {"result": found or None, "num-found": people.count()}
