"""Whose a thing is. An iD may change hands here: somebody connects another person's on a computer they share, undoes
it, and its owner connects it later. What was wished, done and agreed to for the one is nothing of the other's.
"""

import datetime as dt

from django.db.models import Q, QuerySet

from .models import ApiCall, Connection, Consent, OrcidItem


def nobodys(now: dt.datetime) -> dict[str, object]:
    """Return the fields of a connection whose owner leaves at ``now`` (UTC): how they wished it treated ends too."""
    return {"owned_since": now, "mode": "", "paused_by": ""}


def is_anothers(item: OrcidItem) -> bool:
    """Whether an item was wished for somebody who owned the connection before its present owner.

    What was wished for nobody's connection goes with it to its first owner.
    """
    connection = item.connection
    if connection.user_id is None or item.user_id == connection.user_id:
        return False
    return item.user_id is not None or connection.owned_since is not None


def items(connection: Connection) -> QuerySet[OrcidItem]:
    """Return what was wished for the present owner of a connection (or for nobody, while nobody owns it)."""
    own = Q(user=connection.user_id)
    if connection.owned_since is None:
        own |= Q(user=None)
    return connection.items.filter(own)


def calls(connection: Connection) -> QuerySet[ApiCall]:
    """Return the calls about a connection since it is its present owner's, newest first."""
    rows = ApiCall.objects.filter(Q(connection=connection) | Q(item__connection=connection))
    return _since(rows, "at", connection)


def consents(connection: Connection) -> QuerySet[Consent]:
    """Return what was agreed to since a connection is its present owner's, newest first."""
    return _since(connection.consents.all(), "given_at", connection)


def _since(rows: QuerySet, field: str, connection: Connection) -> QuerySet:
    return rows.filter(**{f"{field}__gte": connection.owned_since}) if connection.owned_since else rows
