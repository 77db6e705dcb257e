"""What can be changed while the registry runs: by the command line at the start, by the controls later.

Kept in memory, so that a restart begins with what the command line says.
"""

from dataclasses import asdict, dataclass, fields

from django.conf import settings


@dataclass
class Switches:
    """The switches. ``api_status``: "up", "down" (200, overallOk false) or "error" (500).

    ``rate`` is calls a second for each client of the Member API (0: no limit), ``public_rate`` the same for
    anonymous callers and public clients, ``burst`` how many may wait in the queue; ``daily_quota`` is for
    anonymous callers of the Public API (0: none). The rest are numbers of seconds and items.
    """

    api_status: str = "up"
    rate: float = 24.0
    public_rate: float = 12.0
    burst: int = 40
    daily_quota: int = 0
    works_limit: int = 10_000
    code_seconds: float = 600.0
    token_seconds: float = 631_138_518.0  # about twenty years, ORCID's figure for persistent tokens
    webhook_seconds: float = 5.0
    webhook_retry_seconds: float = 600.0


STATUSES = ("up", "down", "error")
_KINDS = {field.name: field.type for field in fields(Switches)}


def change(data: dict) -> None:
    """Set the switches named in ``data``. Raises ValueError for an unknown name or a value that cannot be."""
    values = {}
    for name, value in data.items():
        if name not in _KINDS:
            raise ValueError(f"there is no switch {name}")
        try:
            values[name] = _KINDS[name](value)
        except TypeError as error:
            raise ValueError(f"{name}: {error}") from error
        if name != "api_status" and values[name] < 0:
            raise ValueError(f"{name} cannot be negative")
    if values.get("api_status", "up") not in STATUSES:
        raise ValueError(f"api_status is one of {', '.join(STATUSES)}")
    for name, value in values.items():
        setattr(switches, name, value)


def reset() -> None:
    """Go back to what the command line said."""
    change(asdict(Switches()) | settings.REGISTRY_SWITCHES)


def values() -> dict:
    """All switches by name."""
    return asdict(switches)


switches = Switches()
reset()
