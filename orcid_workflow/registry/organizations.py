"""The organisations that this registry knows: a short closed list, as ORCID's is a long closed list.

ORCID takes an affiliation only if (identifier, source) is a row of its table, letter for letter
(OrgManagerImpl). A people file may bring more rows under ``organizations``.
"""

#: source -> the identifiers that are known, each with a name for people who read this.
_KNOWN: dict[str, dict[str, str]] = {
    "ROR": {
        # Invented, for the demonstration; the check digits are right.
        "https://ror.org/0n0rthf93": "Northfield University",
        "https://ror.org/0westhv95": "University of Westhaven",
        "https://ror.org/052gg0110": "University of Oxford",
        "https://ror.org/013meh722": "University of Cambridge",
        "https://ror.org/01nrxwf90": "University of Edinburgh",
        "https://ror.org/02jx3x895": "University College London",
        "https://ror.org/05gq02987": "Brown University",
        "https://ror.org/05dxps055": "California Institute of Technology",
        "https://ror.org/01an7q238": "University of California, Berkeley",
        "https://ror.org/03vek6s52": "Harvard University",
        "https://ror.org/042nb2s44": "Massachusetts Institute of Technology",
        "https://ror.org/00f54p054": "Stanford University",
        "https://ror.org/03dbr7087": "University of Toronto",
        "https://ror.org/0160cpw27": "University of Alberta",
        "https://ror.org/01e6qks80": "Dalhousie University",
        "https://ror.org/01ej9dk98": "University of Melbourne",
        "https://ror.org/05a28rw58": "ETH Zurich",
        "https://ror.org/02kkvpp62": "Technical University of Munich",
        "https://ror.org/012p63287": "University of Groningen",
        "https://ror.org/01ggx4157": "CERN",
        "https://ror.org/04fa4r544": "ORCID",
        "https://ror.org/001aqnf71": "UK Research and Innovation",
        "https://ror.org/0439y7842": "Engineering and Physical Sciences Research Council",
        "https://ror.org/02b5d8509": "Natural Environment Research Council",
        "https://ror.org/0505m1554": "Arts and Humanities Research Council",
        "https://ror.org/029chgv08": "Wellcome Trust",
        "https://ror.org/0472cxd90": "European Research Council",
        "https://ror.org/018mejw64": "German Research Foundation",
        "https://ror.org/021nxhr62": "National Science Foundation",
        "https://ror.org/01cwqze88": "National Institutes of Health",
    },
    "FUNDREF": {
        "http://dx.doi.org/10.13039/100000001": "National Science Foundation",
        "http://dx.doi.org/10.13039/501100000266": "Engineering and Physical Sciences Research Council",
        "http://dx.doi.org/10.13039/501100000270": "Natural Environment Research Council",
        "http://dx.doi.org/10.13039/501100000780": "European Commission",
    },
    "GRID": {"grid.4991.5": "University of Oxford", "grid.40263.33": "Brown University"},
    "LEI": {},
    "RINGGOLD": {"6396": "University of Oxford", "6752": "Brown University"},
}
SOURCES = tuple(_KNOWN)


def is_known(identifier: str, source: str) -> bool:
    """True when the registry has exactly this row."""
    return identifier in _KNOWN.get(source, {})


def add(identifier: str, source: str, name: str = "") -> None:
    """Let the registry know another organisation. Raises ValueError for an unknown source."""
    if source not in _KNOWN:
        raise ValueError(f"the source must be one of {', '.join(SOURCES)}")
    _KNOWN[source][identifier] = name


def listed() -> list[dict]:
    """Everything that is known, for the controls."""
    return [
        {"source": source, "identifier": identifier, "name": name}
        for source, rows in _KNOWN.items()
        for identifier, name in rows.items()
    ]
