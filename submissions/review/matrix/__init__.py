"""The matrix: which thesis stands where outside, since when, and what stands in the way.

A row is a thesis, a column an outlet: each place of ``settings.ETD_TARGETS``, the work and the degree on the author's
ORCID record, and packages. What is decided about an ORCID item is decided on the ORCID desk; the matrix links to it.
"""
