"""HTTP sessions that repeat nothing that may have arrived; one a thread for everything that is said to ORCID."""

import threading

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

_local = threading.local()


def session() -> requests.Session:
    """Return this thread's session (connections are kept open)."""
    if not hasattr(_local, "session"):
        _local.session = new_session("orcid-workflow (Django)")
    return _local.session


def new_session(user_agent: str) -> requests.Session:
    """Return a session of its own that calls itself ``user_agent``.

    It tries again only what could not be connected: a call repeated after it may have arrived would be one that no
    budget and no history knows of.
    """
    unconnected = Retry(
        total=2,
        connect=2,
        read=0,
        status=0,
        redirect=0,
        other=0,
        backoff_factor=0.3,
        # Else an answer with Retry-After (429, 503) would be taken for none, and nobody could do as it says.
        respect_retry_after_header=False,
    )
    made = requests.Session()
    made.headers["User-Agent"] = user_agent
    for scheme in ("http://", "https://"):
        made.mount(scheme, HTTPAdapter(max_retries=unconnected))
    return made
