"""What is known of people's ORCID iDs and of what we put on their records."""

from .calls import ApiCall
from .connections import Connection, Token
from .items import OrcidItem

__all__ = ["ApiCall", "Connection", "OrcidItem", "Token"]
