"""Secrets of one workplace: made once, kept outside version control, readable by their owner only."""

import json
import os
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.management.utils import get_random_secret_key


def load_or_create(path: Path) -> dict:
    """Return the secrets in ``path`` (JSON), making the file with fresh ones where there is none.

    Two processes may start at the same moment: the file is created exclusively, so that the second reads what the
    first wrote.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = {
        "SECRET_KEY": get_random_secret_key(),
        "ETD_ENCRYPTION_KEYS": [Fernet.generate_key().decode()],
    }
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(fresh))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return json.loads(path.read_text())
