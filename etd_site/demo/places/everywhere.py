"""The table of places."""

from .web import Place

PLACES: tuple[Place, ...] = ()
