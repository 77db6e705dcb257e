"""Which row of the thesis a found iD stands beside."""

import datetime as dt

from submissions.imports.imported import ImportedPerson, ImportedThesis
from submissions.imports.run import Options, run
from submissions.models import CommitteeMember, FoundId, Programme

from .conftest import DEFAULTS

FIRST, SECOND = "0000-0002-1825-0097", "0000-0002-1694-233X"


def bring_committee(*people: ImportedPerson) -> None:
    Programme.objects.get_or_create(name="Marine Biology", defaults={"department": "Sea"})
    thesis = ImportedThesis(
        identifier="x1",
        place="record 1",
        title="Tides",
        language="en",
        published=dt.date(2009, 5, 31),
        author=ImportedPerson(given="Josiah", family="Carberry"),
        committee=people,
    )
    list(run([thesis], Options(source="s", dry_run=False, defaults=DEFAULTS)))


def found() -> list[tuple[str, str]]:
    """Name and iD, in the order of the committee."""
    rows = {row.member_key: row for row in FoundId.objects.all()}
    members = CommitteeMember.objects.order_by("sort_order")
    return [(rows[one.key].name, rows[one.key].orcid) for one in members if one.key in rows]


def test_two_of_one_name_have_each_their_own(office) -> None:
    wei = ImportedPerson(given="Wei", family="Wang", role="member", orcid=FIRST)
    other = ImportedPerson(given="Wei", family="Wang", role="member", orcid=SECOND)
    for _ in range(2):
        bring_committee(wei, other)
        assert found() == [("Wei Wang", FIRST), ("Wei Wang", SECOND)]


def test_one_whose_name_is_cut_keeps_it_beside_the_name_as_it_stands_here(office) -> None:
    bring_committee(ImportedPerson(given="A" * 120, family="Laud", role="member", orcid=FIRST))
    assert found() == [("A" * 100 + " Laud", FIRST)]


def test_two_of_one_name_stay_who_they_are_when_the_committee_changes(office) -> None:
    """Invitations, and with them confirmed iDs, hold on to the key of a row."""
    wei = ImportedPerson(given="Wei", family="Wang", role="advisor", orcid=FIRST)
    other = ImportedPerson(given="Wei", family="Wang", role="member", orcid=SECOND)
    bring_committee(wei, other)
    before = dict(CommitteeMember.objects.values_list("role", "key"))
    bring_committee(wei, other, ImportedPerson(given="Ada", family="Laud", role="chair"))
    after = dict(CommitteeMember.objects.values_list("role", "key"))
    assert after | before == after
