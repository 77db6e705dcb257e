"""What a package may carry while a thesis is under embargo. The rule is here and nowhere else.

A package leaves the house, and whoever loads it decides what readers see. So the files of a closed thesis go only
where the package itself can say that they are closed, and to the archive, which shows nothing to anybody:

- SAF: with the files, and each is locked for all but administrators (``permissions`` in ``contents``). It stays locked
  until somebody opens it; an import that starts a DSpace workflow (``-w``) does not read the lock.
- BagIt: with the files; ``bag-info.txt`` says until when they are closed. A bag is for keeping.
- ProQuest: with the files; its XML has the embargo and the day on which it ends.
- METS SIP: without the files. DSpace takes no restriction from one.

The metadata go everywhere: they are public from publication on.
"""

from enum import StrEnum

from submissions.metadata.record import Access, ThesisRecord


class Kind(StrEnum):
    """The packages, by the name in addresses and on the command line."""

    SAF = "saf"
    BAG = "bagit"
    SIP = "mets-sip"
    PROQUEST = "proquest"


#: Packages that carry the files of a closed thesis.
CARRIES_CLOSED_FILES = frozenset({Kind.SAF, Kind.BAG, Kind.PROQUEST})


def is_closed(record: ThesisRecord) -> bool:
    """Whether readers may not open the files at the moment the record was made."""
    return record.access is Access.EMBARGOED


def carries_files(kind: Kind, record: ThesisRecord) -> bool:
    """Whether a package of this kind carries the files of this thesis now."""
    return kind in CARRIES_CLOSED_FILES or not is_closed(record)
