"""The places of ``make run``, told to ``manage.py`` beside it. Settings read this, so Django is not up yet."""

import json
import os
from pathlib import Path
from typing import Any

_FILE = "targets.json"  # under ETD_VAR_DIR


def tell(var: Path, chosen: dict[str, dict[str, Any]] | None) -> None:
    """Write the places of ``make run`` where ``manage.py`` beside it reads them; None: there are no stand-ins."""
    if chosen is None:
        (var / _FILE).unlink(missing_ok=True)
        return
    written = var / f"{_FILE}.new"
    written.write_text(json.dumps(chosen))
    written.replace(var / _FILE)


def told(var: Path) -> dict[str, dict[str, Any]]:
    """The places of the last ``make run``: empty when there was none, and when ``ETD_TARGETS`` says which they are.

    Their passwords are those of the stand-ins, which are no secret.
    """
    try:
        return {} if "ETD_TARGETS" in os.environ else json.loads((var / _FILE).read_text())
    except FileNotFoundError:
        return {}
