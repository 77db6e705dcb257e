"""Everything that carries a published thesis out: stored records for download and harvest, and the ORCID record."""

from .refresh import refresh, store_many, touched_by, with_outlets

__all__ = ["refresh", "store_many", "touched_by", "with_outlets"]
