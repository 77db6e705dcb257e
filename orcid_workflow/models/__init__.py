"""What is known of people's ORCID iDs and of what we put on their records."""

from .calls import ApiCall
from .connections import Connection, Mode, Token
from .consents import Consent, IdHint
from .items import OrcidItem
from .service import Budget, ClientToken, ServiceState

__all__ = [
    "ApiCall",
    "Budget",
    "ClientToken",
    "Connection",
    "Consent",
    "IdHint",
    "Mode",
    "OrcidItem",
    "ServiceState",
    "Token",
]
