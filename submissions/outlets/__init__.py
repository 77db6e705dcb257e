"""Everything that carries a published thesis out: stored records for download and harvest, and the ORCID record."""

from .refresh import refresh, touched_by, with_outlets

__all__ = ["refresh", "touched_by", "with_outlets"]
