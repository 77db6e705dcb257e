"""What a client hears of that follows an iD, a format, or the moment of its last visit."""

import datetime as dt

from submissions import lifecycle, outlets
from submissions.models import Status, StoredRecord
from tests.factories import fresh, make_staff, make_submission

FIRST = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def test_who_follows_an_id_hears_of_a_withdrawal(asker):
    case, other = make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    mine = case.author_connection.orcid
    assert asker.ids(orcid=mine) == [str(case.uuid)]
    lifecycle.withdraw(fresh(case), actor=make_staff(), comment="By mistake.")
    assert [(thesis["id"], thesis["deleted"]) for thesis in asker.theses(orcid=mine)] == [
        (str(case.uuid), True)
    ]
    assert asker.ids(orcid=other.author_connection.orcid) == [str(other.uuid)]


def test_a_change_in_any_format_is_told(asker):
    case = make_submission(Status.PUBLISHED)
    StoredRecord.objects.update(datestamp=FIRST)
    assert asker.ids(changed_since="2026-03-02") == []
    case.records.filter(format="bibtex").update(content=b"written by an older version")
    outlets.refresh(fresh(case))
    assert asker.ids(changed_since="2026-03-02") == [str(case.uuid)]


def test_what_is_not_committed_yet_is_not_passed_by(asker, uncommitted):
    """``as_of`` stays before a change that is under way, so that the next visit finds it."""
    case = make_submission(Status.PUBLISHED)
    other = make_submission(Status.PUBLISHED)
    StoredRecord.objects.update(datestamp=FIRST)

    def work() -> None:
        case.records.filter(format="bibtex").update(content=b"x")
        outlets.refresh(fresh(case))

    commit = uncommitted(work)
    since = asker.page()["as_of"]
    assert set(asker.ids()) == {str(case.uuid), str(other.uuid)}
    commit()
    assert asker.ids(changed_since=since) == [str(case.uuid)]
