"""The set-up check: is this site ready to work with ORCID, and if not, what has to be done?

Every check says ``ok``, ``problem`` or ``unknown``; what ORCID does not show is not taken for good.
"""

import logging
from collections.abc import Callable

from ..api import errors
from . import at_orcid, here
from .findings import Finding, State, unknown
from .probe import Probe

__all__ = ["Finding", "State", "run"]

logger = logging.getLogger(__name__)

#: In the order in which they are mended: what stands above may be the cause of what stands below.
CHECKS: tuple[Callable[[Probe], Finding | list[Finding]], ...] = (
    lambda probe: here.check_settings(),
    lambda probe: here.check_keys(),
    lambda probe: here.check_circuit(),  # before the calls below, which may close it
    at_orcid.check_site,
    at_orcid.check_clock,
    at_orcid.check_discovery,
    at_orcid.check_credentials,
    at_orcid.check_api_status,
    at_orcid.check_membership,
    at_orcid.check_redirect,
    at_orcid.check_scopes,
    at_orcid.check_organisation,
    lambda probe: here.check_place(),
    at_orcid.check_webhooks,
    lambda probe: here.check_worker(),
)


def run() -> list[Finding]:
    """Make every check and return what was found, in order. Takes some seconds; raises nothing. Not for use in a
    transaction: the calls are written to the history.
    """
    probe = Probe()
    found: list[Finding] = []
    for check in CHECKS:
        try:
            result = check(probe)
        except Exception as fault:  # a check that breaks must not hide the others
            logger.error("A set-up check broke off: %s", errors.trail(fault))
            result = unknown(
                "A check broke off", "The log says where.", "Show the log to whoever runs this site."
            )
        found += result if isinstance(result, list) else [result]
    probe.close()
    return found
