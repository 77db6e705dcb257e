"""One HTTP session a thread, for everything that is said to ORCID."""

import threading

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

_local = threading.local()


def session() -> requests.Session:
    """Return this thread's session (connections are kept open).

    It repeats nothing that may have arrived: a repeated call would be one that no budget knows of.
    """
    if not hasattr(_local, "session"):
        unconnected = Retry(total=2, connect=2, read=0, status=0, redirect=0, other=0, backoff_factor=0.3)
        _local.session = requests.Session()
        _local.session.headers["User-Agent"] = "orcid-workflow (Django)"
        for scheme in ("http://", "https://"):
            _local.session.mount(scheme, HTTPAdapter(max_retries=unconnected))
    return _local.session
