"""The records that every format is put to, made once, and where the iDs of each should be found again."""

from tests.records import closed, embargoed, full_record, make_record, varied_records

FAMILY = varied_records(500)
RECORDS = (make_record(), full_record(), embargoed(), embargoed(None), closed(), *FAMILY)


def ids(record) -> list[str | None]:
    """The bare iD of the author and of each committee member, in order, None for somebody without."""
    people = [record.author, *(member.person for member in record.committee)]
    return [person.orcid.path if person.orcid else None for person in people]
