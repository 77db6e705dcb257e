"""A record with null wherever ORCID may give null: for people who entered as little as one can.

Real records have such holes at every place that is not required; a reader that was only tried on full ones
fails at the first of them. What a client wrote stays as it is.
"""

#: May be null on what a person entered (facts: gotchas of the JSON paths).
_NULL = frozenset(
    {
        "family-name",
        "credit-name",
        "biography",
        "created-date",
        "last-modified-date",
        "completion-date",
        "submission-date",
        "display-index",
        "end-date",
        "month",
        "day",
        "city",
        "region",
        "disambiguated-organization",
        "department-name",
        "role-title",
        "url-name",
        "journal-title",
        "short-description",
        "external-id-normalized",
        "external-id-url",
    }
)


def thinned(value: object) -> object:
    """Return ``value`` (ORCID's JSON form) with everything null that may be."""
    if isinstance(value, list):
        return [thinned(one) for one in value]
    if not isinstance(value, dict):
        return value
    if (value.get("source") or {}).get("source-client-id"):
        return value
    thin = {key: None if key in _NULL else thinned(one) for key, one in value.items()}
    if "source" in thin:
        thin["source"] = None
    if "put-code" in thin and not (thin.get("external-ids") or {}).get("external-id"):
        thin = {key: None if key == "external-ids" else one for key, one in thin.items()}
    # A website without its address would be nothing; elsewhere the address is an extra.
    if "url" in thin and "url-name" not in thin:
        thin["url"] = None
    return thin
