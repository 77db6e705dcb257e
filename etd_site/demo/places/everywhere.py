"""The table of places."""

from . import datacite, dspace, invenio, sword
from .web import Place

PLACES: tuple[Place, ...] = (datacite.PLACE, sword.PLACE, dspace.PLACE, invenio.PLACE)
