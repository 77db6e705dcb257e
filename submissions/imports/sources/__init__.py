"""One module a source: each reads its own form into ``ImportedThesis`` and asks nothing of what is here."""
