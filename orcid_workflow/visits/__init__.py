"""A person's visit to ORCID and what may come of it: the request, the exchange, choices, receipts, and the way out."""
