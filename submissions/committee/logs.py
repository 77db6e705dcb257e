"""Keep the links of committee members out of the logs: whoever reads a log must not be able to approve a thesis."""

import logging
import re

# The last kind are keys of the ingest API, which nobody should put into an address.
_LINK = re.compile(r"(/committee/|/confirm/|/orcid/hook/)[^/\s\"']+|(\bvia=)[^&\s\"']+|(\betd_)[\w-]{20,}")


class HideLinks(logging.Filter):
    """Cut the token out of every address of the committee's pages, in the message and in its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite ``record`` in place; every record goes on."""
        record.msg = hide_links(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(hide_links(value) for value in record.args)
        return True


def hide_links(value: object) -> object:
    """Return text without tokens; anything that is not text as it is."""
    return _LINK.sub(r"\1\2\3…", value) if isinstance(value, str) else value
