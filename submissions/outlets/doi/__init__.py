"""The thesis' own DOI: made here at approval, kept true at DataCite."""
