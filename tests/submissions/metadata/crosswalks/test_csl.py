"""CSL-JSON: names, dates and where iDs are kept."""

from submissions.metadata.crosswalks import csl
from submissions.metadata.record import Person
from tests.records import embargoed, full_record, make_record


def test_a_complete_item() -> None:
    record = full_record()
    item = csl.to_dict(record)
    assert (item["type"], item["genre"], item["publisher"]) == ("thesis", "PhD thesis", "Example University")
    assert item["author"] == [{"family": "Carberry", "given": "Josiah"}]
    assert item["issued"] == {"date-parts": [[2026, 6, 2]]}
    assert (item["DOI"], item["URL"]) == ("10.5555/tidal.mixing", "https://doi.org/10.5555/tidal.mixing")
    assert item["number-of-pages"] == 214
    assert item["custom"]["orcid"][1] == {"name": "Laud, Ada", "orcid": record.committee[0].person.orcid.uri}


def test_an_only_name_is_not_turned_round() -> None:
    assert csl.to_dict(make_record(author=Person("Suharto")))["author"] == [{"literal": "Suharto"}]


def test_an_embargo_has_its_day() -> None:
    assert csl.to_dict(embargoed())["available-date"] == {"date-parts": [[2028, 5, 1]]}
    assert "available-date" not in csl.to_dict(make_record())
