"""What is typed into the search: iDs, names of one thesis, and words in whatever letters."""

import unicodedata

import pytest

from submissions.models import Submission
from tests.factories import make_submission
from tests.submissions.public.test_listing import offered, published, titles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        " https://orcid.org/{} ",
        "orcid.org/{}/",
        "http://localhost:8001/{}",
        "ORCID: {}",
        "{spaced}",
        "{plain}",
        "{dashed}",
    ],
)
def test_an_id_finds_its_person_as_author_and_on_committees(client, typed) -> None:
    wrote, sat = published("Wrote", year=2025), published("Sat", year=2024)
    published("Other")
    orcid = wrote.people.get(position=0).orcid
    sat.people.filter(position=2).update(orcid=orcid)
    forms = {
        "spaced": orcid.replace("-", " "),
        "plain": orcid.replace("-", ""),
        "dashed": orcid.replace("-", "\u2013"),
    }
    page = client.get("/theses/", {"q": typed.format(orcid, **forms)})
    assert titles(page) == ["Wrote", "Sat"]
    source = page.content.decode()
    assert "Author of 1 thesis here, and on the committee of 1." in source
    assert f"/theses/people/{orcid}/" in source


def test_an_id_and_words_together(client) -> None:
    wrote = published("Wrote about kelp")
    orcid = wrote.people.get(position=0).orcid
    assert titles(client.get("/theses/", {"q": f"kelp {orcid}"})) == ["Wrote about kelp"]
    assert titles(client.get("/theses/", {"q": f"glacier {orcid}"})) == []


def test_a_mistyped_id_is_told_so(client) -> None:
    published("First")
    page = client.get("/theses/", {"q": "0000-0002-1825-0098"})
    assert titles(page) == []
    assert "0000-0002-1825-0098 is not an ORCID iD" in page.content.decode()
    assert "no whole ORCID iD" in client.get("/theses/?q=https://orcid.org/0000-00").content.decode()
    assert "No thesis here names the iD" in client.get("/theses/?q=0000-0002-1825-0097").content.decode()


NAMES = {
    "doi": "10.5555/kelp.14",
    "handle": "20.500.12345/678",
    "isbn": "978-0-306-40615-7",
    "urn": "urn:nbn:de:101-2019010100",
}


@pytest.mark.parametrize(
    "typed",
    [
        "10.5555/kelp.14",
        " https://doi.org/10.5555/KELP.14",
        "doi:10.5555/kelp.14",
        "20.500.12345/678",
        "https://hdl.handle.net/20.500.12345/678",
        "978-0-306-40615-7",
        "ISBN 9780306406157",
        "URN:NBN:de:101-2019010100",
        "https://nbn-resolving.org/urn:nbn:de:101-2019010100",
        "{reference}",
        "t-{pk}",
    ],
)
def test_what_a_thesis_is_called_by_finds_it(client, typed) -> None:
    case = published("Kelp")
    published("Glaciers", abstract="Of 20 500 12345 678 and 10 5555 kelp 14, and isbn 9780306406157.")
    Submission.objects.filter(pk=case.pk).update(**NAMES)
    page = client.get("/theses/", {"q": typed.format(reference=case.reference, pk=case.pk)})
    assert titles(page) == ["Kelp"]
    assert page.context["listing"].sorts == []
    assert offered(page, "year") == {"2026": 1}


def test_what_only_looks_like_a_name_is_words(client) -> None:
    published("Work 24/7 of t-14 cells")
    assert titles(client.get("/theses/?q=24/7")) == ["Work 24/7 of t-14 cells"]
    hidden = make_submission("draft")
    Submission.objects.filter(pk=hidden.pk).update(**NAMES)
    for typed in (*NAMES.values(), hidden.reference):
        assert titles(client.get("/theses/", {"q": typed})) == []


@pytest.mark.parametrize(
    "typed",
    ["0000-0002-1825", "0000-0002", "ORCID: 0000-0002-1825-009", "0009 0002 1825", "0000-0002-1825-00977"],
)
def test_a_part_of_an_id_is_told_so(client, typed) -> None:
    published("First")
    page = client.get("/theses/", {"q": typed})
    assert titles(page) == []
    assert f"{typed.removeprefix('ORCID: ')} is not a whole ORCID iD." in page.content.decode()


@pytest.mark.parametrize("words", ["Sorensen", "Sørensen", "algebre", "Lodz"])
def test_plain_letters_find_others(client, words) -> None:
    published("Algèbre", author_family="Sørensen", keywords="Łódź")
    assert titles(client.get("/theses/", {"q": words})) == ["Algèbre"]


@pytest.mark.parametrize("typed", ["NFC", "NFD"])
@pytest.mark.parametrize("kept", ["NFC", "NFD"])
def test_letters_and_accents_are_found_however_they_are_put_together(client, typed, kept) -> None:
    """A Mac, or a PDF, writes an Å as A and a ring."""
    title, abstract = (unicodedata.normalize(kept, text) for text in ("Ångström", "Œuvres de Françoise"))
    published(title, abstract=abstract)
    for words in ("Ångström", "Françoise"):
        assert titles(client.get("/theses/", {"q": unicodedata.normalize(typed, words)})) == [title]


def test_the_best_match_comes_first_or_the_newest(client) -> None:
    published("Kelp", year=2020, abstract="Short.")
    published("Glaciers", year=2025, abstract="Kelp is mentioned here once. " + "Ice. " * 50)
    assert titles(client.get("/theses/?q=kelp")) == ["Kelp", "Glaciers"]
    assert titles(client.get("/theses/?q=kelp&sort=newest")) == ["Glaciers", "Kelp"]
