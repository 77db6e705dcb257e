"""The thesis' own DOI: reckoned from its uuid, so that it is the same however often it is asked for."""

import hashlib
import uuid

from submissions.models import Status, Submission

from ..delivery.targets import Target, targets

#: Digits and letters that nobody takes for another when they are read from paper: no 0 o 1 i l u.
ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
LENGTH = 8  # 30 to the 8th: among 100,000 theses two meet about once in a hundred sites, and then the next is taken


def code(number: uuid.UUID, again: int = 0) -> str:
    """Return the code of a uuid, such as ``k7m2-9xqp``. ``again`` gives the next one where the first is taken."""
    value = int.from_bytes(hashlib.sha256(number.bytes + bytes([again])).digest())
    letters = ""
    for _ in range(LENGTH):
        value, place = divmod(value, len(ALPHABET))
        letters += ALPHABET[place]
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def give_doi(submission: Submission) -> str:
    """Write the DOI of a locked case that has none; return it, or "" when there is no place that registers DOIs.

    Only the row is written here: DataCite hears of it by the wish that follows (``outlets.refresh``).
    """
    place = registrar()
    if place is None or submission.doi:
        return ""
    for again in range(256):
        doi = f"{place.stem}{code(submission.uuid, again)}"
        if not Submission.objects.filter(doi__iexact=doi).exclude(pk=submission.pk).exists():
            submission.doi = doi
            submission.save(update_fields=["doi"])
            return doi
    raise AssertionError("no free DOI among 256")  # 30 to the 8th are not full


def registrar() -> Target | None:
    """The place that registers DOIs: the first of kind ``datacite`` in ``ETD_TARGETS``; None without one."""
    return next((place for place in targets().values() if place.kind == "datacite"), None)


def reserved_doi(submission: Submission) -> str:
    """The DOI that a student may print before the thesis is public; "" when there is none, or it is not made here."""
    place = registrar()
    reserved = submission.status == Status.APPROVED and place is not None and place.owns(submission.doi)
    return submission.doi if reserved else ""
