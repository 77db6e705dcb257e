"""What it takes to answer for a thesis."""

import pytest

from etd_site.demo.theses import upload
from submissions.drafts import save_draft
from submissions.models import ThesisAbstract, ThesisFunding, ThesisRelatedWork
from tests.factories import make_connection, make_draft, make_pdf
from tests.submissions.public.test_thesis import publish, words

pytestmark = pytest.mark.django_db


def test_a_thesis_with_everything_takes_few_queries(client, django_assert_max_num_queries) -> None:
    case = make_draft(members=12)
    page = case.page
    page.funding = [ThesisFunding(funder_name=f"Council {n}") for n in range(5)]
    page.related_works = [ThesisRelatedWork(relation="HasPart", title=f"Part {n}") for n in range(5)]
    page.other_abstracts = [ThesisAbstract(language=tag, text="Text.") for tag in ("de", "fr", "nb")]
    save_draft(page, user=case.student)
    for number in range(4):
        upload(case, make_pdf(f"Part {number}"), f"part{number}.pdf")
    case = publish(case)
    for seat in case.invitations.all():
        seat.connection = make_connection()
        seat.save()
    client.get(case.page.url)
    with django_assert_max_num_queries(23):
        response = client.get(case.page.url)
    text = words(response)
    assert text.count("https://orcid.org/") == 13
    assert text.count("Open the PDF") == len(case.page.files.all())
