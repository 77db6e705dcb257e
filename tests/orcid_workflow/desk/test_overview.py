"""The overview: numbers, the circuit in words, charts that are data too, and what needs the office."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from lxml import etree

from orcid_workflow.desk import charts, figures
from orcid_workflow.models import Consent, OrcidItem, ServiceState
from tests.factories import make_connection

from .conftest import make_item, text

State = OrcidItem.State
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def consent(connection, moment: dt.datetime) -> None:
    """A yes of that moment."""
    Consent.objects.create(
        connection=connection, purpose="p", text="t", text_version="v", language="en", asked="", granted="",
        client_id="", given_at=moment,
    )  # fmt: skip


def test_months_count_first_times(office) -> None:
    connection = make_connection(authenticated_at=NOW)
    consent(connection, dt.datetime(2026, 9, 1, tzinfo=dt.UTC))
    consent(connection, NOW)
    make_connection(authenticated_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    make_item(connection, first_sent_at=dt.datetime(2026, 10, 31, 23, tzinfo=dt.UTC), sent_at=NOW)
    make_item(connection)
    months = {month.label: month for month in figures.months(NOW)}
    assert next(iter(months)) == "Dec 2025"
    assert list(months)[-1] == "Nov 2026"
    assert (months["Sep 2026"].new_ids, months["Sep 2026"].all_ids) == (1, 2)
    assert (months["Nov 2026"].new_ids, months["Nov 2026"].all_ids) == (0, 2)
    assert (months["Oct 2026"].new_items, months["Nov 2026"].all_items) == (1, 1)


def test_months_are_those_of_the_universitys_time_zone(office, settings) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    with timezone.override("Pacific/Auckland"):
        make_item(first_sent_at=dt.datetime(2026, 10, 31, 23, tzinfo=dt.UTC))
        months = {month.label: month.new_items for month in figures.months(NOW)}
    assert (months["Oct 2026"], months["Nov 2026"]) == (0, 1)


def test_a_chart_is_plain_svg_with_as_many_bars_as_months() -> None:
    months = [figures.Month(f"M{number} 2026", number, 0, 0, 0) for number in range(12)]
    root = etree.fromstring(charts.bars("iDs & more", months, "new_ids"))
    assert root.get("aria-label") == "iDs & more"
    names = {etree.QName(node).localname for node in root.iter()}
    assert names <= {"svg", "g", "rect", "path", "text"}
    heights = [float(bar.get("height")) for bar in root.xpath('//*[contains(@class, "reactive")]')]
    assert len(heights) == 12
    assert heights == sorted(heights)
    assert charts.bars("Nothing yet", [figures.Month("M", 0, 0, 0, 0)] * 12, "new_ids")


def test_what_needs_the_office_is_said_in_words_and_leads_there(desk) -> None:
    make_item(state=State.NEEDS_ATTENTION, action="ask_staff", error_code="9045")
    make_item(state=State.NEEDS_ATTENTION, action="ask_staff", error_code="message")
    make_item(state=State.NEEDS_ATTENTION, action="reconnect")
    make_connection(record_state="locked")
    make_connection(hook="failed")
    late = make_item()
    OrcidItem.objects.filter(pk=late.pk).update(updated_at=timezone.now() - dt.timedelta(hours=2))
    needs = list(figures.needs())
    mine = " ".join(need.words for need in needs if need.mine)
    others = " ".join(need.words for need in needs if not need.mine)
    assert "1 item: ORCID does not know the organisation id." in mine
    assert "would refuse the message" in mine
    assert "Is the worker running?" in mine
    assert "webhook" in mine
    assert "locked by ORCID" in others
    assert "connect again" in others
    page = text(desk.get(reverse("orcid_overview:index")))
    for need in needs:
        assert desk.get(need.url).status_code == 200
        assert need.url.replace("&", "&amp;") in page
        assert desk.get(need.url).context["filters"].is_valid()


def test_nothing_needs_anybody(desk) -> None:
    make_item(state=State.SENT)
    assert list(figures.needs()) == []
    assert "Nothing at the moment." in text(desk.get(reverse("orcid_overview:index")))


def test_the_circuit_in_words(desk) -> None:
    assert "called as usual" in text(desk.get(reverse("orcid_overview:index")))
    ServiceState.objects.create(
        environment="local",
        open_until=timezone.now() + dt.timedelta(minutes=3),
        reason="ORCID does not answer.",
    )
    page = text(desk.get(reverse("orcid_overview:index")))
    assert "Calls are held back." in page
    assert "ORCID does not answer. Since" in page


def test_every_number_leads_to_what_it_counts(desk) -> None:
    make_item(state=State.HELD)
    make_connection(state="revoked")
    for number in figures.numbers():
        answer = desk.get(number.url)
        assert answer.status_code == 200
        assert "24 hours" in number.words or answer.context["paginator"].count == number.count, number


def test_the_page_has_a_table_for_each_chart_and_no_script_of_its_own(desk) -> None:
    page = text(desk.get(reverse("orcid_overview:index")))
    figures_part = page[page.index('class="desk-figure"') :]
    assert figures_part.count("<svg") >= 2
    assert figures_part.count("<caption") == 2
    assert "pygal.org" not in page
    assert "kozea" not in page.lower()
